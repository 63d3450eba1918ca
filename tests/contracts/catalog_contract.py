"""What every catalogue promises, whether in SQL or in memory."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.catalog import KnownNote, NoteCatalog
from ingest.note import LeftOut, Note
from retrieval.chunk import Chunk
from retrieval.span import Span
from retrieval.store import ChunkStore, NoteLabel
from tests.fakes.notes import MODIFIED_NS, sample_chunk, sample_chunks, sample_note

AWKWARD = st.text(
    st.one_of(st.sampled_from("\x00\x01\r\n\u2028\ud800\udfff\ufeff😀中a%_\\"), st.characters())
)
"""Any text, with a liking for what databases and offsets stumble over."""


class WholeCatalog(NoteCatalog, ChunkStore, Protocol):
    """Both sides of the catalogue: what a sync writes, a search reads."""


def stored(catalog: WholeCatalog, note: Note, chunks: Sequence[Chunk] | None = None) -> list[Chunk]:
    live = sample_chunks(note, [7]) if chunks is None else list(chunks)
    catalog.store(note, live, modified_ns=MODIFIED_NS, cutter="1")
    return live


def in_order(chunks: Collection[Chunk]) -> list[Chunk]:
    return sorted(chunks, key=lambda chunk: (chunk.note_id, chunk.ordinal))


class CatalogContract:
    """Inherit it and give a fixture ``catalog`` that returns an empty one."""

    def test_an_empty_catalogue_knows_nothing(self, catalog: WholeCatalog) -> None:
        assert list(catalog.known()) == []
        assert catalog.totals() == (0, 0)
        assert catalog.all_chunk_ids() == set()
        assert list(catalog.chunks()) == []
        assert list(catalog.omissions()) == []
        assert catalog.state("fingerprint") is None

    def test_what_is_stored_is_known_by_path(self, catalog: WholeCatalog) -> None:
        second, first = sample_note(path="乙.md"), sample_note(path="a/甲.md")
        stored(catalog, second)
        stored(catalog, first)
        assert list(catalog.known()) == [
            KnownNote(note.id, note.path, note.digest, note.size, MODIFIED_NS, "1")
            for note in (first, second)
        ]
        assert catalog.totals() == (2, 4)

    def test_chunks_come_back_whole(self, catalog: WholeCatalog) -> None:
        note = sample_note()
        live = stored(catalog, note)
        ids = {chunk.id for chunk in live}
        assert dict(catalog.by_id([*ids, uuid4()])) == {chunk.id: chunk for chunk in live}
        assert catalog.chunk_ids(note.id) == ids
        assert catalog.chunk_ids(uuid4()) == set()
        assert catalog.all_chunk_ids() == ids

    def test_all_chunks_come_in_a_stable_order(self, catalog: WholeCatalog) -> None:
        notes = [sample_note(path=f"{number}.md") for number in range(5)]
        live = in_order([chunk for note in notes for chunk in stored(catalog, note)])
        assert list(catalog.chunks()) == live
        assert list(catalog.chunks([live[3].id, uuid4(), live[0].id])) == [live[0], live[3]]
        assert list(catalog.chunks([])) == []

    def test_storing_again_leaves_exactly_the_new_chunks(self, catalog: WholeCatalog) -> None:
        note = sample_note()
        kept, gone = stored(catalog, note)
        edited = sample_note("新的开头。" + note.text, note_id=note.id, tags=["显存"])
        moved = replace(kept, span=kept.span.moved(5), ordinal=1, section=9)
        new = sample_chunk(edited, 0, Span(0, 5))
        stored(catalog, edited, [new, moved])
        assert dict(catalog.by_id([kept.id, gone.id, new.id])) == {kept.id: moved, new.id: new}
        assert [known.digest for known in catalog.known()] == [edited.digest]
        assert catalog.totals() == (1, 2)
        assert catalog.text(note.id, moved.span) == kept.text

    def test_storing_leaves_other_notes_alone(self, catalog: WholeCatalog) -> None:
        other = sample_note(path="别的.md")
        live = stored(catalog, other)
        note = sample_note()
        stored(catalog, note)
        stored(catalog, note, [])
        catalog.remove(note.id)
        assert list(catalog.chunks()) == in_order(live)

    def test_removing_takes_the_chunks_along(self, catalog: WholeCatalog) -> None:
        note = sample_note(left_out=[LeftOut(Span(0, 2), "navigation")])
        live = stored(catalog, note)
        catalog.remove(note.id)
        catalog.remove(uuid4())
        assert catalog.totals() == (0, 0)
        assert dict(catalog.by_id([chunk.id for chunk in live])) == {}
        assert dict(catalog.labels([note.id])) == {}
        assert catalog.text(note.id, Span(0, 3)) == ""
        assert list(catalog.omissions()) == []

    def test_a_moved_note_keeps_its_id_and_chunks(self, catalog: WholeCatalog) -> None:
        note = sample_note()
        live = stored(catalog, note)
        catalog.relocate(note.id, "新家/显存.md", modified_ns=5_000_000_000)
        catalog.relocate(uuid4(), "无人.md", modified_ns=1)
        assert list(catalog.known()) == [
            KnownNote(note.id, "新家/显存.md", note.digest, note.size, 5_000_000_000, "1")
        ]
        assert list(catalog.chunks()) == live

    def test_two_notes_may_swap_their_paths(self, catalog: WholeCatalog) -> None:
        first, second = sample_note(path="a.md"), sample_note(path="b.md")
        stored(catalog, first)
        stored(catalog, second)
        catalog.relocate(first.id, "b.md", modified_ns=1)
        paths = {known.id: known.path for known in catalog.known()}
        assert paths[first.id] == "b.md"
        assert "\x00" in paths[second.id]
        catalog.relocate(second.id, "a.md", modified_ns=1)
        assert {known.id: known.path for known in catalog.known()} == {
            first.id: "b.md",
            second.id: "a.md",
        }

    def test_a_new_note_may_take_the_path_of_one_that_moves(self, catalog: WholeCatalog) -> None:
        old, new = sample_note(path="a.md"), sample_note(path="a.md")
        stored(catalog, old)
        stored(catalog, new)
        catalog.relocate(old.id, "b.md", modified_ns=1)
        assert {known.id: known.path for known in catalog.known()} == {
            old.id: "b.md",
            new.id: "a.md",
        }

    def test_neighbours_are_found_once_and_in_order(self, catalog: WholeCatalog) -> None:
        note, other = sample_note("字" * 60), sample_note("字" * 60, path="b.md")
        live = stored(catalog, note, sample_chunks(note, range(1, 60)))
        others = stored(catalog, other, sample_chunks(other, range(1, 60)))
        found = catalog.around([(note.id, 0), (note.id, 2), (other.id, 59), (uuid4(), 3)], 1)
        assert found == in_order([*live[0:4], *others[58:60]])
        assert catalog.around([(note.id, ordinal) for ordinal in range(60)], 2) == live
        assert catalog.around([(note.id, 7)], 0) == [live[7]]
        assert catalog.around([], 2) == []

    def test_labels_name_the_live_notes(self, catalog: WholeCatalog) -> None:
        note = sample_note()
        stored(catalog, note)
        assert dict(catalog.labels([note.id, uuid4()])) == {
            note.id: NoteLabel(note.id, note.path, note.title)
        }
        assert dict(catalog.labels([])) == {}

    def test_texts_come_in_the_order_asked(self, catalog: WholeCatalog) -> None:
        plain, sealed = (
            sample_note("甲乙丙丁戊己庚辛"),
            sample_note("甲\x00乙\ud800丙丁戊己", path="b.md"),
        )
        stored(catalog, plain)
        stored(catalog, sealed)
        places = [(sealed.id, Span(1, 4)), (uuid4(), Span(0, 2)), (plain.id, Span(6, 99))]
        assert catalog.texts(places) == ["\x00乙\ud800", "", "庚辛"]
        assert catalog.texts([]) == []

    def test_omissions_come_by_path_and_place(self, catalog: WholeCatalog) -> None:
        advertising = LeftOut(Span(9, 12), "advertising")
        second = sample_note(path="b.md", left_out=[LeftOut(Span(3, 4), "related")])
        first = sample_note(path="a.md", left_out=[LeftOut(Span(0, 5), "navigation"), advertising])
        for note in (second, sample_note(path="c.md"), first):
            stored(catalog, note)
        assert list(catalog.omissions()) == [
            ("a.md", 0, 5, "navigation"),
            ("a.md", 9, 12, "advertising"),
            ("b.md", 3, 4, "related"),
        ]

    def test_state_is_remembered(self, catalog: WholeCatalog) -> None:
        catalog.remember("fingerprint", "lexical 1")
        catalog.remember("fingerprint", "lexical 2")
        catalog.remember("other", "")
        assert catalog.state("fingerprint") == "lexical 2"
        assert catalog.state("other") == ""

    def test_thousands_of_ids_are_one_question(self, catalog: WholeCatalog) -> None:
        note = sample_note("字" * 2_500)
        live = stored(catalog, note, sample_chunks(note, range(1, 2_500)))
        ids = {chunk.id: chunk for chunk in live}
        assert catalog.by_id([*ids, *(uuid4() for _ in range(40_000))]) == ids
        assert list(catalog.chunks()) == live
        stored(catalog, note, live[:1])
        assert catalog.all_chunk_ids() == {live[0].id}

    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
    )
    @given(text=AWKWARD, data=st.data())
    def test_any_text_comes_back_with_exact_offsets(
        self, catalog: WholeCatalog, text: str, data: st.DataObject
    ) -> None:
        places = st.integers(0, len(text))
        start, end = sorted((data.draw(places), data.draw(places)))
        note = sample_note(text, path=f"{data.draw(AWKWARD)}.md", tags=[data.draw(AWKWARD)])
        chunk = sample_chunk(note, 0, Span(start, end))
        stored(catalog, note, [chunk])
        assert catalog.text(note.id, Span(start, end)) == text[start:end]
        assert catalog.by_id([chunk.id]) == {chunk.id: chunk}
        assert catalog.labels([note.id])[note.id].path == note.path
        catalog.remove(note.id)

    def test_twenty_threads_read_and_write_at_once(self, catalog: WholeCatalog) -> None:
        def work(number: int) -> set[int]:
            seen = set()
            for time in range(6):
                note = sample_note(f"第{number}条第{time}次。", path=f"{number}-{time}.md")
                live = stored(catalog, note)
                found = catalog.by_id([chunk.id for chunk in live])
                seen.add(len(found))
                assert catalog.chunk_ids(note.id) == set(found)
            return seen

        with ThreadPoolExecutor(20) as threads:
            results: Iterator[set[int]] = threads.map(work, range(20))
            assert list(results) == [{2}] * 20
        assert catalog.totals() == (120, 240)

    def test_failures_are_replaced(self, catalog: WholeCatalog) -> None:
        catalog.record_failures({"a.md": "It is a directory."})
        catalog.record_failures({"b.md": "Too large.", "c.md": "Not text."})
        catalog.record_failures({"c.md": "Not text.", "b.md": "Too large."})
        assert self.failures_of(catalog) == {"b.md": "Too large.", "c.md": "Not text."}
        catalog.record_failures({})
        assert self.failures_of(catalog) == {}

    def failures_of(self, catalog: WholeCatalog) -> Mapping[str, str]:
        """Return path and reason of the recorded failures; each catalogue shows its own."""
        raise NotImplementedError
