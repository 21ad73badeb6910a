"""The commands, and nothing a command does."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 well, 1 something did not hold, 2 a mistake in the call."""
    from sim import commands
    from sim.proof import options

    parser = argparse.ArgumentParser(prog="main.py", description="An accessible cash machine.")
    verbs = parser.add_subparsers(dest="command", metavar="COMMAND")

    run = verbs.add_parser("run", help="start the terminal (headless stories without a display)")
    run.add_argument("--window", metavar="WxH", help="a window of this size instead of full screen")
    run.add_argument("--config", type=Path, metavar="FILE", help="a configuration in TOML")
    run.add_argument("--out", type=Path, default=Path("out"), help="where stories are written")
    run.add_argument("--tell", action="store_true", help="print a line of JSON for every screen")
    run.add_argument(
        "--live",
        nargs="?",
        const="",
        metavar="FOLDER",
        help="show texts, sizes, colours and times as soon as they are saved (FOLDER: a copy of them)",
    )
    run.add_argument("--alone", action="store_true", help="without the supervisor above it")
    run.add_argument("--pulse", type=int, help=argparse.SUPPRESS)
    options.panel(run, verbs.add_parser("panel", help="the tester's panel of a running terminal"))

    options.play(verbs.add_parser("play", help="play stories headless, and say what did not hold"))

    serve = verbs.add_parser("serve", help="offer the simulated devices to other programs")
    serve.add_argument(
        "--tcp", action="store_true", help="on TCP ports instead of pseudo-terminals"
    )
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on, with --tcp")
    serve.add_argument("--config", type=Path, metavar="FILE")

    host = verbs.add_parser("host", help="the simulated bank as a program, for many terminals")
    host.add_argument("--listen", default="tcp://127.0.0.1:7200", metavar="tcp://ADDRESS:PORT")
    host.add_argument("--ledger", type=Path, metavar="FILE", help="the bank's accounts")
    host.add_argument("--forget", metavar="TERMINAL", help="accept that it begins a new record")
    host.add_argument("--decide", metavar="TXID", help="settle what only the bank has in doubt")
    host.add_argument("--received", type=int, metavar="YUAN", help="what the customer really got")
    host.add_argument("--witness", metavar="NAME", help="with --decide: who else has found it out")
    host.add_argument("--alarms", action="store_true", help="list what people should look at")
    host.add_argument("--by", metavar="NAME", help="who has accepted or found it out")
    host.add_argument("--config", type=Path, metavar="FILE")

    options.add_to(verbs)

    log = verbs.add_parser(
        "log",
        help="read the record",
        epilog="`show` prints the rows of a visit and, marked, those of its operations that came after it. Rows "
        "of the machine itself belong to no visit and are left out; `export` has every row.",
    )
    log.add_argument("what", choices=("list", "show", "export", "verify", "archive"))
    log.add_argument("visit", nargs="?", default="last", help="with show: which visit")
    log.add_argument(
        "--journal", type=Path, help="the journal file; the machine's own if left away"
    )
    log.add_argument(
        "--to", type=Path, metavar="PATH", help="with export: the file; with archive: the folder"
    )
    log.add_argument("--config", type=Path, metavar="FILE")

    options.replay(verbs.add_parser("replay", help="draw a visit again from the record"))

    reopen = verbs.add_parser("reopen", help="staff have looked at the dispenser: pay cash again")
    reopen.add_argument("--by", required=True, metavar="NAME", help="who has looked")
    reopen.add_argument("--config", type=Path, metavar="FILE")

    load = verbs.add_parser("load", help="staff have loaded the cassettes as configured")
    load.add_argument("--by", required=True, metavar="NAME", help="who has loaded them")
    load.add_argument("--config", type=Path, metavar="FILE")

    settle = verbs.add_parser("settle", help="what is in doubt, and what a count says of it")
    settle.add_argument("reference", nargs="?", metavar="REFERENCE", help="decide this operation")
    settle.add_argument("--received", type=int, metavar="YUAN", help="what the customer really got")
    settle.add_argument("--counted", metavar="N,N,...", help="notes found, for each cassette")
    settle.add_argument("--bins", metavar="N,N,...", help="notes of each kind found in the bins")
    settle.add_argument("--deposits", metavar="100xN,...", help="notes found in the note acceptor")
    settle.add_argument("--emptied", action="store_true", help="the note acceptor was emptied")
    settle.add_argument("--by", metavar="NAME", help="who has counted or decided")
    settle.add_argument("--witness", metavar="NAME", help="who has watched")
    settle.add_argument("--reason", metavar="TEXT", help="why, on one line")
    settle.add_argument("--config", type=Path, metavar="FILE")

    prompts = verbs.add_parser("prompts", help="make spoken prompts ahead; check recordings")
    prompts.add_argument("what", choices=("build", "check"))
    prompts.add_argument(
        "pack", nargs="?", type=Path, metavar="PACK", help="with check: a folder of recordings"
    )
    prompts.add_argument("--out", type=Path, metavar="DIR", help="where they lie, if not in state")
    prompts.add_argument("--jobs", type=int, default=2, help="made at the same time")
    prompts.add_argument("--language", choices=("zh", "en"), help="with build: only this one")
    prompts.add_argument("--config", type=Path, metavar="FILE")

    demo = verbs.add_parser("demo", help="record a visit without sight: sound and captions")
    demo.add_argument("--language", choices=("zh", "en"), default="zh")
    demo.add_argument("--out", type=Path, default=Path("out/demonstration"), metavar="DIR")

    design = verbs.add_parser(
        "design", help="the terminal in a window for designers: try, jump, ask"
    )
    design.add_argument("folder", nargs="?", default="", help="a copy of the design's files")
    design.add_argument("--window", metavar="WxH", help="a window of this size")
    design.add_argument("--config", type=Path, metavar="FILE")

    options.gallery(verbs.add_parser("gallery", help="every screen as a page of pictures"))

    bench = verbs.add_parser("bench", help="measure this machine; prints the README's figures")
    bench.add_argument("--quick", action="store_true", help="fewer repetitions")

    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help()
        return 2
    return commands.run(given)


if __name__ == "__main__":
    sys.exit(main())
