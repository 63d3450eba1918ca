"""Notes replaced in catalogue and index: what is written, in which order, and what is left."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ingest.catalog import CutNote, Totals
from ingest.lengths import Lengths
from ingest.replacing import Replacing
from retrieval.chunk import Chunk
from retrieval.index import Point, SparseVector
from retrieval.lexical import LexicalEncoder, terms
from retrieval.span import Span
from tests.fakes.catalog import FakeCatalog
from tests.fakes.index import FakeIndex
from tests.fakes.notes import sample_chunk, sample_note
from tests.ingest.watched import WatchedCatalog, WatchedIndex, Writes

TEXTS = ("显存怎么估算。", "四比特基本不掉点，两比特很明显。", "键和值存起来。", "另一句。")


def note(number: int, texts: Sequence[str]) -> CutNote:
    """A note of some sentences, each of which is a chunk."""
    whole = sample_note("".join(texts), path=f"{number}.md", note_id=UUID(int=number))
    chunks: list[Chunk] = []
    for ordinal, text in enumerate(texts):
        start = sum(map(len, texts[:ordinal]))
        cut = sample_chunk(whole, ordinal, Span(start, start + len(text)))
        chunks.append(
            Chunk(cut.id, whole.id, ordinal, cut.kind, "头", text, cut.span, section=ordinal)
        )
    return CutNote(whole, tuple(chunks), 7, "1")


@dataclass(slots=True)
class Stores:
    """Catalogue and index, and how notes are replaced in them."""

    catalog: FakeCatalog = field(default_factory=FakeCatalog)
    index: FakeIndex = field(default_factory=FakeIndex)
    writes: Writes = field(default_factory=Writes)

    def replace(
        self,
        notes: Mapping[int, Sequence[str]],
        known: Collection[int] = (),
        made: Mapping[UUID, tuple[Point, int]] | None = None,
    ) -> int:
        """Replace notes by number; return how many points were written."""
        self.writes.names.clear()
        encoder = LexicalEncoder()
        catalog = WatchedCatalog(self.catalog, self.writes)
        lengths = Lengths(catalog, encoder)
        lengths.prepare()
        replacing = Replacing(catalog, WatchedIndex(self.index, self.writes), encoder, lengths)
        cut = [note(number, texts) for number, texts in notes.items()]
        written = replacing.replace(cut, [UUID(int=number) for number in known], made or {})
        lengths.settle()
        return written

    def assert_agree(self) -> None:
        assert self.index.ids() == self.catalog.live_points()
        chunks = list(self.catalog.chunks())
        assert self.catalog.state("lexical.terms") == str(
            sum(len(terms(each.indexed_text)) for each in chunks)
        )

    @property
    def stored(self) -> list[str]:
        """The writes, without what is remembered of lengths."""
        return [name for name in self.writes.names if name != "remember"]


def test_points_come_before_rows_and_go_after_them() -> None:
    stores = Stores()
    assert stores.replace({1: TEXTS[:2]}) == 2
    assert stores.stored == ["upsert", "store"]
    assert stores.writes.names[0] == "remember"
    assert stores.replace({1: TEXTS[1:3]}, known=[1]) == 1
    assert stores.stored == ["upsert", "store", "remove points"]
    assert stores.replace({}, known=[1]) == 0
    assert stores.stored == ["remove note", "remove points"]
    assert (stores.catalog.totals(), stores.index.count()) == (Totals(0, 0, 0), 0)


def test_what_is_known_already_is_not_indexed_again() -> None:
    stores = Stores()
    stores.replace({1: TEXTS[:2]})
    assert stores.replace({2: TEXTS[:2], 3: [TEXTS[0], TEXTS[0]]}) == 0
    assert stores.writes.names == ["store"]
    assert stores.catalog.totals() == Totals(notes=3, chunks=6, points=2)
    stores.assert_agree()


def test_what_is_said_twice_in_new_notes_is_indexed_once() -> None:
    stores = Stores()
    assert stores.replace({1: TEXTS[:2], 2: [*TEXTS[:2], TEXTS[0]]}) == 2
    assert stores.catalog.totals() == Totals(notes=2, chunks=5, points=2)
    stores.assert_agree()


def test_a_point_goes_with_the_last_note_that_says_it() -> None:
    stores = Stores()
    stores.replace({1: TEXTS[:2], 2: TEXTS[1:3]})
    stores.replace({}, known=[1])
    stores.assert_agree()
    assert stores.index.count() == 2
    stores.replace({2: TEXTS[2:3]}, known=[2])
    stores.assert_agree()
    assert stores.index.count() == 1


def test_notes_that_exchange_their_texts_leave_the_index_alone() -> None:
    stores = Stores()
    stores.replace({1: TEXTS[:2], 2: TEXTS[2:]})
    assert stores.replace({1: TEXTS[2:], 2: TEXTS[:2]}, known=[1, 2]) == 0
    assert stores.writes.names == ["store"]
    stores.assert_agree()


def test_a_text_that_goes_over_to_a_new_note_keeps_its_point() -> None:
    stores = Stores()
    stores.replace({1: TEXTS[:2]})
    assert stores.replace({2: TEXTS[:2]}, known=[1]) == 0
    assert stores.writes.names == ["store", "remove note"]
    assert stores.catalog.totals() == Totals(notes=1, chunks=2, points=2)
    stores.assert_agree()


def test_points_that_were_made_already_are_taken() -> None:
    stores = Stores()
    (chunk,) = note(1, TEXTS[:1]).chunks
    made = Point(chunk.point, chunk.kind, SparseVector((5,), (2.5,)))
    assert stores.replace({1: TEXTS[:2]}, made={chunk.point: (made, 40)}) == 2
    assert stores.index.points([chunk.point]) == [made]
    other = LexicalEncoder().passage(f"头\n{TEXTS[1]}")[1]
    assert stores.catalog.state("lexical.terms") == str(40 + other)


def test_nothing_to_replace_writes_nothing() -> None:
    stores = Stores()
    assert stores.replace({}) == 0
    assert stores.replace({}, known=[9]) == 0
    assert stores.stored == ["remove note"]


TEXT_LISTS = st.lists(st.sampled_from(TEXTS), max_size=4)
BATCHES = st.dictionaries(st.integers(1, 5), st.one_of(st.none(), TEXT_LISTS), max_size=4)


@given(st.lists(BATCHES, max_size=6))
def test_after_any_replacements_the_index_holds_what_the_catalogue_says(
    batches: list[dict[int, list[str] | None]],
) -> None:
    stores = Stores()
    expected: dict[int, list[str]] = {}
    for batch in batches:
        notes = {number: texts for number, texts in batch.items() if texts is not None}
        stores.replace(notes, known=[number for number in batch if number in expected])
        expected |= notes
        expected = {key: texts for key, texts in expected.items() if batch.get(key, ()) is not None}
        assert stores.index.ids() == stores.catalog.live_points()
    assert {
        number: [chunk.text for chunk in stores.catalog.note_chunks(UUID(int=number))]
        for number in expected
    } == expected
    assert stores.catalog.totals().notes == len(expected)
    live = {text for texts in expected.values() for text in texts}
    assert {chunk.text for chunk in stores.catalog.chunks()} == live
