"""Asking the bank to keep how a customer wants to be served, and believing only its own words."""

import pytest

from devices.host.message import KEEP_PREFERENCE, NOT_ON_FILE, Message, Private
from devices.host.requests import Asked, Labels, answer, id_of, request
from terminal import effects as fx
from terminal import events as ev

ENQUIRY = "ab" * 16
SAVE = fx.SavePreference(ENQUIRY, "low_vision")
LABELS = Labels("1122031500", 7, "cd" * 8, "3")


def asked() -> Asked:
    message = request(SAVE, "T0000001", LABELS, None)
    return Asked(SAVE, message, 25.0).after_sending(50.0)


def reply(code: str = "00", preference: str = "low_vision", **labels: str) -> Message:
    private = Private(
        txid=labels.get("txid", ENQUIRY),
        variant=labels.get("variant", LABELS.variant),
        coordination=LABELS.coordination,
        preference=preference,
    )
    return Message("0110", "T0000001", LABELS.at, LABELS.stan, code=code, private=private)


def test_the_message_names_the_enquiry_and_no_card() -> None:
    message = request(SAVE, "T0000001", LABELS, None)
    assert (message.mti, message.processing) == ("0100", KEEP_PREFERENCE)
    assert (message.pan, message.expiry, message.private.last) == (None, "", None)
    assert (message.private.txid, message.private.preference) == (ENQUIRY, "low_vision")
    assert id_of(SAVE) == ENQUIRY


def test_kept_is_what_the_bank_says_back() -> None:
    assert answer(asked(), reply()) == ev.PreferenceSaved(ENQUIRY)
    assert answer(asked(), reply(NOT_ON_FILE, "")) == ev.PreferenceNotSaved(ENQUIRY)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (reply(preference="elder"), "form"),
        (reply(preference=""), "form"),
        (reply(code=""), "form"),
        (reply(txid="ef" * 16), "txid"),
        (reply(variant="00" * 8), "variant"),
    ],
)
def test_anything_else_is_not_believed(said: Message, why: str) -> None:
    assert answer(asked(), said) == why
