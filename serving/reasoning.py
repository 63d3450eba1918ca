"""Folding a model's reasoning away from its answer while both arrive."""

from dataclasses import dataclass

from serving.code_tracking import CodeTracker

_OPENER = "<think>"
_CLOSER = "</think>"
_THINKING_ALOUD = (
    "okay, ", "ok, so", "alright, ", "hmm", "let me ", "let's ", "the user", "we need to",
    "i need to", "first, i", "嗯", "好的，我", "好，我", "首先，我", "用户", "我需要",
)  # fmt: skip
_QUOTING = frozenset("`'\"“‘「『《（(")
_LONGEST_SUSPICION = 20_000


@dataclass(frozen=True, slots=True)
class Folded:
    """A stretch of the stream, taken apart."""

    answer: str
    reasoning: str


class ReasoningFilter:
    """Separates ``<think>…</think>`` from the answer, however the stream is split.

    Some chat templates open the reasoning themselves, so that only its end arrives. A stream
    that may be of that kind is held back until the end of the reasoning shows, or until it is
    clear that none comes: when ``opened`` says that this model did so before, or when the first
    words think aloud. If neither was so, text that has gone out stays part of the answer.

    Tags inside code belong to the answer. A closing tag without an opening one is dropped.
    Inside reasoning an opening tag counts, unless it is quoted.
    """

    def __init__(self, *, opened: bool = False) -> None:
        self.prefilled = False
        """Whether the first tag was a closing one: the template opens the reasoning."""
        self._suspicious = opened
        self._begun = opened
        self._tagged = False
        self._depth = 0
        self._code = CodeTracker()
        self._tag = ""
        self._before = ""
        self._waiting: list[str] = []
        self._answer: list[str] = []
        self._reasoning: list[str] = []

    def feed(self, delta: str) -> Folded:
        """Take the next stretch of the stream and return what is certain by now."""
        for character in delta:
            self._take(character)
        return self._taken()

    def finish(self) -> Folded:
        """Return what was held back; the stream has ended."""
        tag, self._tag = self._tag, ""
        for character in tag:
            self._put(character)
        self._believe()
        return self._taken()

    def _taken(self) -> Folded:
        folded = Folded("".join(self._answer), "".join(self._reasoning))
        self._answer, self._reasoning = [], []
        return folded

    def _take(self, character: str) -> None:
        grown = self._tag + character
        if self._tag and not (_OPENER.startswith(grown) or _CLOSER.startswith(grown)):
            tag, self._tag = self._tag, ""
            for held in tag:
                self._put(held)
            grown = character
        if grown in (_OPENER, _CLOSER):
            self._tag = ""
            self._turn(grown)
        elif grown[0] == "<" and (self._tag or not self._in_code(character)):
            self._tag = grown
        else:
            self._put(character)

    def _in_code(self, character: str) -> bool:
        """Whether a tag that begins with ``character`` would be code of the answer."""
        return self._depth == 0 and self._code.inside(character) and not self._suspicious

    def _turn(self, tag: str) -> None:
        """Go into the reasoning, or out of it."""
        if tag == _OPENER:
            if self._depth:
                self._reasoning.append(tag)
                self._depth += self._before not in _QUOTING
                return
            self._believe()
            self._depth = 1
        elif self._depth:
            self._depth -= 1
            if self._depth:
                self._reasoning.append(tag)
        elif self._suspicious or not self._tagged:
            self.prefilled = not self._tagged
            self._reasoning.extend(self._waiting)
            self._waiting = []
            self._suspicious, self._begun = False, True
            self._code = CodeTracker()
        self._tagged = True

    def _put(self, character: str) -> None:
        self._before = character
        if self._depth:
            self._reasoning.append(character)
            return
        if character != "<":
            self._code.inside(character)
        if self._begun and not self._suspicious:
            self._answer.append(character)
            return
        self._waiting.append(character)
        if not self._begun:
            self._begin()
        elif len(self._waiting) > _LONGEST_SUSPICION:
            self._believe()

    def _begin(self) -> None:
        """Judge the first words: an answer, or a model that thinks aloud."""
        start = "".join(self._waiting).lstrip().lower()
        if any(start.startswith(words) for words in _THINKING_ALOUD):
            self._begun = self._suspicious = True
        elif not any(words.startswith(start) for words in _THINKING_ALOUD):
            self._believe()

    def _believe(self) -> None:
        """Take what was held back for the answer after all."""
        self._answer.extend(self._waiting)
        self._waiting = []
        self._suspicious, self._begun = False, True
