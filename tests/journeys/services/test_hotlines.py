"""Whom one can call stands where one looks for it: on the idle screen, on the page of help, on its own page and on the
receipt (accessibility.md F, row 29)."""

import pytest

from audio.utterance import utterance_of
from screens.figures import rows_of
from screens.receipt_text import receipt_of
from sim.stage.bench import Bench
from sim.stage.samples import SAMPLES
from sim.stage.settings import Settings, own_design
from sim.world.bank.payees import LANDLORD
from terminal import effects as fx
from terminal import session as s
from terminal.flows.bills import Bill
from terminal.flows.printing import slip_of
from terminal.flows.services import NAMES
from terminal.help_pages import DEMO_BANK_LINE, HOTLINES_OF_ALL, NAME_THE_LINE, readable
from terminal.money import yuan
from terminal.profile import Language
from terminal.prompts import facts_of, text_key, values_of
from terminal.receipt import Receipt
from terminal.values import replace
from tests.audio.material import pinyin
from tests.journeys.services import transferring as t
from tests.journeys.services.test_receipts import at_outcome
from tests.journeys.services.visiting import LOOKS, at_menu

DESIGN = own_design()
NUMBERS = (
    DEMO_BANK_LINE,
    *(HOTLINES_OF_ALL[one] for one in ("regulator", "central_bank", "fraud_line")),
)


def missing(words: str) -> list[str]:
    return [number for number in NUMBERS if number not in words]


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_the_numbers_are_on_the_receipt_on_help_and_on_the_idle_screen(
    profile: str, language: str
) -> None:
    bench, slips = at_outcome(profile, language), list[fx.PrintSlip]()
    catalogue = next(one for tag, one in DESIGN.catalogues.items() if tag == language)
    bench.terminal.listeners.append(
        lambda _before, _event, _after, effects, _now: slips.extend(
            one for one in effects if isinstance(one, fx.PrintSlip)
        )
    )
    bench.presses("help")
    assert not missing(catalogue.text(text_key(bench.session), values_of(bench.session)))
    bench.presses("counter").presses("hotlines")
    assert not missing(catalogue.text(text_key(bench.session), values_of(bench.session)))
    bench.presses("close").presses("receipt").run(lambda now: now.look.said == "receipt_printed")
    (slip,) = slips
    paper = receipt_of(slip.slip, catalogue, "2026-11-22T10:00:00.000Z", "T0000001")
    assert not missing(" ".join(paper.texts()))
    bench.ready()
    assert isinstance(bench.session.phase, s.Idle)
    shown = rows_of(facts_of(bench.session), catalogue)
    assert not missing(" ".join(row.value for row in shown))


# --- the bank's own line --------------------------------------------------------------------------

OWN, AS_READ = "075588889999", "0755\u00a08888\u00a09999"
SPELLED = {
    "zh": ("95500", "九五五零零", "演示号码"),
    "en": ("95500", "nine five five zero zero", "demonstration"),
}
"""How the number of the demonstration is written and said."""

SAID = {
    "zh": "零七五五，八八八八，九九九九",
    "en": "zero seven five five, eight eight eight eight, nine nine nine nine",
}


@pytest.mark.parametrize("language", SPELLED)
def test_what_names_the_number_of_the_demonstration_has_a_twin_for_the_banks_own(
    language: Language,
) -> None:
    entries = DESIGN.catalogues[language].entries
    naming = {
        key
        for key, entry in entries.items()
        if any(
            word in f"{entry.text}{entry.speech}" for word in ("{bank_line}", SPELLED[language][0])
        )
    }
    assert {key.removesuffix("_own") for key in naming} == NAME_THE_LINE
    for key in NAME_THE_LINE:
        twin = entries[f"{key}_own"]
        assert "{bank_line}" in twin.text
        assert not any(word in f"{twin.text}{twin.speech}" for word in SPELLED[language])
        assert any(word in entries[key].text for word in SPELLED[language])


@pytest.mark.parametrize("language", SPELLED)
def test_no_screen_of_a_bank_with_its_own_line_speaks_of_the_demonstration(
    language: Language,
) -> None:
    catalogue = DESIGN.catalogues[language]
    named = 0
    for name, sample in SAMPLES.items():
        machine = replace(sample.machine, bank_line=OWN)
        session = replace(sample, machine=machine, look=replace(sample.look, language=language))
        key, values = text_key(session), values_of(session)
        said = utterance_of(catalogue, pinyin(), key, values, "headset")
        shown = " ".join(
            (
                catalogue.title(key, values) + catalogue.text(key, values),
                *(f"{row.label} {row.value}" for row in rows_of(facts_of(session), catalogue)),
            )
        )
        heard = said.text if said else ""
        for word in SPELLED[language]:
            assert word not in shown + heard, f"{name}: {word}"
        if key.removesuffix("_own") in NAME_THE_LINE:
            named += 1
            assert AS_READ in shown, name
            assert SAID[language] in heard, f"{name}: {heard}"
    assert named > len(NAME_THE_LINE)


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_transfer_and_its_receipt_name_the_banks_own_line(
    profile: str, language: Language
) -> None:
    bench = Bench(services=NAMES, prints_receipts=True, settings=Settings(bank_line=OWN))
    t.chosen(at_menu(bench, "lin", profile, language))
    t.sent(t.arrives(t.amount(t.to_known(bench, LANDLORD), 3_000), "after_24h"))
    catalogue = DESIGN.catalogues[language]
    shown = catalogue.text(text_key(bench.session), values_of(bench.session))
    paper = receipt_of(slip_of(bench.session), catalogue, bench.clock.utc(), "T0000001")
    assert sum(AS_READ in text for text in paper.footer) == 2, "how to cancel, and whom to call"
    for words in (shown, " ".join(paper.texts())):
        assert AS_READ in words
        assert not any(word in words for word in SPELLED[language])
    bench.presses("receipt").run(lambda now: now.look.said == "receipt_printed")


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("95500", "95500"),
        ("8889999", "888 9999"),
        ("88889999", "8888 9999"),
        ("4008889999", "400 888 9999"),
        ("13800138000", "138 0013 8000"),
        ("01088889999", "010 8888 9999"),
        (OWN, "0755 8888 9999"),
        ("008675588889999", "008 675 588 889 999"),
    ],
)
def test_a_number_is_grouped_as_people_read_it_stays_on_its_line_and_can_be_printed(
    number: str, read: str
) -> None:
    assert readable(number) == read.replace(" ", "\u00a0")
    assert Receipt("x", (), (readable(number),), False, "zh").footer == (readable(number),)


def test_a_telephone_bill_is_read_back_in_the_groups_of_its_number() -> None:
    bill = Bill("phone", "13800138000", "陈*兰", "2026-10-01", "2026-10-31", yuan(50))
    numbers = [fact.value for fact in bill.facts() if fact.label == "bills.number"]
    assert numbers == [readable("13800138000")]
