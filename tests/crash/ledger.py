"""What may be found at any moment: kept by the one who makes the changes and kills the program."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.crash.folder import Edit, Folder

MOST_REMEMBERED = 15


@dataclass(frozen=True, slots=True)
class State:
    """A version of a note at a path."""

    path: str
    marker: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn that the program was asked to record."""

    text: str
    citations: int


@dataclass(slots=True)
class Ledger:
    """Which versions of each note may be the one that is found, and which turns must be there.

    A note's versions begin with that of the last sync that was acknowledged as done; until the
    next one is, any later version may be found instead, but never none and never two.
    """

    folder: Folder = field(default_factory=Folder)
    versions: dict[int, list[State | None]] = field(default_factory=dict)
    """Of each note by its number; None while it is not there."""
    gone: list[str] = field(default_factory=list)
    """Words of versions that must never be found again."""
    asked: dict[str, Asked] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)

    def edit(self, edit: Edit) -> None:
        """Make a change of the folder."""
        self.folder.apply(edit)
        there = {doc.number: (path, doc) for path, doc in self.folder.docs.items()}
        for number, (path, doc) in there.items():
            history = self.versions.setdefault(number, [None])
            state = State(path, doc.marker, doc.content)
            if not doc.bad and history[-1] != state:
                history.append(state)
            if doc.bad:
                self._keep_old(history, path)
        for number, history in self.versions.items():
            if number not in there and history[-1] is not None:
                history.append(None)

    def _keep_old(self, history: list[State | None], path: str) -> None:
        """Allow what was taken in at the path of a file that cannot be: it goes on answering."""
        if any(each is not None and each.path != path for each in history):
            history.append(None)  # the version taken in may stand elsewhere: gone with its file
        there = [state for state in self.states() if state.path == path]
        history.extend(state for state in there if state not in history)

    def begin_sync(self) -> dict[int, int]:
        """Return, for `end_sync`, how many versions each note has that can be taken in."""
        bad = self._bad()
        return {
            number: len(history) for number, history in self.versions.items() if number not in bad
        }

    def end_sync(self, begun: dict[int, int]) -> None:
        """Forget the versions that a sync which is done has replaced."""
        before = set(self.markers())
        bad = self._bad()
        for number, length in begun.items():
            if number not in bad:
                del self.versions[number][: length - 1]
        for number in [n for n, history in self.versions.items() if history == [None]]:
            del self.versions[number]
        self.gone = [*self.gone, *sorted(before - set(self.markers()))][-MOST_REMEMBERED:]

    def _bad(self) -> set[int]:
        return {doc.number for doc in self.folder.docs.values() if doc.bad}

    def states(self) -> Iterator[State]:
        """Yield every version that may be found."""
        for history in self.versions.values():
            yield from (state for state in history if state is not None)

    def markers(self) -> set[str]:
        """Return the words of the versions that may be found."""
        return {state.marker for state in self.states()}
