"""From a question to what was found for it, in the words that find most."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from retrieval.query import read_query
from retrieval.retrieved import Retrieved, Searcher
from retrieval.trace import ModelCall
from serving.answer import Turn
from serving.rewriting import Rewriter, may_find_more


class Finder:
    """Searches for a question; with a language model, in its words too where that may help."""

    def __init__(self, searcher: Searcher, rewriter: Rewriter | None, limit: int) -> None:
        """Search through ``searcher``.

        Args:
            searcher: Finds the passages.
            rewriter: Finds other words; None leaves the question as it is.
            limit: Most passages to find.
        """
        self._searcher = searcher
        self._rewriter = rewriter
        self._limit = limit

    async def find(self, question: str, history: Sequence[Turn]) -> Retrieved:
        """Find what bears on ``question``; ``history`` is the conversation so far.

        A follow-up is searched as the question it stands for, if that is known, with the words of
        the question before it counting for less. What it was rewritten to is the result's
        ``question``.
        """
        previous = history[-1].question if history else ""
        if self._rewriter is None:
            return await self._search(question, previous)
        found = None if history else await self._search(question)
        if found is not None and not may_find_more(question, found):
            return found
        rewriting = await self._rewriter.rewriting(question, history)
        if rewriting is None or not (rewriting.question or rewriting.terms):
            found = found or await self._search(question, previous)
        elif rewriting.question:
            line, asked = _line(question, rewriting.question)
            found = await self._search(line, previous, (asked, *rewriting.terms))
        else:
            found = await self._search(question, previous, rewriting.terms)
        return found if rewriting is None else noted(found, rewriting.call)

    async def _search(
        self, question: str, previous: str = "", also: Sequence[str] = ()
    ) -> Retrieved:
        return await asyncio.to_thread(
            self._searcher.retrieve, question, self._limit, previous=previous, also=also
        )


def words_of(question: str, found: Retrieved) -> str:
    """Return what is asked, without the filters that the search has kept already."""
    query = found.query
    if query is None or query.line != question or not query.restricted:
        return question
    return query.text or question


def noted(found: Retrieved, call: ModelCall) -> Retrieved:
    """Return ``found`` with what a model was asked beside the answer."""
    if found.trace is None:
        return found
    return replace(found, trace=replace(found.trace, calls=(*found.trace.calls, call)))


def _line(question: str, alone: str) -> tuple[str, str]:
    """Return the query line to search, and the words that the reader asked without filters.

    A model knows nothing of filters: those of the reader's line stay in force.
    """
    query = read_query(question, date.today())  # noqa: DTZ011 - the reader's day
    kept = [each.written for each in query.chips if each.restricts and each.written not in alone]
    return " ".join([*kept, alone]), query.text
