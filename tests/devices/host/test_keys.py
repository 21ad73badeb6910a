"""Every terminal and every connection has a key of its own."""

import hashlib
import hmac

from devices.host.keys import DEMO_HOST_KEY, mac, session_key, terminal_key

ONE, OTHER = b"1" * 16, b"2" * 16


def test_keys_differ_by_terminal_and_by_both_nonces() -> None:
    first, second = (terminal_key(DEMO_HOST_KEY, name) for name in ("ATM00001", "ATM00002"))
    made = {
        first,
        second,
        session_key(first, ONE, OTHER),
        session_key(first, OTHER, ONE),
        session_key(first, ONE, ONE),
        session_key(second, ONE, OTHER),
    }
    assert len(made) == 6
    assert {len(key) for key in made} == {32}


def test_the_demonstration_key_says_what_it_is() -> None:
    assert b"PROTECTS NOTHING" in DEMO_HOST_KEY


def test_a_check_value_is_a_cut_hmac() -> None:
    assert (
        mac(DEMO_HOST_KEY, b"data") == hmac.new(DEMO_HOST_KEY, b"data", hashlib.sha256).digest()[:8]
    )
