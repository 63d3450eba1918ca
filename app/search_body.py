"""Settings of one search as the API, the command line and the pages take them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retrieval.search_settings import SearchSettings

MOST_CANDIDATES = 500
"""Points of each leg that a search may be told to look at."""
MOST_OF_ONE_NOTE = 100


class SearchSettingsBody(BaseModel):
    """What one search does otherwise than the program; what is not named stays as it is.

    A query takes the same names: a route inherits from this, adds ``q`` and takes the whole as
    ``Annotated[..., Query()]``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    candidates: int | None = Field(default=None, ge=1, le=MOST_CANDIDATES)
    """Points that each leg returns."""
    per_note: int | None = Field(default=None, ge=1, le=MOST_OF_ONE_NOTE)
    """Passages of one note."""
    threshold: float | None = Field(default=None, ge=0, le=100, allow_inf_nan=False)
    """Evidence below which a question is off-topic."""
    semantic: bool | None = None
    """Whether the semantic leg takes part."""
    semantic_weight: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)
    """How much it counts."""
    rerank: bool | None = None
    """Whether candidates are reranked."""
    translations: bool | None = None
    """Whether the question's words are searched in the other language too."""
    synonyms: bool | None = None
    """Whether words for the same are searched too."""
    links: bool | None = None
    """Whether linked notes become candidates."""
    wishes: bool | None = None
    """Whether times, speakers, the newest and comparisons that are named are preferred."""
    today: date | None = None
    """Day that time words count from."""

    @classmethod
    def of_pairs(cls, pairs: Sequence[str]) -> Self:
        """Read ``name=value`` pairs, as a command line or a page gives them.

        Raises:
            SearchSettingsError: A pair is none, or its name or value is unknown.
        """
        given: dict[str, str] = {}
        for pair in pairs:
            name, sign, value = (part.strip() for part in pair.partition("="))
            if not sign or name not in cls.model_fields:
                raise SearchSettingsError(pair, f"the settings are {', '.join(cls.model_fields)}")
            given[name] = value
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            wrong = error.errors()[0]
            name = str(wrong["loc"][0])
            raise SearchSettingsError(f"{name}={given[name]}", str(wrong["msg"])) from error

    @property
    def named(self) -> dict[str, Any]:
        """The values that are named, as JSON has them."""
        ours = set(SearchSettingsBody.model_fields)
        return self.model_dump(mode="json", exclude_none=True, include=ours)

    @property
    def written(self) -> str:
        """The pairs as one line; empty when none is named."""
        return " ".join(f"{name}={_written(value)}" for name, value in self.named.items())

    def applied(self, settings: SearchSettings) -> SearchSettings:
        """Return ``settings`` with what is named here instead."""
        named = {name: getattr(self, name) for name in SearchSettingsBody.model_fields}
        return replace(
            settings, **{name: value for name, value in named.items() if value is not None}
        )


class SearchSettingsError(ValueError):
    """A setting of a search cannot be used."""

    def __init__(self, pair: str, reason: str) -> None:
        super().__init__(
            f"The setting {pair!r} cannot be used: {reason}. "
            "Write name=value, for example rerank=off or candidates=100."
        )


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
