"""The screens of the services, one file for each: a session for every screen that it can show.

A file has `samples(at)`: names and sessions, made from `at(phase=...)`, an idle session at a machine that
offers everything. Every phase of the service, every text of it, and every amount or list that decides
whether a screen fits is in it: audit and voice audit look at nothing else.
"""

from collections.abc import Callable, Iterator

from sim.stage.service_samples import balance, common, contact, help, pin_change
from terminal.session import Session

At = Callable[..., Session]


def all_of_them(at: At) -> Iterator[tuple[str, Session]]:
    """The screens of all services; the name of each begins with its service."""
    for module in (common, balance, contact, pin_change, help):
        name = module.__name__.rpartition(".")[2]
        for screen, session in module.samples(at).items():
            yield f"{name}_{screen}", session
