"""Finding citation marks in an answer while it arrives."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from serving.code_tracking import CodeTracker
from serving.mark import MarkScanner, Verdict

WORD_JOINER = "\u2060"
"""An invisible character that keeps ``[1]`` from reading as a mark."""

_CLOSED_BY = {"[": "]", "【": "】", "［": "］"}
_LINK_TARGETS = ("http", "/", "#", "mailto:", "www.", "./", "../", "<http")
_LOOKS_LIKE_MARK = re.compile(r"([\[【［])(?=\s*\d+(?:\s*[-–—~～至,，、;；]\s*\d+)*\s*[\]】］])")
_LONGEST_INDEX = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the answer: plain text, or a mark."""

    text: str
    """What stands in the answer; of a mark ``[1]``, or ``[1][2]`` for several numbers."""
    numbers: tuple[int, ...] = ()
    """The sources a mark names, in the order written; empty for plain text."""


def neutralised(text: str) -> str:
    """Return ``text`` with nothing in it that reads as a mark: ``[1]``, ``[2, 3]``, ``【4】``."""
    return _LOOKS_LIKE_MARK.sub(rf"\1{WORD_JOINER}", text)


class CitationParser:
    """Turns a stream of text into text and marks, however the stream is split.

    Marks are ``[1]``, ``[1, 2]``, ``[1-3]``, ``【1】``, ``［1］``, ``[^1]``, ``[ID:3]``,
    ``[来源1]``, ``[[1]]`` and ``【1†…】``. Each comes out as ``[n]``. Numbers that no source has
    are dropped and counted. Code, and links such as ``[1](http…)``, hold no marks. In the text
    that comes out, ``[number]`` stands only where a mark is.
    """

    def __init__(self, numbers: Collection[int]) -> None:
        self.dropped = 0
        """Numbers that named no source so far."""
        self._numbers = frozenset(numbers)
        self._code = CodeTracker()
        self._in_code = False
        self._scanner: MarkScanner | None = None
        self._held = ""
        self._after = ""
        self._escaped = False
        self._index = ""
        self._pieces: list[Piece] = []
        self._tail = ""

    def feed(self, delta: str) -> list[Piece]:
        """Take the next stretch of the stream and return what is certain by now."""
        for character in delta:
            self._in_code = self._code.inside(character)
            self._take(character)
        return self._taken()

    def finish(self) -> list[Piece]:
        """Return what was held back; the stream has ended."""
        if self._index:
            self._write(self._index)
            self._index = ""
        scanner, self._scanner = self._scanner, None
        if scanner is not None and scanner.complete:
            after, self._after = self._after, ""
            self._mark(scanner)
            self._write(after)
        elif scanner is not None:
            self._release(scanner)
            return self.finish() if self._scanner is not None else self._taken()
        return self._taken()

    def _taken(self) -> list[Piece]:
        pieces, self._pieces = self._pieces, []
        return pieces

    def _take(self, character: str) -> None:
        if self._scanner is not None:
            self._continue(self._scanner, character)
        elif self._index:
            self._continue_index(character)
        elif self._in_code or self._escaped:
            self._escaped = False
            if character == "[":
                self._index = character
            else:
                self._write(character)
        elif character in _CLOSED_BY:
            self._scanner = MarkScanner(character, _CLOSED_BY[character])
            self._held = character
        else:
            self._escaped = character == "\\"
            self._write(character)

    def _continue(self, scanner: MarkScanner, character: str) -> None:
        if scanner.complete:
            self._decide_link(scanner, character)
            return
        verdict = scanner.feed(character)
        if verdict is Verdict.NO:
            self._release(scanner)
            self._take(character)
        else:
            self._held += character

    def _release(self, scanner: MarkScanner) -> None:
        """Let held text go that did not become a mark; another may begin inside it."""
        held = self._held
        self._scanner, self._held = None, ""
        if scanner.inner_complete:
            self._write(held[0])
            self._mark(scanner)
            return
        self._write(held[0])
        for character in held[1:]:
            self._take(character)

    def _decide_link(self, scanner: MarkScanner, character: str) -> None:
        """Tell a mark from the text of a link, by what follows the closing bracket."""
        after = self._after + character
        if after[0] == "(" and any(t == after[1:] for t in _LINK_TARGETS):
            self._scanner, self._after = None, ""
            self._write(neutralised(self._held) + after)
        elif after[0] == "(" and any(t.startswith(after[1:]) for t in _LINK_TARGETS):
            self._after = after
        else:
            held_after, self._after = self._after, ""
            self._scanner = None
            self._mark(scanner)
            if after[0] in "(:":
                # Markdown would otherwise read a link or a reference definition.
                self._write(WORD_JOINER)
            self._write(held_after)
            self._take(character)

    def _continue_index(self, character: str) -> None:
        """Go on with ``[`` inside code: only ``[digits]`` needs a word joiner."""
        if character.isdecimal() and len(self._index) < _LONGEST_INDEX:
            self._index += character
            return
        index, self._index = self._index, ""
        if character == "]":
            self._write(neutralised(index + character))
        else:
            self._write(index)
            self._take(character)

    def _mark(self, scanner: MarkScanner) -> None:
        known = scanner.numbers(self._numbers)
        self.dropped += scanner.strangers(self._numbers)
        self._held = ""
        if known:
            self._pieces.append(Piece("".join(f"[{n}]" for n in known), known))
            self._tail = ""

    def _write(self, text: str) -> None:
        """Add plain text, never letting ``[digits]`` come together across what was dropped."""
        if not text:
            return
        safe = []
        for character in text:
            if character == "]" and len(self._tail) > 1:
                safe.append(WORD_JOINER)
            opens = character == "["
            goes_on = bool(self._tail) and character.isdecimal()
            self._tail = "[" if opens else self._tail[:1] + "0" if goes_on else ""
            safe.append(character)
        written = "".join(safe)
        if self._pieces and not self._pieces[-1].numbers:
            self._pieces[-1] = Piece(self._pieces[-1].text + written)
        else:
            self._pieces.append(Piece(written))
