"""The command line: ``footnote [--home DIR] [--notes DIR] COMMAND ...``."""

import argparse
import importlib
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from app.logs import configure
from app.settings import Settings, read_settings, secrets
from app.version import VERSION

COULD_NOT_RUN = 2
_INTERRUPTED = 130
_OURS = frozenset({"app", "ingest", "retrieval", "serving"})
_LOG = logging.getLogger(__name__)

COMMANDS = {
    "serve": "show the page and answer the API; notes are taken in first",
    "ingest": "take the notes in now",
    "search": "find passages in the notes",
    "ask": "answer a question from the notes, with citations",
    "eval": "measure search on a file of questions",
    "doctor": "compare files, catalogue and index, and mend them",
    "models": "list, bring and choose semantic models",
    "backup": "write conversations, settings and catalogue into one file",
    "restore": "put a backup back",
}
_MODULES = {"eval": "evaluate"}


class Command(Protocol):
    """A module of `app.commands`. It is imported only when its command is called."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare what the command takes."""
        ...

    def run(self, given: argparse.Namespace, settings: Settings) -> int:
        """Do it and return the exit status."""
        ...


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    An error of ours is one sentence on stderr. 0 is success, 1 a result with failures in it,
    2 that the command could not run.
    """
    given = _parser().parse_args(arguments)
    for output in (sys.stdout, sys.stderr):
        # Notes hold every character; a terminal that lacks one shows its number.
        getattr(output, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        return _run(given)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing may be written to it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT_RUN
    except Exception as error:  # noqa: BLE001 - the edge of the program: no traceback leaves it
        print(f"footnote: {_sentence(error)}", file=sys.stderr)
        if "--json" in given.command and "--batch" not in given.command:
            print(json.dumps({"error": _sentence(error)}, ensure_ascii=False))
        return COULD_NOT_RUN


def _run(given: argparse.Namespace) -> int:
    settings = read_settings(home=given.home, notes=given.notes)
    # A command prints its result; it logs only what it is asked to.
    configure("debug" if settings.log_level == "debug" else "warning", secrets(settings))
    called, *rest = given.command
    name = _MODULES.get(called, called)
    command = cast("Command", importlib.import_module(f"app.commands.{name}"))
    parser = argparse.ArgumentParser(prog=f"footnote {called}", description=COMMANDS[called])
    command.arguments(parser)
    return command.run(parser.parse_args(rest), settings)


def _parser() -> argparse.ArgumentParser:
    listed = "\n".join(f"  {name:<8} {what}" for name, what in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="footnote",
        description="Ask your own notes; every sentence of the answer is cited.",
        epilog=f"commands:\n{listed}\n\n`footnote COMMAND --help` says what each one takes.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--home", type=Path, metavar="DIR", help="folder of database and index")
    parser.add_argument(
        "--notes",
        type=Path,
        metavar="DIR",
        action="append",
        help="folder of the notes; may be given several times",
    )
    parser.add_argument("--version", action="version", version=f"footnote {VERSION}")
    # One argument takes the command and all that follows, so that a `--` in it reaches the command.
    parser.add_argument(
        "command", nargs=argparse.PARSER, choices=COMMANDS, metavar="COMMAND", help="see below"
    )
    return parser


def _sentence(error: Exception) -> str:
    """Return what the user reads: an error of ours writes its own sentence."""
    if type(error).__module__.partition(".")[0] in _OURS:
        return str(error)
    _LOG.debug("The command broke.", exc_info=error)
    if isinstance(error, OSError):
        return f"The system refused: {error}."
    name = type(error).__name__
    return f"An error of Footnote's own ({name}: {error}). FOOTNOTE_LOG_LEVEL=debug shows where."


if __name__ == "__main__":
    sys.exit(main())
