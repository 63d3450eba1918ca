"""A cross-encoder's judgement goes out with what a search found."""

from pathlib import Path
from uuid import UUID

import pytest

from ingest.catalog import CutNote
from ingest.chunking import chunks
from ingest.parsing import parse
from retrieval.cross_rerank import CrossReranker
from retrieval.index import Point
from retrieval.lexical import LexicalEncoder
from retrieval.reranker import Reranker
from retrieval.retriever import Retriever
from retrieval.search_settings import SearchSettings
from tests.fakes.catalog import FakeCatalog
from tests.fakes.index import FakeIndex
from tests.fakes.notes import sample_note
from tests.fakes.scorer import FakeScorer
from tests.fakes.translations import NoTranslations

QUESTION = "显存怎么估算？"


class Doubting(FakeScorer):
    """Finds everything beside the point."""

    def score(self, question: str, texts: object) -> list[float]:
        assert isinstance(texts, list)
        return [0.001 * (question in text) for text in texts]


@pytest.fixture
def catalog() -> FakeCatalog:
    return FakeCatalog()


@pytest.fixture
def index(catalog: FakeCatalog) -> FakeIndex:
    index, encoder = FakeIndex(), LexicalEncoder(60.0)
    for number in range(1, 13):
        text = f"# 显存{number}\n\n显存这样估算：参数量乘以{number}个字节。\n"
        note = sample_note(text, path=f"{number}.md", note_id=UUID(int=number))
        cut = chunks(note.id, text, parse(text, Path(note.path).stem))
        catalog.store([CutNote(note, cut, modified_ns=0, cutter="")])
        index.upsert(
            [Point(each.point, each.kind, encoder.passage(each.indexed_text)[0]) for each in cut]
        )
    return index


def retriever(catalog: FakeCatalog, index: FakeIndex, reranker: Reranker | None) -> Retriever:
    return Retriever(index, catalog, NoTranslations(), reranker=reranker)


def test_without_a_cross_encoder_nothing_is_judged(catalog: FakeCatalog, index: FakeIndex) -> None:
    found = retriever(catalog, index, None).retrieve(QUESTION)
    assert (found.sufficient, found.answered) == (None, True)


def test_the_best_judgement_goes_out(catalog: FakeCatalog, index: FakeIndex) -> None:
    found = retriever(catalog, index, CrossReranker(FakeScorer())).retrieve(QUESTION)
    assert found.sufficient == max(
        hit.judged or 0.0 for each in found.passages for hit in each.hits
    )
    assert found.answered
    assert found.trace is not None
    assert found.trace.reranker == "shares words"


def test_what_is_judged_beside_the_point_is_not_answered(
    catalog: FakeCatalog, index: FakeIndex
) -> None:
    doubting = retriever(catalog, index, CrossReranker(Doubting()))
    assert not doubting.retrieve(QUESTION).answered
    assert doubting.retrieve(QUESTION).on_topic
    # A follow-up is judged without the question that it follows.
    assert doubting.retrieve(QUESTION, previous="显存够吗？").answered
    plain = SearchSettings(rerank=False)
    assert doubting.retrieve(QUESTION, settings=plain).sufficient is None
