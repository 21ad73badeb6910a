"""The line to the bank: what comes from outside is something the terminal can tell a customer."""

import pytest

from sim.stage.settings import read_design
from sim.world.bank import CUSTOMERS, DAY_LIMIT, Bank
from sim.world.cards import CARDS
from sim.world.host import DECLINES, REFUSALS, HostPort
from sim.world.pin_block import make_pin_block, message_key
from terminal import effects as fx
from terminal import events as ev
from terminal.card import Card, Pan, PinBlock
from terminal.money import Amount, yuan
from terminal.profile import LANGUAGES

DESIGN = read_design()
SOON = 10.0


class StrangeBank(Bank):
    """A bank with reasons of its own."""

    def enquire(self, card: Card) -> ev.CardRefused:
        return ev.CardRefused("<b>never mind</b>", capture=True)

    def authorize(self, txid: str, card: Card, amount: Amount, block: bytes) -> ev.Declined:
        return ev.Declined(txid, "77", "mercury_in_retrograde")


def a_card(name: str = "lin", expiry: str = "3012") -> Card:
    return Card(Pan(CARDS[name].pan), expiry)


def answers(bank: Bank, effect: fx.Effect) -> list[ev.Event]:
    host = HostPort(bank)
    host.submit(effect, 0.0)
    return list(host.poll(SOON))


def order(amount: Amount, name: str = "lin") -> fx.Authorize:
    pin = bytearray(CUSTOMERS[name].pin.encode())
    block = make_pin_block(pin, CARDS[name].pan, message_key("tx"))
    return fx.Authorize("tx", 1, a_card(name), amount, PinBlock(block))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", sorted(REFUSALS | DECLINES))
def test_every_reason_has_a_notice(language: str, reason: str) -> None:
    catalogue = next(c for known, c in DESIGN.catalogues.items() if known == language)
    assert f"notice.{reason}" in catalogue.entries


def test_a_reason_nobody_knows_is_the_plain_one_and_nothing_else_changes() -> None:
    assert answers(StrangeBank(), fx.EnquireCard("m", a_card())) == [
        ev.CardRefused("card_unknown", capture=True)
    ]
    assert answers(StrangeBank(), order(yuan(100))) == [ev.Declined("tx", "77", "declined")]


def test_the_banks_own_reasons_arrive_as_they_are() -> None:
    blocked = Bank()
    blocked.customers["lin"].blocked = True
    rich = Bank()
    rich.customers["lin"].balance = 2 * DAY_LIMIT.minor
    said = [
        *answers(blocked, fx.EnquireCard("m", a_card())),
        *answers(blocked, order(yuan(100))),
        *answers(Bank(), fx.EnquireCard("m", a_card(expiry="2001"))),
        *answers(Bank(), order(yuan(100_000))),
        *answers(rich, order(Amount(DAY_LIMIT.minor + 100))),
    ]
    assert [getattr(event, "reason", "") for event in said] == [
        *("card_blocked", "card_blocked", "card_expired", "insufficient", "over_limit"),
    ]
