"""The screens of the services, one file for each: a session for every screen that it can show.

A file has `samples(at)`: names and sessions, made from `at(phase=...)`, an idle session at a machine that
offers everything. Every phase of the service, every text of it, and every amount or list that decides
whether a screen fits is in it: audit and voice audit look at nothing else. Every file of this folder is
asked, so that none can be forgotten. What can be printed is in it once more, with the answer for
that, and what names the bank's telephone number, with a bank's own.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules

from terminal.flows.services import SERVICES
from terminal.help_pages import NAME_THE_LINE
from terminal.prompts import text_key
from terminal.service import ServicePhase
from terminal.session import ChoosingService, Session
from terminal.values import replace

At = Callable[..., Session]


def all_of_them(at: At) -> Iterator[tuple[str, Session]]:
    """The screens of all services; the name of each begins with its file's."""
    for name in sorted(found.name for found in iter_modules(__path__)):
        for screen, session in import_module(f"{__name__}.{name}").samples(at).items():
            served = _served(session, name)
            yield f"{name}_{screen}", served
            phase = served.phase
            real = served.practice is None
            if real and isinstance(phase, ServicePhase) and phase.printable():
                yield f"{name}_{screen}_receipt", _at_printer(served)
            if text_key(served) in NAME_THE_LINE and not served.overlay:
                yield f"{name}_{screen}_own_line", _with_own_line(served)


def _at_printer(session: Session) -> Session:
    """The same at a machine that can print: with one answer more."""
    return replace(session, machine=replace(session.machine, printer=""))


def _with_own_line(session: Session) -> Session:
    """The same at a machine of a bank with a telephone number of its own, a long one."""
    return replace(session, machine=replace(session.machine, bank_line="075588889999"))


def _served(session: Session, name: str) -> Session:
    """The session as it is while its service is at work, to the end of the visit."""
    phase = session.phase
    if isinstance(phase, ServicePhase):
        return session if session.serving else replace(session, serving=phase.service)
    if isinstance(phase, ChoosingService):
        return replace(session, serving="")
    at_work = name in SERVICES and bool(session.visit)
    return replace(session, serving=name) if at_work and not session.serving else session
