"""Screens of every form that a service may ask for, with texts of their own: a whole menu, a number that is
typed, lines to be checked, a signature.

No service has them, so that what a form can show at most is tested whatever the services show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from sim.stage.samples import CARD, MACHINE, at
from sim.stage.settings import Design
from terminal import session as s
from terminal.asking import Answer, Ask, Entry, Fact, Prompt, Word
from terminal.messages import Entry as Text
from terminal.money import Amount
from terminal.profile import Waits
from terminal.prompts import CHANGE, CLEAR, CONFIRM, DIGITS
from terminal.service import ServicePhase
from terminal.session import Session
from terminal.signing import sign_answers

SERVICES: Final = {
    "withdrawal": ("取款", "Withdraw cash"),
    "deposit": ("存钱", "Deposit cash"),
    "balance": ("查余额", "Balance"),
    "transfer": ("转账", "Transfer"),
    "bills": ("缴费", "Pay bills"),
    "pension": ("养老金", "Pension"),
    "insurance": ("保险缴费", "Insurance"),
    "card_loss": ("卡挂失", "Lost card"),
    "pin_change": ("改密码", "Change PIN"),
    "contact": ("改手机号", "Change phone number"),
    "reservation": ("预约取大额", "Book large cash"),
    "damaged_notes": ("残损币兑换", "Damaged notes"),
    "change_pack": ("零钱包", "Small notes"),
    "exchange": ("换零钱", "Change notes"),
    "report_refusal": ("拒收现金", "Refused cash"),
    "practice": ("先练一练", "Practise"),
    "fraud_pages": ("防骗", "Avoid fraud"),
    "passbook": ("存折", "Passbook"),
}
"""Every service that has a pictogram, and what its tile says."""

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    **{f"label.service.{name}": words for name, words in SERVICES.items()},
    "label.form.to": ("收款人", "To"),
    "label.form.account": ("收款账号", "Account"),
    "label.form.amount": ("转账金额", "Amount"),
    "label.form.when": ("到账时间", "Arrives"),
    "label.form.fee": ("手续费", "Fee"),
    "form.tomorrow": ("明天到账，之前可以取消", "Tomorrow; you can cancel it before then"),
    "form.number": ("请输入收款人的账号。", "Please type the account number."),
    "form.review": ("请您核对，没错请按确认。", "Please check, and press Confirm."),
    "form.sign": ("请用手指在框里签名。", "Please sign in the box."),
}
TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "form.number": ("收款账号", "Account number"),
    "form.review": ("请您核对", "Please check"),
    "form.sign": ("请签名", "Please sign"),
}


@dataclass(frozen=True, slots=True)
class Numbering(ServicePhase):
    """A number as it is typed."""

    typed: str = ""
    most: int = 19
    hidden: bool = False

    service: ClassVar[str] = "balance"
    prompt: ClassVar[Prompt] = Prompt(
        "form.number", Waits.CHOICE, Ask.NUMBER, (*DIGITS, CLEAR, CONFIRM), may_go_back=True
    )

    def entry(self) -> Entry:
        return Entry(self.typed, self.most, (4,), self.hidden)


PAYMENT: Final = (
    Fact("form.to", "张*华", key=True),
    Fact("form.account", "6222 **** **** 0123", key=True),
    Fact("form.amount", Amount(150_006), key=True, strong=True),
    Fact("form.when", Word("form.tomorrow")),
    Fact("form.fee", Amount(250), private=False),
)
"""Lines of every kind."""


@dataclass(frozen=True, slots=True)
class Checking(ServicePhase):
    """Lines to be checked."""

    lines: tuple[Fact, ...] = PAYMENT

    service: ClassVar[str] = "balance"
    prompt: ClassVar[Prompt] = Prompt(
        "form.review", Waits.REVIEW, Ask.REVIEW, (CONFIRM, CHANGE), may_go_back=True
    )

    def facts(self, session: Session) -> tuple[Fact, ...]:
        return self.lines


@dataclass(frozen=True, slots=True)
class Signing(ServicePhase):
    """A signature of so many strokes."""

    strokes: int = 0

    service: ClassVar[str] = "balance"
    prompt: ClassVar[Prompt] = Prompt("form.sign", Waits.REVIEW, Ask.SIGN, may_go_back=True)

    def asked(self, session: Session) -> Prompt:
        answers: tuple[Answer, ...] = sign_answers(session, self.strokes)
        return replace(self.prompt, answers=answers)

    def signed(self) -> int:
        return self.strokes


def _form(phase: s.Phase) -> Session:
    return replace(at(phase), machine=replace(MACHINE, services=tuple(SERVICES)))


FORMS: Final[Mapping[str, Session]] = {
    **{f"menu_{leaf}": _form(s.ChoosingService(CARD, leaf=leaf)) for leaf in range(3)},
    "number_none": _form(Numbering()),
    "number_some": _form(Numbering("6222021234567")),
    "number_all": _form(Numbering("6222021234567890123")),
    "number_hidden": _form(Numbering("123", 6, True)),
    "review": _form(Checking()),
    "sign_none": _form(Signing()),
    "sign_some": _form(Signing(2)),
    "review_pointed": replace(_form(Checking()), pointed="confirm"),
}


def with_forms(design: Design) -> Design:
    """The design with the texts of the forms, in the finished languages."""
    catalogues = dict(design.catalogues)
    for number, language in enumerate(("zh", "en")):
        catalogue = catalogues[language]  # type: ignore[index]
        entries = dict(catalogue.entries)
        for key, words in TEXTS.items():
            title = TITLES[key][number] if key in TITLES else ""
            entries[key] = Text(title=title, text=words[number])
        catalogues[language] = replace(catalogue, entries=entries)  # type: ignore[index]
    catalogues["en"] = replace(catalogues["en"], chinese=catalogues["zh"])
    return replace(design, catalogues=catalogues)
