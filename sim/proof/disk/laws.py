"""What must hold when everything has come to rest after a visit, however often it was interrupted.

The laws of design 1.5 and the invariants of `reliability.md` B that can be seen from outside: the
ledger, the notes, the card, the record. Each breach is one sentence.
"""

from collections import Counter

from devices.journal_chain import StoredRow
from sim.stage.bench import AT_REST, Bench
from terminal import session as s
from terminal.recovery import recover

CARD_ENDINGS = ("CARD_TAKEN", "CARD_RETAINED", "CARD_JAMMED")


class LawBroken(AssertionError):
    """A law does not hold; the text says which."""


def _must(holds: object, sentence: str) -> None:
    if not holds:
        raise LawBroken(sentence)


def everywhere(bench: Bench) -> Counter[int]:
    """All notes of one machine and its customers, by denomination."""
    device = bench.world.presenter if bench.shape == "presenter" else bench.world.notes
    found = Counter(bench.world.purse)
    for place in device.notes().values():
        found.update(place)
    return +found


def check_laws(bench: Bench, card: str, loaded: Counter[int], healthy_reader: bool = True) -> None:
    """All laws, once the machine is at rest. `loaded` is `everywhere` before the visit; where the
    reader itself was broken the card may wait inside a machine that is out of service."""
    rows = list(bench.store.rows())
    _must(everywhere(bench) == loaded, "a note appeared or disappeared")
    _check_money(bench, card, rows)
    _check_orders(bench, rows)
    _check_card(bench, card, rows, healthy_reader)
    _check_record(bench, rows)


def _check_money(bench: Bench, card: str, rows: list[StoredRow]) -> None:
    bank, paid = bench.world.bank, bench.world.paid_out() * 100
    charged, held = bank.charged(card), sum(o.held for o in bank.operations.values())
    asked = max((int(str(r.body["amount"])) for r in rows if r.kind == "AUTH_INTENT"), default=0)
    kinds = {row.kind for row in rows}
    _must(paid <= asked, f"paid {paid}, but asked for {asked}")
    _must(not (held and charged), "held and charged at once")
    _must(not held or "SUSPECT" in kinds, "a hold without a word")
    _must(held or charged == paid, f"charged {charged}, but {paid} left the machine")
    _must(bank.alarms == [], f"the bank raised {bank.alarms}")


def _check_orders(bench: Bench, rows: list[StoredRow]) -> None:
    device = bench.world.presenter if bench.shape == "presenter" else bench.world.notes
    ordered = [row.txid for row in rows if row.kind == "DISPENSE_INTENT"]
    _must(len(ordered) == len(set(ordered)), "one order was given twice")
    _must(device.dispenses <= len(ordered), "notes moved without an intent on record")
    finals = [row.txid for row in rows if row.kind in ("FINAL", "SUSPECT")]
    _must(len(finals) == len(set(finals)), "one operation has two endings")


def _check_card(bench: Bench, card: str, rows: list[StoredRow], healthy_reader: bool) -> None:
    kinds = Counter(row.kind for row in rows)
    place = bench.world.reader.where(card)
    closed = isinstance(bench.session.phase, s.OutOfService)
    _must(place in ("outside", "bin") or (closed and not healthy_reader), f"the card is {place}")
    _must(place != "bin" or kinds["CARD_RETAINED"], "a captured card without a record")
    endings = sum(kinds[kind] for kind in CARD_ENDINGS)
    if healthy_reader:
        _must(endings == kinds["CARD_IN"], f"{kinds['CARD_IN']} cards in, {endings} endings")
    _must(kinds["CARD_IN"] <= endings + kinds["READER_FAILED"], "a card without an ending")


def _check_record(bench: Bench, rows: list[StoredRow]) -> None:
    left = recover(rows)
    _must(isinstance(bench.session.phase, AT_REST), f"not at rest: {bench.session.phase}")
    _must(left.order is None, "an operation has no ending")
    _must(left.outbox == (), "the bank was not told")
    _must(left.visit == "", "a visit never ended")
    faults = bench.store.verify()
    _must(not faults, f"the journal is damaged: {faults[:1]}")
