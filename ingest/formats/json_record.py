"""Exports in JSON, read with their types checked: a damaged one says where it is damaged."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.decoding import Decoded, decode
from ingest.formats.damage import DamagedExportError
from ingest.formats.format import FileBytes

HEAD = 65_536
"""Bytes by which an export is recognised."""
_SHOWN = 40
"""Characters of a bad value that an error shows."""


@dataclass(frozen=True, slots=True)
class Record:
    """An object of an export in JSON."""

    values: Mapping[str, object]
    path: str
    """The file."""
    program: str
    """The program that exports so."""
    place: str = ""
    """Where in the file it stands, such as ``messages[12]``; empty at the top."""

    def text(self, key: str) -> str:
        """Return a text, or a number written out; empty when there is none."""
        value = self.values.get(key)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise self.damaged(key, "text")

    def record(self, key: str) -> "Record":
        """Return an object, an empty one when there is none."""
        value = self.values.get(key)
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise self.damaged(key, "an object")
        return self._inner(value, self._place(key))

    def records(self, key: str) -> list["Record"]:
        """Return a list's objects; none when there is no list."""
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self.damaged(key, "a list")
        found = []
        for number, each in enumerate(value):
            place = f"{self._place(key)}[{number}]"
            if not isinstance(each, Mapping):
                raise self._error(place, each, "an object")
            found.append(self._inner(each, place))
        return found

    def wall_clock(self, key: str) -> datetime:
        """Return a time as a clock on the wall showed it, whatever its zone."""
        value = self.values.get(key)
        try:
            return datetime.fromisoformat(value if isinstance(value, str) else "").replace(
                tzinfo=None
            )
        except ValueError:
            raise self.damaged(key, "a date with time") from None

    def unix_time(self, key: str) -> datetime:
        """Return a count of seconds as UTC, without zone."""
        value = self.values.get(key)
        number = None if isinstance(value, bool) else value
        try:
            seconds = float(number) if isinstance(number, str | int | float) else float("nan")
            return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
        except (ValueError, OverflowError, OSError):
            raise self.damaged(key, "a time in seconds") from None

    def damaged(self, key: str, wanted: str) -> DamagedExportError:
        """Say that the field ``key`` is not what it must be."""
        return self._error(self._place(key), self.values.get(key), wanted)

    def _place(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def _inner(self, values: Mapping[str, object], place: str) -> "Record":
        return Record(values, self.path, self.program, place)

    def _error(self, place: str, value: object, wanted: str) -> DamagedExportError:
        what = f"{place} must be {wanted} and is {_described(value)}"
        return DamagedExportError(self.path, self.program, what)


def loaded(file: FileBytes, program: str) -> tuple[object, Decoded]:
    """Read a file's JSON; also return how its bytes were decoded.

    Raises:
        DamagedExportError: It is none, or was cut off.
    """
    decoded = decode(file.data)
    text = decoded.text.removeprefix("\ufeff")
    try:
        return json.loads(text), decoded
    except json.JSONDecodeError as error:
        raise DamagedExportError(file.path, program, _what(error, text)) from None
    except RecursionError:
        raise DamagedExportError(file.path, program, "it is nested too deeply") from None
    except ValueError:
        what = "it holds a number of too many digits"
        raise DamagedExportError(file.path, program, what) from None


def record_of(file: FileBytes, program: str) -> tuple[Record, Decoded]:
    """Read a file whose JSON is one object."""
    value, decoded = loaded(file, program)
    if not isinstance(value, Mapping):
        raise DamagedExportError(file.path, program, "it does not hold one object")
    return Record(value, file.path, program), decoded


def head_of(data: bytes) -> str:
    """Return the first characters of a file that may be large."""
    head = data[:HEAD]
    if len(data) > HEAD:
        # A character that is cut in two would make the rest look damaged.
        head = head.rpartition(b"\n")[0] or head
    return decode(head).text.removeprefix("\ufeff").lstrip()


def _described(value: object) -> str:
    if value is None:
        return "missing"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, str | int | float):
        return json.dumps(value, ensure_ascii=False)[:_SHOWN]
    return "a list"


def _what(error: json.JSONDecodeError, text: str) -> str:
    cut_off = error.msg.startswith("Unterminated") or error.pos >= len(text.rstrip())
    if cut_off:
        return f"it breaks off in line {text.count(chr(10)) + 1}"
    return f"line {error.lineno}, column {error.colno} is no JSON ({error.msg})"
