"""The work of a command, done in this process."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from types import TracebackType
from typing import Self

from app.asking import Ask, Ended, UnfinishedTurnError
from app.commands.printing import remark
from app.embedding_replies import EmbeddingReply
from app.examination import ExaminationReply, examine
from app.replies import AnswerReply
from app.run_replies import PlanReply, ReportReply
from app.search_body import SearchSettingsBody
from app.search_replies import TracedSearchReply
from app.searching import Search, searched
from app.wiring import Services
from ingest.report import Progress
from retrieval.embedder import EmbedderUnusableError
from retrieval.index import IndexUnusableError
from serving.answer import Token, Turn


class Local:
    """Answers from the home that this process holds."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._loop = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.close()

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
        self._services.embedding.load_for(question)
        asking = Search(question, limit, previous, settings or SearchSettingsBody(), trace)
        return searched(self._services, asking)

    def question_set(self, name: str) -> str:
        """Return the lines of a question set of the home."""
        return self._services.evaluations.sets.text(name)

    def ask(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> AnswerReply:
        """Answer a question, telling the text as it comes; the turn is not stored."""
        self._services.embedding.load_for(question)
        return self._loop.run(self._ask(Ask(question, history=history, keep=False), on_text))

    async def _ask(self, ask: Ask, on_text: Callable[[str], None] | None) -> AnswerReply:
        asking = self._services.asking
        async with aclosing(asking.steps(await asking.checked(ask))) as steps:
            async for step in steps:
                if isinstance(step, Token) and on_text is not None:
                    on_text(step.text)
                if isinstance(step, Ended):
                    return AnswerReply.of_turn(step)
        raise UnfinishedTurnError

    def plan(self, *, accept_deletions: bool) -> PlanReply:
        """Say what a sync would do."""
        return PlanReply.of(self._services.sync().plan(accept_deletions=accept_deletions))

    def sync(
        self,
        on_progress: Callable[[Progress], None],
        on_embedded: Callable[[Progress], None],
        *,
        accept_deletions: bool,
    ) -> ReportReply:
        """Take the notes in, embed them when a model is chosen, and remember the run."""
        sync, runs = self._services.sync(), self._services.runs
        run = runs.start()
        try:
            report = sync.run(on_progress, None, accept_deletions=accept_deletions)
        except BaseException as error:
            runs.fail(run, str(error) or type(error).__name__)
            raise
        runs.finish(run, report)
        report = replace(report, embedded=self._embed(on_embedded))
        if report.embedded:
            runs.finish(run, report)
        return ReportReply.of(report)

    def _embed(self, on_embedded: Callable[[Progress], None]) -> int:
        """Embed what lacks a vector; what keeps the model from it leaves the notes taken in."""
        embedding = self._services.embedding
        told = embedding.now.error
        try:
            return embedding.work(lambda done, total: on_embedded(Progress(done, total, done, "")))
        except (EmbedderUnusableError, IndexUnusableError) as error:
            told = str(error)
            return 0
        finally:
            if told:
                remark(f"The notes are taken in, but not embedded. {told}")

    def embedding(self) -> EmbeddingReply:
        """Say how far the notes are embedded."""
        embedding = self._services.embedding
        leg = embedding.leg
        return EmbeddingReply.of(embedding.now, ready=leg.ready, silence=leg.silence)

    def examine(self, *, fix: bool, accept_deletions: bool = False) -> ExaminationReply:
        """Compare files, catalogue and index, and mend them when asked."""
        return examine(self._services, fix=fix, accept_deletions=accept_deletions)

    def rebuild(self, on_progress: Callable[[Progress], None]) -> None:
        """Build a second index beside the one in use, then use that."""
        total = self._services.catalog.totals().points
        with self._services.syncs.alone():
            self._services.rebuilding.beside(
                lambda written: on_progress(Progress(written, total, written, ""))
            )
