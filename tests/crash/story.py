"""What happens to a home, decided from a seed before any of it does: so it can happen again."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.crash.folder import MOST_BYTES, Edit, Folder, edits_of

_LETTERS = "bcdfghjklmnpqrtvwxz"
"""No vowels: no stemmer knows such a word, and no note holds it by chance."""
_TITLES = ("显存笔记", "检索笔记", "Training log")
_SHARED = tuple(
    f"## 共有{number}\n\n" + f"第{number}段写在许多篇里，一字不差，所以只存一次。" * 20
    for number in range(4)
)
_FIRST_NOTES = 8
_MOST_NOTES = 30
_SESSION_MS = 130
"""About how long a worker is busy; kills are spread over it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the program is asked to do."""

    what: str
    """``sync``, ``look`` (a sync of changed places only), ``search``, ``turn`` or ``edits``: the
    person's, between two of the others."""
    edits: tuple[Edit, ...] = ()
    """Of ``edits`` what is done, of ``sync`` what is done meanwhile."""
    word: str = ""
    """What is searched, or the answer's text."""
    paths: tuple[str, ...] = ()
    """Of ``look``, the changed places."""


@dataclass(frozen=True, slots=True)
class Kill:
    """How the program is ended."""

    after_ms: float = 0.0
    """Time from its start, or from when the home is open; 0 when it ends itself at a place."""
    when_open: bool = False
    place: str = ""
    times: int = 0


@dataclass(frozen=True, slots=True)
class Cycle:
    """A program that is started, works and is killed."""

    edits: tuple[Edit, ...]
    steps: tuple[Step, ...]
    kill: Kill
    checked: bool = True
    """Whether the next program is the one that checks; otherwise two crashes follow each other."""


@dataclass(frozen=True, slots=True)
class Story:
    """The cycles of one home."""

    seed: int
    cycles: tuple[Cycle, ...]

    def as_json(self) -> str:
        return json.dumps(
            {"seed": self.seed, "cycles": [_cycle_json(each) for each in self.cycles]},
            ensure_ascii=True,
        )

    @classmethod
    def of_json(cls, text: str) -> "Story":
        stored = json.loads(text)
        return cls(stored["seed"], tuple(map(_cycle_of, stored["cycles"])))


def random_story(seed: int, cycles: int) -> Story:
    """Draw a story whose programs are killed at random times."""
    teller = _Teller(seed)
    return Story(seed, tuple(teller.cycle() for _ in range(cycles)))


def story_of_places(seed: int, places: Sequence[tuple[str, int]], drawn: int) -> Story:
    """Draw a story whose programs end themselves at these places, reached for the n-th time."""
    teller = _Teller(seed)
    cycles = []
    for place, times in places:
        # What a crash leaves behind is what some places are reached by.
        cycles.append(teller.cycle(Kill(place="after upsert", times=1), checked=False))
        cycles.append(teller.cycle(Kill(place=place, times=times), drawn=drawn))
    return Story(seed, tuple(cycles))


class _Teller:
    """Draws cycle after cycle, with the folder in mind as it will be then."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._folder = Folder()
        self._names = 0
        self._long = False

    def cycle(self, kill: Kill | None = None, *, checked: bool = True, drawn: int = 3) -> Cycle:
        choose = self._random
        first = not self._folder.docs
        edits = self._edits(_FIRST_NOTES if first else choose.randint(1, 4), new=first)
        steps = list(self._turns(1))
        for _ in range(drawn):
            steps.append(Step("sync", self._meanwhile() if choose.random() < 0.3 else ()))
            steps.extend(self._turns(choose.randint(0, 2)))
            # Weights depend on how long passages are on average; this makes that change.
            swing = kill is not None or choose.random() < 0.1
            edits_between = self._edits(choose.randint(1, 4)) + (self._swing() if swing else ())
            steps.append(Step("edits", edits_between))
            if choose.random() < 0.5:
                steps.append(Step("look", paths=_places(steps)))
        if kill is None:
            kill = Kill(round(choose.uniform(0, _SESSION_MS), 2), choose.random() < 0.8)
            checked = choose.random() < 0.75
        return Cycle(edits, tuple(steps), kill, checked)

    def _turns(self, many: int) -> Iterator[Step]:
        for _ in range(many):
            if self._random.random() < 0.3:
                docs = sorted(self._folder.docs.values(), key=lambda doc: doc.number)
                yield Step("search", word=self._random.choice(docs).marker)
            yield Step("turn", word=self._word())

    def _edits(self, many: int, *, new: bool = False) -> tuple[Edit, ...]:
        edits = []
        for _ in range(many):
            edit = self._write("write", self._name()) if new else self._edit()
            self._folder.apply(edit)
            edits.append(edit)
        return tuple(edits)

    def _edit(self) -> Edit:
        choices: list[tuple[int, Callable[[], Edit]]] = [
            (5, lambda: self._write("write", self._name())),
            (4, lambda: self._write("write", self._some())),
            (3, lambda: self._write("replace", self._some())),
            (3, self._append),
            (3, lambda: Edit("rename", self._sound(), self._name())),
            (2, self._move_folder),
            (3, self._swap),
            (3, self._copy),
            (3, lambda: Edit("touch", self._some(), str(self._random.getrandbits(60)))),
            (2, lambda: self._spoilt(self._some())),
            (1, lambda: self._large(self._some())),
            (1, lambda: self._large(self._name())),
        ]
        if len(self._folder.docs) > _FIRST_NOTES // 2:
            choices.append((4, lambda: Edit("delete", self._some())))
        if len(self._folder.docs) > _MOST_NOTES:
            return Edit("delete", self._some())
        weights, makers = zip(*choices, strict=True)
        make: Callable[[], Edit] = self._random.choices(makers, weights)[0]
        return make()

    def _write(self, what: str, path: str) -> Edit:
        marker = self._word()
        return Edit(what, path, content=self._text(marker), marker=marker)

    def _meanwhile(self) -> tuple[Edit, ...]:
        edit = self._write("replace", self._some())
        self._folder.apply(edit)
        return (edit,)

    def _swing(self) -> tuple[Edit, ...]:
        self._long = not self._long
        marker = self._word()
        line = "一句很长的话，字字不同才好，可是这里并不讲究，只求把一段写满。"
        text = "\n\n".join(f"## {n}\n\n{n}{line * 13}" for n in range(15)) if self._long else ""
        edit = Edit("write", "摆.md", content=f"# 摆\n\n{marker}\n\n{text}\n", marker=marker)
        self._folder.apply(edit)
        return (edit,)

    def _append(self) -> Edit:
        return Edit("append", self._sound(), content=f"\n添一行{self._word()}。\n")

    def _spoilt(self, path: str) -> Edit:
        marker = self._word()
        return Edit("write", path, content=self._text(marker) + "\udcff\udc81", marker=marker)

    def _large(self, path: str) -> Edit:
        marker = self._word()
        return Edit("write", path, content=marker + " " * MOST_BYTES, marker=marker)

    def _copy(self) -> Edit:
        docs = self._folder.docs
        path = self._sound()
        if sum(doc.marker == docs[path].marker for doc in docs.values()) > 2:
            return self._append()
        return Edit("copy", path, self._name())

    def _swap(self) -> Edit:
        first, second = self._sound(), self._sound()
        if first == second:
            return self._append()
        return Edit("swap", first, second)

    def _move_folder(self) -> Edit:
        paths = sorted(self._folder.docs)
        folders = sorted({path.rpartition("/")[0] for path in paths if "/" in path})
        if not folders:
            return Edit("rename", self._sound(), f"{self._folder_name()}/a.md")
        return Edit("move folder", self._random.choice(folders), self._folder_name())

    def _some(self) -> str:
        return self._random.choice(sorted(self._folder.docs))

    def _sound(self) -> str:
        """Return the path of a note that can be taken in."""
        sound = sorted(path for path, doc in self._folder.docs.items() if not doc.bad)
        return self._random.choice(sound or sorted(self._folder.docs))

    def _name(self) -> str:
        self._names += 1
        folder = self._random.choice(["", "", "甲/", "乙/丙/"])
        return f"{folder}{self._names}.{self._random.choice(['md', 'md', 'txt'])}"

    def _folder_name(self) -> str:
        self._names += 1
        return f"夹{self._names}"

    def _word(self) -> str:
        return "zq" + "".join(self._random.choices(_LETTERS, k=7))

    def _text(self, marker: str) -> str:
        choose = self._random
        parts = [f"# {choose.choice(_TITLES)}", f"{marker} 写在开头。"]
        parts.extend(choose.sample(_SHARED, k=choose.randint(0, 2)))
        parts.extend(
            f"## 第{number}节\n\n" + f"{self._word()}与显存、检索有关。" * 25
            for number in range(choose.choice([0, 0, 1, 1, 6]))
        )
        return "\n\n".join(parts) + "\n"


def _places(steps: Sequence[Step]) -> tuple[str, ...]:
    """Return the places that were changed while a program ran."""
    edits = [edit for step in steps for edit in step.edits]
    return tuple(sorted({place for edit in edits for place in (edit.path, edit.other) if place}))


def _cycle_json(cycle: Cycle) -> dict[str, Any]:
    return {
        "edits": [edit.as_json() for edit in cycle.edits],
        "steps": [
            {
                "what": step.what,
                "word": step.word,
                "edits": [edit.as_json() for edit in step.edits],
                "paths": step.paths,
            }
            for step in cycle.steps
        ],
        "kill": asdict(cycle.kill),
        "checked": cycle.checked,
    }


def _cycle_of(stored: dict[str, Any]) -> Cycle:
    steps = tuple(
        Step(step["what"], edits_of(step["edits"]), step["word"], tuple(step["paths"]))
        for step in stored["steps"]
    )
    return Cycle(edits_of(stored["edits"]), steps, Kill(**stored["kill"]), stored["checked"])
