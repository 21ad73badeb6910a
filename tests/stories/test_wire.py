"""What goes over the cables is told in words: also the printer's, the identity reader's, the presenter's."""

from sim.stories.play import play
from sim.stories.wire import Line, folded
from tests.stories.material import design, story

EVERYTHING = '''about = "A receipt, a document and a presenter."
card = "lin"
dispenser = "presenter"
fitted = ["printer", "documents"]
services = ["withdrawal"]
acts = """
put in the card
lay down the document feng_guilan
type the PIN
press 500, confirm
take the card
take the notes
press receipt
wait 12 s
"""

[end]
paid_out = 500
'''


def frames() -> dict[str, list[Line]]:
    """Of one visit, by device."""
    result = play(story(EVERYTHING), design())
    assert result.well, (result.failures, result.broke)
    found: dict[str, list[Line]] = {}
    for step in result.steps:
        for line in step.wire:
            found.setdefault(line.device, []).append(line)
    return found


def test_every_device_is_told_of_with_bytes_and_meaning() -> None:
    told = frames()
    assert {"printer", "id_reader", "presenter", "card_reader", "bank"} <= told.keys()
    meanings = {device: " | ".join(one.meaning for one in lines) for device, lines in told.items()}
    for device, words in (
        ("printer", "image of 576 x 24 dots"),
        ("printer", "all before this is on paper"),
        ("printer", "feed and cut"),
        ("id_reader", "a card lies there"),
        ("id_reader", "read the card"),
        ("presenter", "stack notes mix=5/0/0/0"),
        ("presenter", "notes taken"),
    ):
        assert words in meanings[device], (device, words)
    assert all(one.hex for one in told["printer"] if "image" in one.meaning)


def test_what_stands_on_an_identity_card_is_not_told() -> None:
    record = [one for one in frames()["id_reader"] if "1284 bytes" in one.meaning]
    assert record
    assert all(len(bytes.fromhex(one.hex)) <= 16 for one in record)


def test_nothing_that_a_printer_is_told_is_cut_in_the_wrong_place() -> None:
    strange = [
        one
        for one in frames()["printer"]
        if "no command" in one.meaning or "command of" in one.meaning
    ]
    assert strange == []


def test_four_questions_after_the_status_are_one_exchange() -> None:
    asked = ["status", "status: why offline", "status: errors", "status: paper"]
    one = [
        line
        for name in asked
        for line in (
            Line(0.0, "printer", "->", "10", name),
            Line(0.0, "printer", "<-", "12", "status 12"),
        )
    ]
    told = folded([*one, *one, *one])
    assert len(told) == len(one)
    assert told[0].times == 3


def test_what_several_devices_say_is_told_in_the_order_of_time() -> None:
    """Frames stood by device: an answer of the reader after what the bank had said later."""
    for step in play(story(), design()).steps:
        times = [one.at for one in step.wire]
        assert times == sorted(times)
