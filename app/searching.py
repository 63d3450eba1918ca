"""One search as a reader, a program or a command asks for it."""

from dataclasses import dataclass, field, replace

from app.question import asked
from app.search_body import SearchSettingsBody
from app.search_replies import TracedSearchReply
from app.wiring import Services
from retrieval.retrieved import Retrieved
from retrieval.search_settings import SearchSettings
from retrieval.trace import Trace

TRACED = 50
"""Candidates of each stage that a search names whose trace was asked for."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched, and how."""

    question: str
    limit: int = 8
    previous: str = ""
    """Question before a follow-up."""
    settings: SearchSettingsBody = field(default_factory=SearchSettingsBody)
    """What this search does otherwise."""
    traced: bool = False
    """Whether it tells how it went."""


def searched(services: Services, search: Search) -> TracedSearchReply:
    """Search, and describe what was found.

    Raises:
        QuestionError: The question cannot be asked.
        IndexUnusableError: The index cannot be read.
    """
    found = found_by(services, search)
    trace = told(services, found) if search.traced else None
    incomplete = services.rebuilding.now.incomplete
    reply = TracedSearchReply.of_traced(found, trace, incomplete=incomplete)
    return reply.beside(services.embedding.leg.coverage)


def found_by(services: Services, search: Search) -> Retrieved:
    """Return what a search finds; one that is traced notes more candidates."""
    question = asked(search.question, services.settings.question_characters)
    return services.searcher.retrieve(
        question, search.limit, previous=search.previous, settings=applied(services, search)
    )


def applied(services: Services, search: Search) -> SearchSettings:
    """Return the settings that a search goes by."""
    settings = search.settings.applied(services.search_settings)
    return replace(settings, traced=TRACED) if search.traced else settings


def told(services: Services, found: Retrieved) -> Trace | None:
    """Return the trace of what was found, with the paths of all candidates."""
    if found.trace is None:
        return None
    labels = services.catalog.labels(found.trace.notes)
    return found.trace.with_paths({note: label.path for note, label in labels.items()})
