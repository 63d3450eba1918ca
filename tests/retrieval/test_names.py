from uuid import UUID, uuid4

from ingest.catalog import CutNote
from retrieval.chunk import Chunk
from retrieval.hit import Hit
from retrieval.lexical import number, terms
from retrieval.names import with_names
from retrieval.span import Span
from tests.fakes.catalog import FakeCatalog
from tests.fakes.notes import MODIFIED_NS, sample_chunk, sample_note


def kept(catalog: FakeCatalog, name: str, *, named: bool = True) -> Chunk:
    note = sample_note(f"{name}的正文。", path=f"{name}.md", named=named)
    chunk = sample_chunk(note, 0, Span(0, len(note.text)))
    catalog.store([CutNote(note, (chunk,), MODIFIED_NS, "1")])
    return chunk


def weights(question: str) -> dict[int, float]:
    return {number(term): 5.0 for term in terms(question)}


def hit(chunk: Chunk, rank: int, score: float) -> Hit:
    return Hit(chunk, lexical_rank=rank, lexical_score=score)


def ids(hits: list[Hit]) -> list[UUID]:
    return [hit.chunk.id for hit in hits]


def test_a_hit_in_a_note_of_that_name_rises() -> None:
    catalog = FakeCatalog()
    other, named = kept(catalog, "别的"), kept(catalog, "量化笔记")
    found = with_names(
        [hit(other, 1, 9.0), hit(named, 2, 8.0)], weights("量化怎么做"), 100, catalog
    )
    assert ids(found) == [named.id, other.id]
    assert [each.lexical_rank for each in found] == [1, 2]


def test_a_note_named_like_the_question_becomes_a_candidate() -> None:
    catalog = FakeCatalog()
    other, named = kept(catalog, "别的"), kept(catalog, "蒙特卡洛")
    found = with_names([hit(other, 1, 2.0)], weights("蒙特卡洛是什么"), 100, catalog)
    assert set(ids(found)) == {named.id, other.id}


def test_half_a_name_brings_nothing_in() -> None:
    catalog = FakeCatalog()
    other = kept(catalog, "别的")
    kept(catalog, "2024年三月读书会的讨论与模型清单")
    found = with_names([hit(other, 1, 2.0)], weights("模型"), 100, catalog)
    assert ids(found) == [other.id]


def test_titles_that_stand_in_the_text_count_as_text_only() -> None:
    catalog = FakeCatalog()
    other = kept(catalog, "别的")
    kept(catalog, "蒙特卡洛", named=False)
    found = with_names([hit(other, 1, 2.0)], weights("蒙特卡洛"), 100, catalog)
    assert found == [hit(other, 1, 2.0)]


def test_without_terms_or_names_hits_stay_as_they_are() -> None:
    catalog = FakeCatalog()
    lonely = hit(kept(catalog, "别的", named=False), 1, 1.0)
    assert with_names([lonely], {}, 1, catalog) == [lonely]
    assert with_names([lonely], weights("什么"), 1, catalog) == [lonely]
    assert with_names([], weights("什么"), 0, catalog) == []


def test_few_notes_come_in_by_name_alone() -> None:
    catalog = FakeCatalog()
    for count in range(8):
        kept(catalog, f"量化 {uuid4().hex[:4]}{count}")
    assert len(with_names([], weights("量化"), 1, catalog)) <= 3
