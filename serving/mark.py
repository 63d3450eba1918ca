"""The grammar of one citation mark, read character by character."""

from collections.abc import Collection
from enum import Enum, auto

_SPACES = frozenset(" \t\u00a0\u3000")
_DASHES = frozenset("-–—~～至")
_SEPARATORS = frozenset(",，、;；")
_LABELS = (
    "^", "#", "id", "ref", "source", "sources", "note", "notes",
    "来源", "來源", "资料", "資料", "文献", "文獻", "引用", "笔记", "筆記", "注",
)  # fmt: skip
_LONGEST_NUMBER = 6
_LONGEST_MARK = 64


class Verdict(Enum):
    """What the characters so far can still become."""

    MORE = auto()
    YES = auto()
    NO = auto()


class _State(Enum):
    START = auto()
    LABEL = auto()
    LABEL_END = auto()
    NUMBER = auto()
    NUMBER_END = auto()
    RANGE = auto()
    LOCATOR = auto()
    SECOND_BRACKET = auto()
    CLOSED = auto()


class MarkScanner:
    """Reads what follows an opening bracket until it is a mark or cannot become one.

    A mark is a list of numbers or ranges of numbers, each with or without a label such as
    ``ID:`` or ``来源``, between brackets, single or double. A number may carry a locator
    (``1†L3-L5``), which is passed over.
    """

    def __init__(self, opening: str, closing: str) -> None:
        self._opening = opening
        self._closing = closing
        self._state = _State.START
        self._length = 1
        self._doubled = False
        self._label = ""
        self._digits = ""
        self._ranges: list[tuple[int, int]] = []
        self._first: int | None = None

    @property
    def complete(self) -> bool:
        """Whether the mark is closed."""
        return self._state is _State.CLOSED

    @property
    def inner_complete(self) -> bool:
        """Whether a mark in double brackets lacks only the second closing bracket."""
        return self._state is _State.SECOND_BRACKET

    def feed(self, character: str) -> Verdict:
        """Take the next character. After ``NO`` the state stays as it was before it."""
        if self._length >= _LONGEST_MARK:
            return Verdict.NO
        state = self._next(character)
        if state is None:
            return Verdict.NO
        self._length += 1
        self._state = state
        return Verdict.YES if state is _State.CLOSED else Verdict.MORE

    def numbers(self, known: Collection[int]) -> tuple[int, ...]:
        """Return the numbers of the mark that are ``known``, in order, each once."""
        found = dict.fromkeys(
            number
            for low, high in self._ranges
            for number in sorted(known)
            if low <= number <= high
        )
        return tuple(found)

    def strangers(self, known: Collection[int]) -> int:
        """Count the numbers, or ends of ranges, that are not ``known``."""
        ends = [{low, high} for low, high in self._ranges]
        return sum(len(pair - set(known)) for pair in ends)

    def _next(self, character: str) -> _State | None:
        match self._state:
            case _State.NUMBER | _State.NUMBER_END:
                return self._after_digit(character)
            case _State.LOCATOR:
                if character == self._closing:
                    return self._close()
                return None if character in "[]【】［］\n`" else _State.LOCATOR
            case _State.SECOND_BRACKET:
                return _State.CLOSED if character == self._closing else None
            case _:
                return self._before_number(character)

    def _before_number(self, character: str) -> _State | None:
        if not self._label or self._label in _LABELS:
            if character.isdecimal():
                self._digits = character
                return _State.NUMBER
            if character in _SPACES:
                return _State.LABEL_END if self._label else self._state
            if character in ":：" and self._label:
                return _State.LABEL_END
        if character == "[" == self._opening and self._length == 1:
            self._doubled = True
            return _State.START
        return self._in_label(character)

    def _in_label(self, character: str) -> _State | None:
        grown = self._label + character.lower()
        if self._state is _State.LABEL_END or not any(x.startswith(grown) for x in _LABELS):
            return None
        self._label = grown
        return _State.LABEL

    def _after_digit(self, character: str) -> _State | None:
        if character.isdecimal():
            return self._grow_number(character)
        if character in _SPACES:
            return _State.NUMBER_END
        if character in _DASHES and self._first is None:
            self._first = int(self._digits)
            self._label = ""
            return _State.RANGE
        if character in _SEPARATORS:
            self._end_item()
            return _State.START
        if character == "†":
            return _State.LOCATOR
        return self._close() if character == self._closing else None

    def _grow_number(self, digit: str) -> _State | None:
        if self._state is _State.NUMBER_END or len(self._digits) >= _LONGEST_NUMBER:
            return None
        self._digits += digit
        return _State.NUMBER

    def _end_item(self) -> None:
        last = int(self._digits)
        first = last if self._first is None else self._first
        self._ranges.append((min(first, last), max(first, last)))
        self._first, self._label = None, ""

    def _close(self) -> _State:
        self._end_item()
        return _State.SECOND_BRACKET if self._doubled else _State.CLOSED
