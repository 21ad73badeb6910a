"""What must hold once a case has come to rest, whatever was killed and when (reliability.md B).

Looked at are the things outside - notes, card, ledger - and the terminal's record on disk, nothing
inside the terminal. Each breach is one sentence; none is an empty list.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from devices.journal_store import JournalReader, StoredRow, read_key
from sim.proof.kills.bank_line import TERMINAL
from sim.proof.kills.cases import Story
from sim.stage.settings import Settings
from sim.world.bank import CUSTOMERS
from sim.world.world import World
from terminal.recovery import recover

CARD_ENDINGS: Final = ("CARD_TAKEN", "CARD_RETAINED", "CARD_JAMMED")


def breaches(world: World, journal: Path, card: str) -> list[str]:
    """Everything that does not hold."""
    with JournalReader(journal) as reader:
        faults = reader.verify(read_key(journal))
        rows = list(reader.rows())
    return [
        *(f"the record: {fault.text}" for fault in faults),
        *_notes(world, rows),
        *_money(world, rows, card),
        *_endings(world, rows),
        *_card(world, rows, card),
        *_memory(world, rows),
    ]


def whole_yuan(world: World, card: str) -> tuple[int, int, int]:
    """What left the machine, what was charged, what is held."""
    bank = world.bank
    return world.paid_out(), bank.charged(card) // 100, bank.held() // 100


def tale_breaches(world: World, story: Story) -> list[str]:
    """What an undisturbed visit should have come to and did not."""
    card = story.wish.card
    came = (*whole_yuan(world, card), world.reader.where(card) == "bin")
    meant = (story.out, story.charged, story.held, story.bin)
    return [] if came == meant else [f"undisturbed it came to {came}, and should to {meant}"]


def _notes(world: World, rows: Sequence[StoredRow]) -> Iterator[str]:
    """Invariants 1, 3, 5: every note is somewhere once; one dispense at most, and an intent before it."""
    everywhere = Counter(world.purse)
    for place in world.notes.notes().values():
        everywhere.update(place)
    loaded = Counter({c.note.major: c.count for c in Settings().cassettes})
    if +everywhere != +loaded:
        yield f"notes {dict(everywhere)} are not the {dict(loaded)} that were loaded"
    intents = [row.txid for row in rows if row.kind == "DISPENSE_INTENT"]
    if world.notes.dispenses > 1:
        yield f"the dispenser paid {world.notes.dispenses} times"
    if len(set(intents)) < len(intents):
        yield "one order was given twice"
    if world.notes.dispenses and not intents:
        yield "notes moved without an intent on record"


def _money(world: World, rows: Sequence[StoredRow], card: str) -> Iterator[str]:
    """Invariants 11 to 16: what was charged left the machine, and what left it was charged; only what is
    in doubt is held instead, and then nothing is charged."""
    bank, out = world.bank, world.paid_out() * 100
    charged = bank.charged(card)
    if charged > out:
        yield f"{charged} fen were charged for {out} that left"
    held = [one for one in bank.operations.values() if one.held]
    if held or charged != out:
        if [one.outcome for one in held] != ["suspect"]:
            yield f"{out} fen left, {charged} were charged, held is {[one.outcome for one in held]}"
        if charged:
            yield f"{charged} fen were charged and {sum(one.held for one in held)} held at once"
        if sum(row.kind == "SUSPECT" for row in rows) != 1:
            yield "money is held without a word on record"
    if bank.balance(card) + charged != CUSTOMERS[card].balance:
        yield f"the balance is {bank.balance(card)} fen after a charge of {charged}"
    for trouble in (*bank.audit(), *bank.alarms):
        yield f"the bank: {trouble}"


def _endings(world: World, rows: Sequence[StoredRow]) -> Iterator[str]:
    """Invariant 14: each request has one ending, the bank has acknowledged it and keeps nothing open."""
    for txid in [row.txid for row in rows if row.kind == "AUTH_INTENT"]:
        mine = [row for row in rows if row.txid == txid]
        kinds = Counter(row.kind for row in mine)
        told = kinds["FINAL"] + kinds["SUSPECT"]
        declined = any(
            row.kind == "AUTH_RESULT" and row.body["result"] != "approved" for row in mine
        )
        if told + (declined and not told) != 1:
            yield f"an operation has {told} endings"
        if told and not kinds["HOST_ACK"]:
            yield "the bank has not acknowledged an outcome"
    for one in world.bank.operations.values():
        if one.outcome == "":
            yield "the bank still waits for the end of an operation"
    left = recover(rows)
    if left.order is not None or left.outbox or left.visit:
        yield "the record still has something open"


def _card(world: World, rows: Sequence[StoredRow], card: str) -> Iterator[str]:
    """Invariants 19 to 21: the card is in a hand, or in the bin and on record, and so is its ending."""
    place = world.reader.where(card)
    kinds = Counter(row.kind for row in rows)
    if place not in ("outside", "bin"):
        yield f"the card is {place}"
    if kinds["CARD_RETAINED"] != len(world.reader.bin):
        yield f"{len(world.reader.bin)} cards are in the bin, {kinds['CARD_RETAINED']} on record"
    endings = sum(kinds[kind] for kind in CARD_ENDINGS)
    if endings != kinds["CARD_IN"]:
        yield f"{kinds['CARD_IN']} cards went in and {endings} have an ending on record"


def _memory(world: World, rows: Sequence[StoredRow]) -> Iterator[str]:
    """Invariant 25: what the bank remembers of the record is part of it."""
    known = world.bank.checkpoint(TERMINAL)
    if known is not None and known.seq:
        here = {row.seq: row.hash for row in rows}
        if here.get(known.seq) != known.hash:
            yield f"the bank remembers another row {known.seq} than the record has"
    if any(row.kind == "RECORD_DISPUTED" for row in rows):
        yield "the bank disputes the record"
