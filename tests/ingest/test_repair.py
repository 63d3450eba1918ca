"""What ``footnote doctor`` rests on: catalogue and index compared, and mended."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ingest.lengths import Lengths
from ingest.repair import BATCH, Difference, compare, index_chunks, mend
from retrieval.chunk import Kind
from retrieval.index import Point, SparseVector
from retrieval.lexical import LexicalEncoder
from tests.fakes.index import FakeIndex
from tests.fakes.notes import sample_chunks, sample_note
from tests.ingest.homes import Home, OpenHome


@pytest.fixture
def full(open_home: OpenHome, tmp_path: Path) -> Home:
    home = open_home(tmp_path)
    home.write({f"{number}.md": f"第{number}篇讲显存。\n" for number in range(5)})
    home.sync()
    return home


def mended(home: Home) -> int:
    encoder = LexicalEncoder()
    Lengths(home.catalog, encoder).prepare()
    return mend(compare(home.catalog, home.index), home.catalog, home.index, encoder)


def test_stores_that_agree_have_no_difference(full: Home) -> None:
    difference = compare(full.catalog, full.index)
    assert difference == Difference(frozenset(), frozenset())
    assert difference.none
    assert mended(full) == 0


def test_chunk_without_a_point_is_missing_and_gets_one(full: Home) -> None:
    lost = sorted(full.catalog.live_points())[:2]
    full.index.remove(lost)
    assert compare(full.catalog, full.index) == Difference(frozenset(lost), frozenset())
    assert not compare(full.catalog, full.index).none
    assert mended(full) == 2
    full.assert_in_step()
    full.assert_weights_are_true()


def test_point_without_a_chunk_is_an_orphan_and_goes(full: Home) -> None:
    orphan = Point(uuid4(), Kind.CHAT, SparseVector((1,), (1.0,)))
    full.index.upsert([orphan])
    assert compare(full.catalog, full.index) == Difference(frozenset(), frozenset({orphan.id}))
    assert mended(full) == 0
    full.assert_in_step()


def test_both_at_once_are_mended(full: Home) -> None:
    full.index.remove(full.index.ids())
    full.index.upsert([Point(UUID(int=7), Kind.CHAT, SparseVector((1,), (1.0,)))])
    assert mended(full) == 5
    full.assert_in_step()
    assert len(full.found("显存")) == 5


def test_sync_mends_before_it_does_anything_else(full: Home) -> None:
    full.index.remove(full.index.ids())
    full.index.upsert([Point(UUID(int=7), Kind.CHAT, SparseVector((1,), (1.0,)))])
    report = full.sync()
    assert (report.unchanged, report.chunks_written) == (5, 5)
    full.assert_in_step()


def test_many_chunks_are_written_in_batches() -> None:
    note = sample_note("".join(f"显存{number:04}" for number in range(BATCH * 2)))
    chunks = sample_chunks(note, range(6, len(note.text), 6))
    sizes: list[int] = []

    class Counting(FakeIndex):
        def upsert(self, points: Sequence[Point]) -> None:
            sizes.append(len(points))
            super().upsert(points)

    told: list[int] = []
    index = Counting()
    assert index_chunks(iter(chunks + chunks[:1]), index, LexicalEncoder(), told.append) == 1001
    assert (sizes, told, index.count()) == ([500, 500, 1], [500, 1000, 1001], 1000)
