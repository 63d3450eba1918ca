"""What is known while one text is rendered."""

from collections import Counter
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from app.rendering.origin import Origin, Place
from retrieval.span import Span

Environment = MutableMapping[str, Any]
"""The mapping that the Markdown parser hands from rule to rule; ``run`` holds a `Run` or None."""


@dataclass(slots=True)
class Run:
    """One rendering: where the text comes from, and what has been met so far."""

    origin: Origin
    place: Place | None = None
    line_starts: Sequence[int] = ()
    """Offset of each line in the text."""
    length: int = 0
    """Characters of the text."""
    footnotes: frozenset[str] = frozenset()
    """Names of the footnotes that the whole note defines."""
    marks: Sequence[Markup] = ()
    """What `marks.MARK` stands for, by number."""
    ids: Counter[str] = field(default_factory=Counter)
    """How often each id was asked for."""
    raw_tags: int = 0
    limited: bool = False
    """Whether some paragraph was shown as it is written."""

    def unique(self, name: str) -> str:
        """Return an id that no other element of this text has."""
        self.ids[name] += 1
        return name if self.ids[name] == 1 else f"{name}--{self.ids[name]}"

    def span(self, lines: Sequence[int]) -> Span:
        """Return the stretch of the note that the lines from ``lines[0]`` to ``lines[1]`` hold."""
        offset = self.place.offset if self.place else 0
        start = self.line_starts[lines[0]] if lines[0] < len(self.line_starts) else self.length
        end = self.line_starts[lines[1]] if lines[1] < len(self.line_starts) else self.length
        return Span(start, max(start, end)).moved(offset)
