"""What `main.py` names, each in the file that means it; mistakes become one sentence and exit code 2."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from sim.stage.settings import ConfigurationError, Settings, read_settings

if TYPE_CHECKING:
    from sim.design.live import Live
    from sim.stage.bystander import Bystander

WELL, ENOUGH, MISTAKE = 0, 1, 2


def run(given: argparse.Namespace) -> int:
    """Run the command that was given. Expected trouble is said in one sentence on stderr."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    command = _COMMANDS[given.command]
    try:
        return command(given)
    except _troubles() as trouble:
        print(trouble, file=sys.stderr)
        return MISTAKE
    except BrokenPipeError:
        # Whoever reads has enough, as in `play | head`; what is left is not to be told either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ENOUGH
    except OSError as trouble:
        where = f" {trouble.filename}" if trouble.filename else ""
        print(f"Cannot go on: {trouble.strerror or trouble}{where}.", file=sys.stderr)
        return MISTAKE
    except KeyboardInterrupt:
        return 130


def _troubles() -> tuple[type[Exception], ...]:
    from devices.journal_store import JournalError
    from devices.transport import PortRefused
    from sim.stories.file import BadStory

    return ConfigurationError, PortRefused, JournalError, BadStory


def _run(given: argparse.Namespace) -> int:
    from sim.stage import display

    settings = read_settings(given.config)
    size = display.window_size(given.window)
    trouble = display.missing()
    if trouble:
        print(
            f"No display here ({trouble}): playing stories instead, without a window.", flush=True
        )
        return _play_first(given.out)
    if given.panel and not given.panel_port:
        return _with_panel(given, settings)
    if given.pulse is None and not given.alone:
        from sim.stage.supervisor import supervise

        return supervise(sys.argv[1:])
    from sim.stage import kiosk

    live, bystander = _live(given.live, settings), _bystander(given, settings)
    return kiosk.run(settings, size, given.pulse, given.tell, live, bystander)


def _bystander(given: argparse.Namespace, settings: Settings) -> "Bystander":
    """Who stands beside the terminal: a panel, or nobody."""
    from sim.stage.bystander import NOBODY

    if not given.panel:
        return NOBODY
    from sim.panel import command as panel

    return panel.hub(settings, given.panel_port, given.pulse is None)


def _with_panel(given: argparse.Namespace, settings: Settings) -> int:
    """The same, with a place for a panel that all starts of the terminal have in common."""
    from sim.panel import command as panel

    given.panel_port = panel.port_for(given.panel)
    sys.argv += ["--panel-port", str(given.panel_port)]
    with panel.beside(settings, given.panel, given.panel_port):
        return _run(given)


def _panel(given: argparse.Namespace) -> int:
    from sim.panel import command

    return command.run(given)


def _live(folder: str | None, settings: Settings) -> "Live | None":
    """The design in this folder, or the program's own (""), watched while the terminal runs."""
    if folder is None:
        return None
    from sim.design.live import live
    from sim.stage.design import SOURCES, Sources

    return live(Sources(Path(folder)) if folder else SOURCES, settings)


def _play_first(out: Path) -> int:
    from sim.stories import command

    return command.play_first(out)


def _play(given: argparse.Namespace) -> int:
    from sim.stories import command

    if given.words is not None:
        return command.searched(given.words)
    if not given.names:
        return command.listed()
    return command.run(given)


def _serve(given: argparse.Namespace) -> int:
    from sim.stage import serve

    return serve.run(read_settings(given.config), tcp=given.tcp, host=given.host)


def _cuts(given: argparse.Namespace) -> int:
    if given.every_call:
        from sim.proof.disk import calls

        return calls.run(given.jobs)
    from sim.proof.disk import cuts

    return cuts.run(given.count, given.seed, given.jobs)


def _campaign(given: argparse.Namespace) -> int:
    from sim.proof.campaign import command

    return command.run(given)


def _kills(given: argparse.Namespace) -> int:
    from sim.proof.kills import command

    return command.run(given.count, given.seed, given.jobs, given.report, given.only or "")


def _fuzz(given: argparse.Namespace) -> int:
    from sim.proof.fuzz import command

    return command.run(given.target, given.seconds, given.seed)


def _coverage_errors(given: argparse.Namespace) -> int:
    from sim.proof.errors import command

    return command.run(given.out)


def _audit(given: argparse.Namespace) -> int:
    if given.voice:
        from sim.proof.voice import command as voice

        return voice.run(given)
    if find_spec("numpy") is None:
        raise ConfigurationError(
            "The audit measures with numpy, which is not installed here; `make test` sets it up."
        )
    from sim.proof.audit import command

    return command.run(given)


def _scams(given: argparse.Namespace) -> int:
    from sim.proof import scams

    return scams.run(given)


def _personas(given: argparse.Namespace) -> int:
    from sim.proof.personas import command

    return command.run(
        given.visits,
        given.seed,
        given.jobs,
        given.report,
        personas=given.persona,
        profiles=given.profile,
    )


def _explore(given: argparse.Namespace) -> int:
    from sim.proof.scope import command

    return command.run(given.crashes, given.faults, given.shape, given.jobs)


def _host(given: argparse.Namespace) -> int:
    from sim.stage import host

    ledger = given.ledger or read_settings(given.config).ledger
    if given.alarms:
        return host.alarms(ledger)
    if given.decide is not None:
        if given.received is None:
            raise ConfigurationError("--received wants whole yuan: what the customer really got.")
        by, witness = given.by or "", given.witness or ""
        return host.decide(ledger, given.decide, given.received, by, witness)
    if given.forget is not None:
        return host.forget(ledger, given.forget, given.by or "")
    ledger.parent.mkdir(parents=True, exist_ok=True)
    return host.run(given.listen, ledger)


def _log(given: argparse.Namespace) -> int:
    from devices.clock import SystemClock
    from sim.stage import archive, log

    settings = read_settings(given.config)
    journal = given.journal or settings.journal
    match given.what:
        case "archive":
            folder = given.to or settings.archive
            return archive.archive(
                journal, folder, settings.keep_years, int(SystemClock().utc()[:4])
            )
        case "list":
            return log.list_visits(journal)
        case "show":
            return log.show_visit(journal, given.visit)
        case "export":
            return log.export(journal, given.to)
        case _:
            return log.verify(journal)


def _replay(given: argparse.Namespace) -> int:
    from sim.replay import command

    return command.run(given)


def _reopen(given: argparse.Namespace) -> int:
    from sim.stage import staff

    staff.reopen(read_settings(given.config), given.by)
    return WELL


def _load(given: argparse.Namespace) -> int:
    from sim.stage import staff

    staff.load(read_settings(given.config), given.by)
    return WELL


def _settle(given: argparse.Namespace) -> int:
    from sim.stage import settle, settle_notes

    settings = read_settings(given.config)
    by, witness = given.by or "", given.witness or ""
    if given.reference is not None:
        if given.received is None:
            raise ConfigurationError("--received wants whole yuan: what the customer really got.")
        settle.decided(settings, given.reference, given.received, by, witness, given.reason or "")
    elif given.deposits is not None:
        settle_notes.counted(settings, settle_notes.found(given.deposits), by, witness)
    elif given.emptied:
        settle_notes.emptied(settings, by, witness)
    elif given.counted is not None:
        if given.bins is None:
            raise ConfigurationError(
                "--bins is missing: what lies in the reject tray and the bins, for each cassette's notes "
                "(0,0,0,0 if nothing). Without it a count says nothing."
            )
        counts, bins = _numbers("--counted", given.counted), _numbers("--bins", given.bins)
        settle.counted(settings, counts, bins, by, witness)
    else:
        settle.listed(settings)
    return WELL


def _numbers(option: str, text: str) -> list[int]:
    try:
        numbers = [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        numbers = [-1]
    if any(number < 0 for number in numbers):
        raise ConfigurationError(
            f"{option} wants numbers of notes, one for each cassette, such as 196,100,100,100."
        )
    return numbers


def _prompts(given: argparse.Namespace) -> int:
    from sim.stage import prompts

    settings = read_settings(given.config)
    if given.what == "check":
        return prompts.check(settings, given.pack, given.out)
    if given.pack is not None:
        raise ConfigurationError(
            f"prompts build takes no pack, found {given.pack}: did you mean `prompts check`, or --out?"
        )
    return prompts.build(settings, given.out, given.jobs, given.language)


def _demo(given: argparse.Namespace) -> int:
    from sim.stage import demonstration

    return demonstration.run(given.language, given.out)


def _design(given: argparse.Namespace) -> int:
    from sim.stage import display

    settings, size = read_settings(given.config), display.window_size(given.window)
    if trouble := display.missing():
        print(f"The design bench needs a display ({trouble}); run --live and play do without.")
        return WELL
    from sim.design import command

    return command.run(settings, given.folder, size)


def _gallery(given: argparse.Namespace) -> int:
    from sim.design import gallery

    return gallery.run(given)


def _bench(given: argparse.Namespace) -> int:
    from sim.design import measure as of_design
    from sim.stage import measure

    return measure.run(quick=given.quick, more=of_design.figures)


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "panel": _panel,
    "play": _play,
    "serve": _serve,
    "host": _host,
    "campaign": _campaign,
    "explore": _explore,
    "kills": _kills,
    "fuzz": _fuzz,
    "coverage-errors": _coverage_errors,
    "audit": _audit,
    "personas": _personas,
    "scams": _scams,
    "cuts": _cuts,
    "log": _log,
    "replay": _replay,
    "reopen": _reopen,
    "load": _load,
    "settle": _settle,
    "prompts": _prompts,
    "demo": _demo,
    "design": _design,
    "gallery": _gallery,
    "bench": _bench,
}
