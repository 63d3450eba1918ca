"""The question sets of a home: its files, and those that come of the reader's verdicts."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from app.missing import MissingError
from app.question_set import QuestionSetError, known_evidence, read_lines, written
from app.telling import telling
from app.verdict import Evidence, Judged
from retrieval.evaluation import Expected

THUMBS_DOWN = "thumbs-down"
THUMBS_UP = "thumbs-up"
OWN = (THUMBS_DOWN, THUMBS_UP)
"""Sets without a file: they are read from the database."""
LAB = "search-lab"
"""Set of the passages that were marked in the search lab."""
_ENDING = ".jsonl"
_NAME = re.compile(r"\w[\w\- ]{0,58}\w|\w")
_RESERVED = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9¹²³]", re.IGNORECASE)
"""What Windows takes for a device, whatever the ending."""
_PRIVATE = 0o700
_MOST_BYTES = 50_000_000
"""A larger file is no question set."""


class Judging(Protocol):
    """Knows the questions whose answers were judged, as `app.db.verdicts.Verdicts` does."""

    def judged(self, *, good: bool) -> tuple[Judged, ...]:
        """Return them, the latest verdict first."""
        ...


@dataclass(frozen=True, slots=True)
class SetSummary:
    """A question set as a list shows it."""

    name: str
    questions: int
    refusals: int
    """Questions whose right answer is a refusal."""
    open: int
    """Questions of which nobody has said yet what answers them."""
    problem: str = ""
    """Why it cannot be used; empty when it can."""


class QuestionSets:
    """Reads and keeps question sets. Any thread may call it."""

    def __init__(self, folder: Path, verdicts: Judging, most: int | None = None) -> None:
        """Keep sets in ``folder``, which need not be there yet.

        Args:
            folder: Of the files.
            verdicts: Of which two sets come.
            most: Characters that a question of a set that is kept may have; None lets any pass.
        """
        self._folder = folder
        self._verdicts = verdicts
        self._most = most

    def summaries(self) -> tuple[SetSummary, ...]:
        """Return all sets: those of the verdicts, then the files by name."""
        return tuple(_summary(name, self) for name in (*OWN, *self._names()))

    def text(self, name: str) -> str:
        """Return a set, one JSON object a line.

        Raises:
            NoSuchQuestionSetError: There is none of this name.
        """
        if name in OWN:
            return "".join(f"{written(judged)}\n" for judged in self._judged(name))
        return self._bytes(name).decode("utf-8", "replace")

    def read(self, name: str) -> tuple[Expected, ...]:
        """Return the questions of a set.

        Raises:
            NoSuchQuestionSetError: There is none of this name.
            QuestionSetError: A line is not a question, or does not say what answers it.
        """
        content = self.text(name).encode() if name in OWN else self._bytes(name)
        return read_lines(content.splitlines(keepends=True))

    def keep(self, name: str, text: str) -> SetSummary:
        """Write a set, in the place of one of the same name.

        Raises:
            QuestionSetNameError: The name cannot be a file's, or is one of ours.
            QuestionSetError: A line is not a question, asks too much, or does not say what
                answers it.
            EmptyQuestionSetError: No line is a question.
        """
        name = name.strip().removesuffix(_ENDING)
        if not _is_name(name):
            raise QuestionSetNameError(name)
        content = text.encode("utf-8", "replace")
        if not read_lines(content.splitlines(keepends=True), self._most):
            raise EmptyQuestionSetError(name)
        self._folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        beside = self._folder / f".{uuid4().hex}"
        beside.write_bytes(content)
        os.replace(beside, self._folder / f"{name}{_ENDING}")  # noqa: PTH105 - overwrites everywhere
        return _summary(name, self)

    def remove(self, name: str) -> None:
        """Delete a set's file.

        Raises:
            NoSuchQuestionSetError: There is none of this name.
        """
        if name not in self._names():
            raise NoSuchQuestionSetError(name, self._names())
        (self._folder / f"{name}{_ENDING}").unlink(missing_ok=True)

    def _judged(self, name: str) -> Iterator[Judged]:
        """Yield the questions of a verdict; what the search lab marked for one is known of it."""
        marked = self._marked() if name == THUMBS_DOWN else {}
        for judged in self._verdicts.judged(good=name == THUMBS_UP):
            previous = judged.previous[0] if judged.previous else ""
            found = marked.get((judged.question, previous), ())
            known = judged.evidence or not judged.answerable
            yield judged if known else replace(judged, evidence=_telling(judged.question, found))

    def _marked(self) -> Mapping[tuple[str, str], tuple[Evidence, ...]]:
        try:
            return known_evidence(self._bytes(LAB).splitlines(keepends=True))
        except (QuestionSetError, NoSuchQuestionSetError):
            return {}  # the list says what is wrong with that set

    def _names(self) -> tuple[str, ...]:
        return tuple(path.stem for path in set_files(self._folder))

    def _bytes(self, name: str) -> bytes:
        if name not in self._names():
            raise NoSuchQuestionSetError(name, (*OWN, *self._names()))
        try:
            with (self._folder / f"{name}{_ENDING}").open("rb") as file:
                return file.read(_MOST_BYTES)
        except OSError as error:
            raise NoSuchQuestionSetError(name, (*OWN, *self._names())) from error


def _telling(question: str, found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Keep of marked passages the words that are found however notes are cut."""
    return tuple(
        replace(each, quote=telling(question, each.quote).of(each.quote)) for each in found
    )


def set_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that are question sets."""
    if folder.is_dir():
        for path in sorted(folder.glob(f"*{_ENDING}")):
            if is_set_file(path.name) and path.is_file():
                yield path


def is_set_file(name: str) -> bool:
    """Whether a file of this name is a question set's."""
    stem = name.removesuffix(_ENDING)
    return stem != name and _is_name(stem)


def _is_name(name: str) -> bool:
    """Whether a set of this name can be a file everywhere, and is none of the verdicts'."""
    return bool(_NAME.fullmatch(name)) and name.lower() not in OWN and not _RESERVED.fullmatch(name)


def _summary(name: str, sets: QuestionSets) -> SetSummary:
    try:
        expected = sets.read(name)
    except (QuestionSetError, NoSuchQuestionSetError) as error:
        return SetSummary(name, 0, 0, 0, str(error))
    return SetSummary(
        name=name,
        questions=len(expected),
        refusals=sum(not each.answerable for each in expected),
        open=sum(each.open for each in expected),
    )


class NoSuchQuestionSetError(MissingError):
    """No question set has this name."""

    def __init__(self, name: str, names: tuple[str, ...]) -> None:
        super().__init__(f"There is no question set named {name!r}. There are: {', '.join(names)}.")


class QuestionSetNameError(ValueError):
    """A question set cannot have this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"A question set cannot be named {name!r}. Take letters, digits, - and _, "
            f"at most 60 of them, and none of {', '.join(OWN)}, nor a name that Windows keeps "
            "for itself, such as CON."
        )


class EmptyQuestionSetError(ValueError):
    """A question set holds no question."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The question set {name!r} holds no question. Give one JSON line each.")
