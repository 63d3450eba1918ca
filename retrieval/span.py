"""A stretch of a note's text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of Unicode code points in a note's text, line ends as in the file."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise InvalidSpanError(self.start, self.end)

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the characters of ``text`` that this span covers."""
        return text[self.start : self.end]

    def covers(self, other: "Span") -> bool:
        """Whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end

    def joined(self, other: "Span") -> "Span":
        """Return the smallest span that covers both."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def moved(self, offset: int) -> "Span":
        """Return this span ``offset`` characters further on."""
        return Span(self.start + offset, self.end + offset)


class InvalidSpanError(ValueError):
    """A span that ends before it starts, or starts before the text."""

    def __init__(self, start: int, end: int) -> None:
        super().__init__(f"A span must satisfy 0 <= start <= end, but it is {start}..{end}.")
