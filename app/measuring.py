"""Searching every question of a set, once for each setting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.question import QuestionError, asked
from app.replies import SearchReply
from app.search_body import SearchSettingsBody
from retrieval.evaluation import CUTS, Expected, Outcome, Table, graded, tabled
from retrieval.paired_bootstrap import Graded
from retrieval.retrieved import Searcher
from retrieval.search_settings import SearchSettings

MOST = CUTS[-1]
"""Passages that are looked at."""

Searching = Callable[[Expected, SearchSettingsBody], SearchReply]
"""Searches one question for `MOST` passages, with settings of this search alone."""


def searching_with(searcher: Searcher, settings: SearchSettings, most: int) -> Searching:
    """Search with a searcher of this process.

    Args:
        searcher: Finds the passages.
        settings: What searches go by that do nothing otherwise.
        most: Characters that a question may have.
    """

    def searching(expected: Expected, otherwise: SearchSettingsBody) -> SearchReply:
        question, applied = asked(expected.question, most), otherwise.applied(settings)
        return SearchReply.of(
            searcher.retrieve(question, MOST, previous=expected.previous, settings=applied)
        )

    return searching


@dataclass(frozen=True, slots=True)
class Measured:
    """What one setting gave on a set."""

    settings: SearchSettingsBody
    graded: Graded
    places: tuple[str, ...]
    """Note and heading of each question's first passage; empty where there is none."""

    @property
    def table(self) -> Table:
        """The scores by kind."""
        return tabled(self.graded.grades, [each.ms for each in self.graded.outcomes])


def measured(
    expected: Sequence[Expected],
    settings: SearchSettingsBody,
    searching: Searching,
    on_searched: Callable[[int], None],
) -> Measured:
    """Search every question and grade what came; one that cannot be asked has found nothing.

    Args:
        expected: The questions.
        settings: What the searches do otherwise than the program.
        searching: Searches one question.
        on_searched: Told how many are done; what it raises ends the measuring.
    """
    outcomes, places = [], []
    if expected:
        _found(expected[0], settings, searching)  # what is read once is not timed
    for number, each in enumerate(expected, start=1):
        found = _found(each, settings, searching)
        texts = tuple(passage.text for passage in found.passages)
        refused = not (found.on_topic and found.answered)
        outcomes.append(Outcome(texts, refused=refused, ms=found.ms))
        places.append(_place(found))
        on_searched(number)
    return Measured(settings, Graded(graded(expected, outcomes), outcomes), tuple(places))


def _found(expected: Expected, settings: SearchSettingsBody, searching: Searching) -> SearchReply:
    try:
        return searching(expected, settings)
    except QuestionError:
        # Neither found nor refused, so that it fails whichever is right.
        return SearchReply(passages=(), on_topic=True, missing=(), ms=0.0)


def _place(found: SearchReply) -> str:
    if not found.passages:
        return ""
    first = found.passages[0]
    return " › ".join(filter(None, (first.note, first.heading)))
