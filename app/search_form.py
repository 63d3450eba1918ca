"""What the search lab is asked for, as its address says it; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.search_body import SearchSettingsBody, SearchSettingsError

MOST = 50
"""Passages that the lab shows."""
SECOND = "b."
"""What the names of the second settings begin with."""
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class SearchForm:
    """A search, and its settings, or two of them side by side."""

    question: str
    """Empty before the first search."""
    previous: str
    """Question before a follow-up."""
    limit: int
    first: SearchSettingsBody
    second: SearchSettingsBody | None
    """None without a comparison."""
    given: Mapping[str, str] = field(default_factory=dict)
    """The fields as they were filled in."""
    problem: str = ""
    """Why they cannot be used; empty when they can."""

    @property
    def sides(self) -> tuple[SearchSettingsBody, ...]:
        """The settings that are searched with: one, or two."""
        return (self.first,) if self.second is None else (self.first, self.second)

    def refused(self, problem: str) -> "SearchForm":
        """Return the same with a sentence that says why it cannot be searched."""
        return replace(self, problem=problem)


def read_form(given: Mapping[str, str]) -> SearchForm:
    """Read the fields of an address; an empty one is as good as none, an unknown one too."""
    filled = {name: value.strip() for name, value in given.items() if value.strip()}
    question, previous = filled.get("q", ""), filled.get("previous", "")
    compared = "compare" in filled or any(name.startswith(SECOND) for name in filled)
    try:
        first, limit = _settings(filled, ""), _limit(filled.get("limit", ""))
        second = _settings(filled, SECOND) if compared else None
    except SearchSettingsError as error:
        nothing = SearchSettingsBody()
        return SearchForm(question, previous, _SHOWN, nothing, None, filled, str(error))
    return SearchForm(question, previous, limit, first, second, filled)


def _settings(filled: Mapping[str, str], prefix: str) -> SearchSettingsBody:
    names = SearchSettingsBody.model_fields
    pairs = [f"{name}={filled[prefix + name]}" for name in names if prefix + name in filled]
    return SearchSettingsBody.of_pairs(pairs)


def _limit(text: str) -> int:
    if not text:
        return _SHOWN
    if text.isdecimal() and len(text) <= len(str(MOST)) and 1 <= int(text) <= MOST:
        return int(text)
    raise SearchSettingsError(f"limit={text}", f"it is no number from 1 to {MOST}")
