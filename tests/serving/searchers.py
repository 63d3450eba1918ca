"""A searcher that finds what it is given."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from retrieval.passage import Passage
from retrieval.retrieved import Retrieved
from retrieval.search_settings import SearchSettings


@dataclass
class GivenSearcher:
    """Keeps the contract of `Searcher` over fixed passages, and remembers what was asked."""

    passages: tuple[Passage, ...]
    on_topic: bool = True
    missing: tuple[str, ...] = ()
    answered: bool = True
    error: Exception | None = None
    asked: list[tuple[str, int, str]] = field(default_factory=list)

    def retrieve(
        self,
        question: str,
        limit: int = 8,
        *,
        previous: str = "",
        also: Sequence[str] = (),
        settings: SearchSettings | None = None,
    ) -> Retrieved:
        del also, settings
        self.asked.append((question, limit, previous))
        if self.error is not None:
            raise self.error
        searched = f"{previous} {question}".strip()
        found = self.passages[:limit]
        return Retrieved(
            searched,
            found,
            self.on_topic,
            1.0,
            (),
            self.missing,
            1.0,
            answered=self.answered,
        )
