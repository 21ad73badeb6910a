"""The errors that the documents name: what has to be covered.

Written down once more, from the documents and not from the drivers' tables or from the scenarios, so
that neither can make the coverage smaller without being noticed. The bank's part is what
reliability A.7 and C (host, network) say may come of a message, with the response codes in ISO 8583
field 39 where one belongs to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Device = Literal["dispenser", "reader", "bank", "visit"]


@dataclass(frozen=True, slots=True)
class Documented:
    """One error: whose, its code as the device or the bank says it, what it means, and where it is
    written."""

    device: Device
    code: str
    meaning: str
    source: str

    @property
    def name(self) -> str:
        """Device and code, as scenarios name it."""
        return f"{self.device} {self.code}"


_DISPENSER = """
00 success
01 pick-up failed
02 jam between CHK and DVT
03 jam between DVT and EJT
04 jam between EJT and EXIT
05 note staying in EXIT
06 a note suspected for rejection was ejected
07 count mismatch at the eject sensor
08 a note to be rejected passed the eject sensor
09 note too long at the eject sensor
0A note too long at the exit sensor
0B note on the path before pick-up started
0C too many notes for one command
0D too many rejects
0E purge ended abnormally
20 sensor trouble before start
21 foreign matter before start
22 solenoid trouble before dispense
23 motor or slit sensor trouble before dispense
24 requested cassette absent
25 requested cassette near end
26 no reject tray
29 dispensed more than requested
30 unknown command
31 bad parameter
32 verify not allowed after download and reset
33 program write failed
34 program verify failed
35 EEPROM write failed
36 EEPROM checksum wrong
40 a note from cassette 1 was detected meanwhile
41 a note from cassette 2 was detected meanwhile
42 a note from cassette 3 was detected meanwhile
43 a note from cassette 4 was detected meanwhile
"""

_SILENCE = "silence no answer"

_READER = """
00 undefined command
01 bad parameter
02 not executable now
03 not implemented
04 bad data
05 moving command while the chip contact is set
06 decryption key not received
10 card jam while moving
11 shutter failure, or forced open
12 position sensor fault, or more than one card inside
13 card longer than 92 mm
14 card shorter than 78 mm
15 flash or EEPROM data damaged
16 card inside was moved by force
17 jam during retrieve
18 switch fault
19 no card from the rear within 10 s
20 track parity error
21 track read error
22 write verify error
23 empty track
24 no stripe, or not encoded
25 write quality error
26 no start sentinel
27 no end sentinel
28 check character wrong
29 write data mismatch
30 power failed or is failing
31 host link lost
39 fan
40 card pulled out during capture
43 chip contact positioning
45 card lost and pushed to the gate
46 card not taken within the monitored time
50 capture counter overflow
51 motor error
60 chip supply abnormal
61 answer to reset not received
62 chip protocol mismatch
63 chip does not respond
64 chip communication error
65 APDU before activation
66 card not supported
69 card not EMV
70 flash write failed
71 firmware check wrong
73 EEPROM data damaged
B0 not initialised
"""

_BANK = """
card-54 the card is past its date
card-14 the bank does not know the card
card-75 the card is blocked
card-capture the bank wants the card kept
card-30 the question about the card is not understood
pin-55 wrong PIN, tries remain
pin-75 wrong PIN, and it was the last try
pin-30 the question about the PIN is not understood
money-51 not enough in the account
money-61 over the day's limit
money-55 the PIN of the money request is wrong
money-14 the account is gone between PIN and money
money-75 the card was blocked between PIN and money
money-57 three endings in doubt in 30 days: cash only with staff
money-13 an amount that cannot be
money-30 the question about the money is not understood
money-other a reason that the catalogue does not have
money-12 reversed before it arrived: a tombstone
money-94 same txid, other body
silent-card no answer about the card
silent-pin no answer about the PIN
silent-money no answer about the money
silent-money-held no answer, but the hold is placed
silent-outcome no acknowledgement of the outcome
late-money the answer comes after the time is over
down no bank: three misses
up the bank is back
bad-mac an answer with a wrong check value
bad-form an answer that is no message
bad-txid an answer of another operation
bad-variant an answer to another request
bad-coordination an answer with another coordination number
bad-amount an approval of another amount
out-of-step-missing the bank remembers rows that the record lacks
out-of-step-altered the bank remembers other rows
"""

_VISIT = """
pad-lost the key pad is gone
cancelled the customer wants no more
timed-out nobody answers
disputed the customer counts less
notes-left nobody takes the notes
notes-left-some some of the notes are taken
notes-left-doubt notes taken back cannot be counted
record-broken the record cannot be written
"""


def _table(device: Device, rows: str, source: str) -> tuple[Documented, ...]:
    pairs = (row.split(" ", 1) for row in rows.strip().splitlines())
    return tuple(Documented(device, code, meaning, source) for code, meaning in pairs)


DOCUMENTED: tuple[Documented, ...] = (
    *_table("dispenser", _DISPENSER, "hardware-protocols 2.8"),
    *_table("dispenser", _SILENCE, "hardware-protocols 2.9"),
    *_table("reader", _READER, "hardware-protocols 4.7"),
    *_table("reader", _SILENCE, "hardware-protocols 4.10"),
    *_table("bank", _BANK, "reliability A.7 and C"),
    *_table("visit", _VISIT, "reliability A.6 and C"),
)

COUNTS: Mapping[Device, int] = {"dispenser": 35, "reader": 49, "bank": 35, "visit": 8}
"""How many each document names: a table that shrinks is a mistake."""

assert len({error.name for error in DOCUMENTED}) == len(DOCUMENTED), "an error is named twice"
