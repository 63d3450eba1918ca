"""Who does the work of a command: this process, or the server that holds the home."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

from app.commands.printing import remark
from app.embedding_replies import EmbeddingReply
from app.examination import ExaminationReply
from app.local import Local
from app.remote import Remote
from app.replies import AnswerReply
from app.run_replies import PlanReply, ReportReply
from app.search_body import SearchSettingsBody
from app.search_replies import TracedSearchReply
from app.server_file import announcement
from app.settings import Settings
from app.wiring import Services, build
from ingest.report import Progress
from retrieval.index import IndexInUseError
from serving.answer import Turn


class Backend(Protocol):
    """What a command asks for; both kinds give the same documents."""

    def search(
        self,
        question: str,
        limit: int,
        previous: str = "",
        settings: SearchSettingsBody | None = None,
        *,
        trace: bool = False,
    ) -> TracedSearchReply:
        """Find passages, with settings of this search alone; tell how when asked to."""
        ...

    def question_set(self, name: str) -> str:
        """Return the lines of a question set of the home.

        Raises:
            NoSuchQuestionSetError: There is none of this name; `ServerRefusedError` of a server.
        """
        ...

    def ask(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> AnswerReply:
        """Answer a question, telling the text as it comes."""
        ...

    def plan(self, *, accept_deletions: bool) -> PlanReply:
        """Say what a sync would do."""
        ...

    def sync(
        self,
        on_progress: Callable[[Progress], None],
        on_embedded: Callable[[Progress], None],
        *,
        accept_deletions: bool,
    ) -> ReportReply:
        """Take the notes in, and embed them when a model is chosen."""
        ...

    def examine(self, *, fix: bool, accept_deletions: bool = False) -> ExaminationReply:
        """Compare files, catalogue and index, and mend them when asked."""
        ...

    def rebuild(self, on_progress: Callable[[Progress], None]) -> None:
        """Build a second index beside the one in use, then use that."""
        ...

    def embedding(self) -> EmbeddingReply:
        """Say how far the notes are embedded."""
        ...


def fill(services: Services) -> None:
    """Fill an index that was damaged, taken away or left half full, and say so."""
    rebuild = services.rebuilding.now
    if not rebuild.incomplete:
        return
    if rebuild.damage:
        why = f"was damaged ({rebuild.damage}) and set aside"
    else:
        why = "is not there" if services.index.count() == 0 else "is not complete"
    remark(f"The index {why}; it is being built again from the catalogue. Nothing is lost.")
    with services.syncs.alone():
        services.rebuilding.fill()


@contextmanager
def opened(settings: Settings, *, whole: bool = True) -> Iterator[Backend]:
    """Open the home, or reach the server that holds it.

    Args:
        settings: Where the home is.
        whole: Fill an index that lacks something first.

    Raises:
        HomeHeldError: Another process holds the home and cannot be reached.
    """
    with ExitStack() as stack:
        try:
            services = stack.enter_context(build(settings))
        except IndexInUseError:
            server = announcement(settings.home)
            backend: Backend = Remote.reached(settings.home, server, settings.notes)
        else:
            if whole:
                fill(services)
            backend = stack.enter_context(Local(services))
        yield backend
