"""Every number of the six personas (accessibility.md C6), and where it comes from.

The persons are a model: nobody was observed for it. A number is either taken from a source that
`accessibility.md` names (its key in brackets, as in its section H), derived from one, or `assumed`,
with the reason. Both profiles are met with the same numbers; what differs is what the machine shows
and says. The file was fixed before the first comparison of profiles was run; what had to be changed
afterwards, and what that changed, is told in `docs/personas.md`.

How the numbers are used is the business of `eyes`, `ears`, `hands` and `mind`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from terminal.profile import Language

PersonaName = Literal[
    "fluent-25", "fluent-70", "hesitant-70", "tremor-60", "low-vision-55", "first-time-foreigner-30"
]

NAMES: Final[tuple[PersonaName, ...]] = (
    "fluent-25",
    "fluent-70",
    "hesitant-70",
    "tremor-60",
    "low-vision-55",
    "first-time-foreigner-30",
)


@dataclass(frozen=True, slots=True)
class Trait:
    """One number of every persona, in the order of `NAMES`: what it is, its unit, its source."""

    name: str
    about: str
    unit: str
    source: str
    values: tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Common:
    """One number that is the same for all."""

    name: str
    about: str
    unit: str
    source: str
    value: float


@dataclass(frozen=True, slots=True)
class Persona:
    """One synthetic customer. Fields other than the first four are described in `TRAITS`.

    `card` is the demonstration card they bring; the bank knows `age` by it. `served_by` are the
    profiles that suit them: with another one they are not well served."""

    name: PersonaName
    card: str
    language: Language
    served_by: frozenset[str]
    age: float
    acuity: float
    contrast_need: float
    characters_per_second: float
    reads_everything: float
    decision_seconds: float
    decision_spread: float
    movement_seconds: float
    stop_seconds: float
    aim_sigma_mm: float
    aim_bias_mm: float
    jitter_mm: float
    contact_seconds: float
    bounces: float
    key_misses: float
    key_gap_seconds: float
    preferred_dba: float
    understands_slow: float
    understands_normal: float
    listens_out: float
    knows_machines: float
    slips: float
    slips_per_choice: float
    checks_amount: float
    expects_seconds: float
    notices_slot_seconds: float
    lapses: float
    patience_seconds: float
    gives_up_after: float
    lost_repeats: float
    lost_asks_help: float
    lost_enlarges: float
    lost_guesses: float
    lost_waits: float
    looks_for_larger: float
    accepts_offer: float
    prefers_standard: float
    leaves_unanswered: float


C3: Final = "accessibility.md C3, evidence table [D there]"
ASSUMED: Final = "assumed: "

TRAITS: Final[tuple[Trait, ...]] = (
    Trait(
        "age", "completed years; the bank's record says so", "years", "C6", (25, 70, 70, 60, 55, 30)
    ),
    # --- eyes -----------------------------------------------------------------------------------
    Trait(
        "acuity",
        "decimal visual acuity at the glass",
        "1 = 20/20",
        "70 years: 0.4, the worked example of [AIST] in VIS-04. Low vision: 20/70 = 0.286, the case "
        "B1 takes from [GTRI]. 25 and 30: 1.0, normal sight. 60: assumed between them",
        (1.0, 0.4, 0.4, 0.6, 0.286, 1.0),
    ),
    Trait(
        "contrast_need",
        "contrast ratio at which words are as legible as black on white",
        "ratio",
        "VIS-07: 4.5 [MIIT, WCAG 1.4.3], 7 for low vision (WCAG 1.4.6 [M]), 3 for large type",
        (3.0, 4.5, 4.5, 4.5, 7.0, 3.0),
    ),
    Trait(
        "characters_per_second",
        "reading of comfortably large text: Chinese characters, for the foreigner letters",
        "1/s",
        ASSUMED + "about 300 characters a minute for careful reading of strange screens, half as "
        "much again for who knows them, less with effort; English 16 letters, about 200 words a "
        "minute. accessibility.md names no reading speed",
        (8.0, 5.5, 3.5, 5.5, 4.5, 16.0),
    ),
    Trait(
        "reads_everything",
        "probability to read the whole screen before deciding",
        "share",
        ASSUMED + "a hesitant person wants to have seen all of it [cf. CHAN on inexperience]",
        (0.1, 0.3, 0.9, 0.4, 0.3, 0.4),
    ),
    # --- mind -----------------------------------------------------------------------------------
    Trait(
        "decision_seconds",
        "median from having understood to having decided",
        "s",
        C3
        + ": with reading, the first action after less than 4 s is brisk, after 8 to 15 s hesitant",
        (1.0, 1.8, 6.0, 2.5, 3.0, 3.0),
    ),
    Trait(
        "decision_spread",
        "sigma of its logarithm",
        "",
        ASSUMED + "decision times are skewed to the right; the tail is longer for who hesitates",
        (0.4, 0.45, 0.6, 0.5, 0.5, 0.5),
    ),
    Trait(
        "movement_seconds",
        "from the decision to the finger on the glass",
        "s",
        ASSUMED + "slower with age [TATOO: older people are slower even as smartphone users]",
        (0.7, 0.9, 1.4, 1.6, 1.2, 0.8),
    ),
    Trait(
        "stop_seconds",
        "a movement this near its end is not stopped by a screen that changes",
        "s",
        ASSUMED + "about a simple reaction time, longer with age",
        (0.2, 0.3, 0.4, 0.35, 0.4, 0.2),
    ),
    # --- hands ----------------------------------------------------------------------------------
    Trait(
        "aim_sigma_mm",
        "standard deviation of where the finger lands, along each axis",
        "mm",
        "25, 30: targets 9.0 mm tall do well [GAO], taken as two sigma each way. 70 fluent: 11.2 mm "
        "advised [ZHOU], likewise. 70 hesitant: 20 mm costs nothing standing [COLLE], taken as two "
        "and a half sigma. Tremor: 20 mm needed [DUFF], two sigma. Low vision: assumed as hesitant, "
        "because the target is seen blurred",
        (2.25, 2.8, 4.0, 5.0, 4.0, 2.25),
    ),
    Trait(
        "aim_bias_mm",
        "mean offset to the right",
        "mm",
        "right-side bias seen by [BTN]; how much is assumed, half of a sigma at most",
        (0.8, 1.2, 1.2, 1.2, 1.2, 0.8),
    ),
    Trait(
        "jitter_mm",
        "how far the finger wanders between down and up, standard deviation",
        "mm",
        ASSUMED + "tremor moves the finger by half its aim error [TREM gives no millimetres]",
        (0.3, 0.5, 0.8, 2.5, 0.6, 0.3),
    ),
    Trait(
        "contact_seconds",
        "median time the finger lies on the glass",
        "s",
        C3 + ": a median over 250 ms is a sign of hesitation; the others are assumed below it",
        (0.09, 0.12, 0.26, 0.18, 0.15, 0.1),
    ),
    Trait(
        "bounces",
        "probability that a press is followed by a second one nobody meant",
        "share",
        "repeated presses under tremor are documented [TREM], without a rate: assumed",
        (0.002, 0.005, 0.02, 0.15, 0.01, 0.002),
    ),
    Trait(
        "key_misses",
        "probability that the finger takes a neighbouring key of the metal pad",
        "share",
        ASSUMED + "raised keys guide the finger: far less than on glass",
        (0.002, 0.004, 0.008, 0.02, 0.012, 0.003),
    ),
    Trait(
        "key_gap_seconds",
        "median between two keys of the pad",
        "s",
        C3 + ": over 2.0 s is slow, under 0.6 s brisk",
        (0.4, 0.7, 2.2, 1.6, 1.5, 0.7),
    ),
    # --- ears -----------------------------------------------------------------------------------
    Trait(
        "preferred_dba",
        "speech level that is comfortable",
        "dBA",
        "AUD-20 [HFI: 25 y 57, 45 y 65, 65 y 74, 75 y 79], interpolated",
        (57.0, 76.5, 76.5, 71.75, 69.5, 59.0),
    ),
    Trait(
        "understands_slow",
        "sentences understood at the slow rate (3.3 characters/s, 150 words/min), loud enough",
        "share",
        "AUD-15: 99 % at 4.3 for natural speech [ZHRATE]; a synthetic voice is assumed to lose some, "
        "more so with age [ROR: synthetic words are harder at every age]",
        (0.96, 0.92, 0.9, 0.92, 0.94, 0.96),
    ),
    Trait(
        "understands_normal",
        "sentences understood at the normal rate (4.3 characters/s, 175 words/min), loud enough",
        "share",
        "AUD-15: older listeners preferred slower [ZHRATE]; by how much it helps is assumed",
        (0.96, 0.86, 0.8, 0.86, 0.92, 0.96),
    ),
    Trait(
        "listens_out",
        "probability to let a sentence end before acting",
        "share",
        ASSUMED + "who hesitates wants to have heard all of it",
        (0.0, 0.2, 0.8, 0.4, 0.6, 0.2),
    ),
    # --- mind, continued --------------------------------------------------------------------------
    Trait(
        "knows_machines",
        "probability to know from its shape what a screen wants (dots, amounts, a number pad)",
        "share",
        ASSUMED
        + "experience; half of the elder sample of [TRACE] had never used a machine (1990s)",
        (0.95, 0.8, 0.5, 0.8, 0.8, 0.6),
    ),
    Trait(
        "slips",
        "probability to aim at another of up to four choices than the one meant",
        "share",
        ASSUMED + "small, larger with hesitation",
        (0.003, 0.005, 0.015, 0.008, 0.008, 0.006),
    ),
    Trait(
        "slips_per_choice",
        "what each choice beyond four adds to it",
        "share",
        ASSUMED + "COG-01: fewer choices raised success, most for the least experienced [CHAN]",
        (0.0005, 0.001, 0.003, 0.0015, 0.0015, 0.001),
    ),
    Trait(
        "checks_amount",
        "probability to compare the amount before confirming, if it can be read",
        "share",
        ASSUMED + "habit makes careless",
        (0.85, 0.9, 0.9, 0.9, 0.9, 0.9),
    ),
    Trait(
        "expects_seconds",
        "median after which a press that nothing answered is made again",
        "s",
        "AUD-18: the limit is about 1.85 s [VUI2]; spread over the persons: assumed",
        (1.2, 1.5, 2.5, 2.0, 2.0, 1.3),
    ),
    Trait(
        "notices_slot_seconds",
        "median until a card or notes in a slot are noticed without having been told",
        "s",
        ASSUMED + "the slot blinks beside the glass; low vision halves the chance of seeing it",
        (3.0, 5.0, 7.0, 5.0, 12.0, 4.0),
    ),
    Trait(
        "lapses",
        "probability of a pause on a screen: glasses, a bag, a word with somebody",
        "share",
        ASSUMED + "elders do not want to be rushed [GILL]; there is no rate",
        (0.01, 0.03, 0.08, 0.04, 0.05, 0.03),
    ),
    Trait(
        "patience_seconds",
        "median of what somebody gives the whole visit before stopping",
        "s",
        ASSUMED + "a minute is a quick visit; hesitation goes with patience",
        (240.0, 420.0, 600.0, 420.0, 420.0, 300.0),
    ),
    Trait(
        "gives_up_after",
        "times of not knowing on, after which one stops",
        "times",
        ASSUMED + "about three; whoever is used to difficulties tries once more",
        (3, 4, 3, 4, 4, 3),
    ),
    Trait(
        "lost_repeats",
        "what one does who cannot read on: asks the machine to say it",
        "weight",
        ASSUMED + "by character; the five add up to 1",
        (0.05, 0.15, 0.15, 0.15, 0.3, 0.0),
    ),
    Trait(
        "lost_asks_help",
        "the same: presses Help",
        "weight",
        ASSUMED + "as above",
        (0.1, 0.15, 0.3, 0.2, 0.2, 0.1),
    ),
    Trait(
        "lost_enlarges",
        "the same: looks for larger type (where the comparison allows it)",
        "weight",
        ASSUMED + "as above; a service that must be looked for is found by few [CODES, STIG]",
        (0.05, 0.1, 0.05, 0.1, 0.2, 0.0),
    ),
    Trait(
        "lost_guesses",
        "the same: presses what seems likely",
        "weight",
        ASSUMED + "as above",
        (0.6, 0.35, 0.2, 0.35, 0.15, 0.5),
    ),
    Trait(
        "lost_waits",
        "the same: waits and looks again",
        "weight",
        ASSUMED + "as above",
        (0.2, 0.25, 0.3, 0.2, 0.15, 0.4),
    ),
    Trait(
        "looks_for_larger",
        "probability to press the switch for larger type by oneself, if text is hard to read",
        "share",
        ASSUMED + "uptake of versions made for elders is low [STIG, CHI22, CODES]",
        (0.0, 0.05, 0.1, 0.1, 0.5, 0.0),
    ),
    Trait(
        "accepts_offer",
        "probability to say yes to an offer of larger type that was understood",
        "share",
        ASSUMED + "by need; the fluent decline",
        (0.02, 0.15, 0.85, 0.7, 0.95, 0.02),
    ),
    Trait(
        "prefers_standard",
        "probability to want the standard version back after it was changed by the machine",
        "share",
        ASSUMED + "half of the fluent; few of whom it helps",
        (1.0, 0.5, 0.02, 0.05, 0.01, 1.0),
    ),
    Trait(
        "leaves_unanswered",
        "probability to go with card and notes without answering the last question",
        "share",
        ASSUMED + "who is in a hurry goes",
        (0.5, 0.3, 0.1, 0.2, 0.2, 0.4),
    ),
)

COMMON: Final[tuple[Common, ...]] = (
    Common("viewing_mm", "distance of the eyes", "mm", "VIS-02: declared distance", 600.0),
    Common(
        "leaning_mm",
        "distance after leaning in, to look again at what could not be read",
        "mm",
        ASSUMED + "key pad and shelf keep the head away",
        450.0,
    ),
    Common("leaning_seconds", "what leaning in costs", "s", ASSUMED + "a movement there", 1.5),
    Common(
        "threshold_arcmin",
        "height of a capital below which nothing is legible at acuity 1",
        "arcmin",
        "acuity 1 resolves a letter of 5 arc minutes by its definition; divided by acuity as in "
        "VIS-04 [AIST]",
        5.0,
    ),
    Common(
        "comfortable_arcmin",
        "height from which every word is legible at acuity 1",
        "arcmin",
        "VIS-03: at least 16 [IBM, ISO 9241-3]; multiplied for low vision as in B1 [GTRI]. Between "
        "the two the probability grows with the logarithm of the height",
        16.0,
    ),
    Common(
        "small_text_cost",
        "reading takes longer by this factor times what the probability lacks to 1",
        "",
        ASSUMED + "reading slows near the limit of legibility",
        1.5,
    ),
    Common(
        "known_text_seconds",
        "for a text that was read before in this visit",
        "s",
        ASSUMED + "recognition",
        0.3,
    ),
    Common(
        "orienting_seconds", "from a new screen to the first word", "s", ASSUMED + "a glance", 0.5
    ),
    Common("picture_seconds", "to take in a pictogram", "s", ASSUMED + "a glance", 0.8),
    Common(
        "picture_understood",
        "probability that a pictogram tells its meaning",
        "share",
        ASSUMED + "two thirds is the usual criterion for public symbols",
        0.67,
    ),
    Common(
        "misread_share",
        "of the labels that are not legible, those read as another of their kind",
        "share",
        ASSUMED + "most illegible words are seen to be so",
        0.15,
    ),
    Common(
        "quieter_db",
        "below the preferred level, nothing is lost down to this",
        "dB",
        ASSUMED + "preferred is comfortable, not the least that is understood (AUD-20)",
        10.0,
    ),
    Common(
        "unheard_db",
        "below the preferred level, nothing is understood from here on; linear between",
        "dB",
        ASSUMED + "as above",
        25.0,
    ),
    Common(
        "bounce_gap_seconds",
        "median between lifting and an unmeant second press",
        "s",
        ASSUMED + "one period of a tremor of 4 to 6 Hz; TCH-06 guards 0.25 and 0.5 s",
        0.2,
    ),
    Common("bounce_gap_spread", "sigma of its logarithm", "", ASSUMED + "tails on both sides", 0.5),
    Common(
        "notices_wrong_key",
        "probability to feel that a wrong key of the pad was taken, and to correct it",
        "share",
        ASSUMED + "the digits are hidden; half are felt",
        0.5,
    ),
    Common("lapse_seconds", "median length of a pause", "s", ASSUMED + "half a minute", 30.0),
    Common("lapse_spread", "sigma of its logarithm", "", ASSUMED + "some are long", 0.5),
    Common(
        "time_spread",
        "sigma of the logarithm of movements, contacts, gaps, expectations and noticing",
        "",
        ASSUMED + "times vary by a third",
        0.35,
    ),
    Common(
        "presses_again",
        "how often the same unanswered press is made before one does not know on",
        "times",
        ASSUMED + "three tries",
        3.0,
    ),
    Common(
        "guess_seconds", "before somebody who is lost does something", "s", ASSUMED + "a pause", 4.0
    ),
    Common(
        "silence_seconds",
        "how long somebody waits for words to come before being lost",
        "s",
        "AUD-18: over 3 s without a cue is too long [VUI]",
        3.0,
    ),
)

AMOUNTS_YUAN: Final[Mapping[int, float]] = {
    100: 0.08,
    200: 0.15,
    300: 0.10,
    500: 0.27,
    1_000: 0.25,
    1_500: 0.05,
    2_000: 0.10,
}
"""What is wanted, and how often. Assumed: round sums, most of them small. A third of them is not among
the three amounts that the elder profile offers first and must be typed there; in the standard profile
only 1,500 must."""

_CARDS: Final[Mapping[PersonaName, tuple[str, Language, frozenset[str]]]] = {
    "fluent-25": ("lin", "zh", frozenset({"standard"})),
    "fluent-70": ("chen", "zh", frozenset({"standard", "elder"})),
    "hesitant-70": ("chen", "zh", frozenset({"elder", "low_vision"})),
    "tremor-60": ("wang", "zh", frozenset({"elder", "low_vision"})),
    "low-vision-55": ("zhou", "zh", frozenset({"elder", "low_vision"})),
    "first-time-foreigner-30": ("smith", "en", frozenset({"standard"})),
}
"""Cards of the demonstration bank, the one language each persona knows, and what suits them: age, not
fluency, is what the bank knows, so for fluent-70 either profile is right as long as one press leaves it."""


def _persona(place: int, name: PersonaName) -> Persona:
    card, language, served_by = _CARDS[name]
    numbers = {trait.name: trait.values[place] for trait in TRAITS}
    return Persona(name, card, language, served_by, **numbers)


PERSONAS: Final[Mapping[PersonaName, Persona]] = {
    name: _persona(place, name) for place, name in enumerate(NAMES)
}

_COMMON: Final[Mapping[str, float]] = {common.name: common.value for common in COMMON}


def common(name: str) -> float:
    """A number that is the same for all, by name."""
    return _COMMON[name]
