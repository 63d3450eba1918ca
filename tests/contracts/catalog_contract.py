"""What every catalogue promises, whether in SQL or in memory."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.catalog import CutNote, KnownNote, Move, NoteCatalog, PassedOver, Totals
from ingest.note import LeftOut, Note, NoteLink
from retrieval.chunk import Chunk
from retrieval.lexical import number, terms
from retrieval.span import Span
from retrieval.store import COPIES, ChunkStore, NoteLabel
from tests.fakes.notes import MODIFIED_NS, sample_chunk, sample_chunks, sample_note

AWKWARD = st.text(
    st.one_of(st.sampled_from("\x00\x01\r\n\u2028\ud800\udfff\ufeff😀中a%_\\"), st.characters())
)
"""Any text, with a liking for what databases and offsets stumble over."""


class WholeCatalog(NoteCatalog, ChunkStore, Protocol):
    """Both sides of the catalogue: what a sync writes, a search reads."""


def cut(note: Note, chunks: Sequence[Chunk] | None = None) -> CutNote:
    ends = [7] if len(note.text) > 7 else []
    live = sample_chunks(note, ends) if chunks is None else chunks
    return CutNote(note, tuple(live), MODIFIED_NS, "1")


def stored(catalog: WholeCatalog, note: Note, chunks: Sequence[Chunk] | None = None) -> list[Chunk]:
    entry = cut(note, chunks)
    catalog.store([entry])
    return list(entry.chunks)


def by_point(chunks: Collection[Chunk]) -> dict[UUID, list[Chunk]]:
    """The chunks as `ChunkStore.by_point` gives them when each says something else."""
    return {chunk.point: [chunk] for chunk in chunks}


def found_at(catalog: WholeCatalog, points: Collection[UUID]) -> dict[UUID, list[Chunk]]:
    return {point: list(chunks) for point, chunks in catalog.by_point(points).items()}


def points_of(chunks: Collection[Chunk]) -> set[UUID]:
    return {chunk.point for chunk in chunks}


def paths_of(catalog: WholeCatalog) -> dict[UUID, str]:
    return {known.id: known.path for known in catalog.known()}


def in_order(chunks: Collection[Chunk]) -> list[Chunk]:
    return sorted(chunks, key=lambda chunk: (chunk.note_id, chunk.ordinal))


def along_points(chunks: Collection[Chunk]) -> list[Chunk]:
    return sorted(chunks, key=lambda chunk: chunk.point)


class CatalogContract:
    """Inherit it and give a fixture ``catalog`` that returns an empty one."""

    def test_an_empty_catalogue_knows_nothing(self, catalog: WholeCatalog) -> None:
        assert list(catalog.known()) == []
        assert catalog.totals() == Totals(notes=0, chunks=0, points=0)
        assert catalog.live_points() == set()
        assert list(catalog.chunks()) == []
        assert list(catalog.omissions()) == []
        assert list(catalog.passed_over()) == []
        assert dict(catalog.failures()) == {}
        assert catalog.state("fingerprint") is None

    def test_nothing_asked_is_nothing_found(self, catalog: WholeCatalog) -> None:
        stored(catalog, sample_note())
        before = catalog.totals()
        catalog.store([])
        catalog.relocate([])
        catalog.remove([])
        assert catalog.totals() == before
        assert found_at(catalog, []) == {}
        assert (catalog.points([]), catalog.live_points([]), catalog.notes_of([])) == (
            set(),
            set(),
            set(),
        )

    def test_what_is_stored_is_known_by_path(self, catalog: WholeCatalog) -> None:
        second, first = sample_note(path="乙.md"), sample_note(path="a/甲.md")
        catalog.store([cut(second), cut(first)])
        assert list(catalog.known()) == [
            KnownNote(note.id, note.path, note.digest, note.size, MODIFIED_NS, "1")
            for note in (first, second)
        ]
        assert catalog.totals() == Totals(notes=2, chunks=4, points=4)

    def test_notes_at_some_paths_are_known(self, catalog: WholeCatalog) -> None:
        notes = [sample_note(path=f"{number}.md") for number in range(900)]
        catalog.store([cut(note, []) for note in notes])
        assert [each.path for each in catalog.known({"7.md", "899.md", "900.md"})] == [
            "7.md",
            "899.md",
        ]
        everywhere = {note.path for note in notes}
        assert list(catalog.known(everywhere)) == list(catalog.known())
        assert list(catalog.known(set())) == []

    @pytest.mark.parametrize(
        ("folder", "held"),
        [("a/", True), ("a/b%/", True), ("a/b_/", False), ("A/", False), ("a/b%/c.md/", False)],
    )
    def test_a_folder_holds_what_lies_below_it(
        self, catalog: WholeCatalog, folder: str, *, held: bool
    ) -> None:
        stored(catalog, sample_note(path="a/b%/c.md"))
        stored(catalog, sample_note(path="ab/d.md"))
        assert catalog.holds_below(folder) is held

    def test_chunks_come_back_whole(self, catalog: WholeCatalog) -> None:
        note = sample_note()
        live = stored(catalog, note)
        points = points_of(live)
        assert found_at(catalog, [*points, uuid4()]) == by_point(live)
        assert list(catalog.note_chunks(note.id)) == live
        assert list(catalog.note_chunks(uuid4())) == []
        assert catalog.points([note.id, uuid4()]) == points
        assert catalog.notes_of([live[0].point, uuid4()]) == {note.id}
        assert catalog.live_points() == points
        assert catalog.live_points([live[1].point, uuid4()]) == {live[1].point}

    def test_links_come_back_in_order_and_are_replaced_with_their_note(
        self, catalog: WholeCatalog
    ) -> None:
        note, other = sample_note(), sample_note(path="乙.md")
        links = (NoteLink("乙", Span(4, 9)), NoteLink("\x00\ud800/A b.md", Span(1, 3)))
        catalog.store([replace(cut(note), links=links), replace(cut(other), links=links[1:])])
        assert list(catalog.links(note.id)) == list(links)
        assert list(catalog.links(uuid4())) == []
        catalog.store([replace(cut(note), links=links[:1])])
        assert list(catalog.links(note.id)) == [links[0]]
        catalog.remove([note.id])
        assert list(catalog.links(note.id)) == []
        assert list(catalog.links(other.id)) == [links[1]]

    def test_links_inside_a_stretch_lead_to_other_notes(self, catalog: WholeCatalog) -> None:
        here, there = sample_note(path="甲.md"), sample_note(path="b/乙.md")
        links = (
            NoteLink("b/乙.md", Span(2, 9)),
            NoteLink("乙", Span(9, 12)),
            NoteLink("甲", Span(13, 14)),
            NoteLink("无", Span(14, 15)),
        )
        catalog.store([replace(cut(here), links=links), cut(there)])
        places = [
            (here.id, Span(2, 9)),
            (here.id, Span(3, 11)),
            (here.id, Span(0, 90)),
            (here.id, Span(13, 15)),
            (there.id, Span(0, 90)),
            (uuid4(), Span(0, 90)),
        ]
        found = [set(notes) for notes in catalog.led_to(places)]
        assert found == [{there.id}, set(), {there.id}, set(), set(), set()]
        assert list(catalog.led_to([])) == []

    def test_all_chunks_come_in_a_stable_order(self, catalog: WholeCatalog) -> None:
        notes = [sample_note(f"第{number}篇：显存。", path=f"{number}.md") for number in range(5)]
        live = along_points([chunk for note in notes for chunk in stored(catalog, note)])
        assert list(catalog.chunks()) == live
        asked = [live[3].point, uuid4(), live[0].point]
        assert list(catalog.chunks(asked)) == [live[0], live[3]]
        assert list(catalog.chunks([])) == []

    def test_what_is_said_twice_is_live_twice_and_is_one_point(self, catalog: WholeCatalog) -> None:
        first, second = sample_note(path="a/同.md"), sample_note(path="b/同.md")
        chunks = [*stored(catalog, first), *stored(catalog, second)]
        assert catalog.totals() == Totals(notes=2, chunks=4, points=2)
        assert catalog.live_points() == catalog.points([first.id]) == catalog.points([second.id])
        assert catalog.notes_of([chunks[0].point]) == {first.id, second.id}
        assert found_at(catalog, [chunks[0].point]) == {
            chunks[0].point: in_order([chunks[0], chunks[2]])
        }
        assert len(list(catalog.chunks())) == 2
        catalog.remove([first.id])
        assert found_at(catalog, points_of(chunks)) == by_point(chunks[2:])
        assert catalog.live_points() == points_of(chunks[2:])

    def test_a_text_in_many_notes_is_told_of_some_of_them(self, catalog: WholeCatalog) -> None:
        notes = [sample_note(path=f"{number}/同.md") for number in range(COPIES + 3)]
        chunks = [stored(catalog, note, [sample_chunk(note, 0, Span(0, 4))])[0] for note in notes]
        point = chunks[0].point
        told = found_at(catalog, [point])
        assert told == {point: in_order(chunks)[:COPIES]}
        assert found_at(catalog, [point]) == told
        assert list(catalog.chunks()) == told[point][:1]
        assert catalog.notes_of([point]) == {note.id for note in notes}
        catalog.remove([told[point][0].note_id])
        assert found_at(catalog, [point]) == {point: in_order(chunks)[1 : COPIES + 1]}

    def test_a_text_twice_in_one_note_is_told_in_reading_order(self, catalog: WholeCatalog) -> None:
        note = sample_note("同样的话。" * COPIES * 2)
        live = stored(catalog, note, sample_chunks(note, range(5, len(note.text), 5)))
        assert found_at(catalog, [live[0].point]) == {live[0].point: live[:COPIES]}
        assert catalog.totals() == Totals(notes=1, chunks=COPIES * 2, points=1)

    def test_storing_again_leaves_exactly_the_new_chunks(self, catalog: WholeCatalog) -> None:
        note = sample_note()
        kept, gone = stored(catalog, note)
        edited = sample_note("新的开头。" + note.text, note_id=note.id, tags=["显存"])
        moved = replace(kept, span=kept.span.moved(5), ordinal=1, section=9)
        new = sample_chunk(edited, 0, Span(0, 5))
        stored(catalog, edited, [new, moved])
        assert found_at(catalog, points_of([kept, gone, new])) == by_point([moved, new])
        assert [known.digest for known in catalog.known()] == [edited.digest]
        assert catalog.totals() == Totals(notes=1, chunks=2, points=2)
        assert catalog.text(note.id, moved.span) == kept.text

    def test_a_chunk_whose_words_change_has_another_point(self, catalog: WholeCatalog) -> None:
        note = sample_note()
        first, second = stored(catalog, note)
        retitled = replace(first, header="另一个标题 | chat")
        stored(catalog, note, [retitled, second])
        assert catalog.live_points() == points_of([retitled, second])
        assert found_at(catalog, [first.point, retitled.point]) == by_point([retitled])

    def test_storing_leaves_other_notes_alone(self, catalog: WholeCatalog) -> None:
        other = sample_note(path="别的.md")
        live = stored(catalog, other)
        note = sample_note()
        stored(catalog, note)
        stored(catalog, note, [])
        catalog.remove([note.id])
        assert list(catalog.chunks()) == along_points(live)

    def test_old_and_new_notes_are_stored_at_once(self, catalog: WholeCatalog) -> None:
        old = sample_note(tags=["旧"])
        stored(catalog, old)
        edited = sample_note("改过了，短。", note_id=old.id, tags=["新", "短"])
        new = sample_note("新来的一篇，也短。", path="新.md")
        catalog.store([cut(new), cut(edited, [sample_chunk(edited, 0, Span(0, 6))])])
        assert paths_of(catalog) == {old.id: old.path, new.id: "新.md"}
        assert [chunk.text for chunk in catalog.note_chunks(old.id)] == ["改过了，短。"]
        assert [chunk.text for chunk in catalog.note_chunks(new.id)] == ["新来的一篇，也", "短。"]

    def test_removing_takes_the_chunks_along(self, catalog: WholeCatalog) -> None:
        note = sample_note(left_out=[LeftOut(Span(0, 2), "navigation")])
        other = sample_note("留下的那一篇。", path="留.md")
        live, stays = stored(catalog, note), stored(catalog, other, [])
        catalog.remove([uuid4(), note.id, uuid4()])
        assert stays == []
        assert catalog.totals() == Totals(notes=1, chunks=0, points=0)
        assert found_at(catalog, points_of(live)) == {}
        assert dict(catalog.labels([note.id])) == {}
        assert catalog.text(note.id, Span(0, 3)) == ""
        assert list(catalog.omissions()) == []

    def test_a_moved_note_keeps_its_id_and_chunks(self, catalog: WholeCatalog) -> None:
        note = sample_note()
        live = stored(catalog, note)
        catalog.relocate(
            [Move(uuid4(), "无人.md", 1), Move(note.id, "新家/显存.md", 5_000_000_000)]
        )
        assert list(catalog.known()) == [
            KnownNote(note.id, "新家/显存.md", note.digest, note.size, 5_000_000_000, "1")
        ]
        assert list(catalog.note_chunks(note.id)) == live

    def test_a_move_of_nobody_takes_no_path(self, catalog: WholeCatalog) -> None:
        note = sample_note(path="a.md")
        stored(catalog, note)
        catalog.relocate([Move(uuid4(), "a.md", 1)])
        assert paths_of(catalog) == {note.id: "a.md"}

    def test_two_notes_may_swap_their_paths_one_after_the_other(
        self, catalog: WholeCatalog
    ) -> None:
        first, second = sample_note(path="a.md"), sample_note(path="b.md")
        catalog.store([cut(first), cut(second)])
        catalog.relocate([Move(first.id, "b.md", 1)])
        paths = paths_of(catalog)
        assert paths[first.id] == "b.md"
        assert "\x00" in paths[second.id]
        catalog.relocate([Move(second.id, "a.md", 1)])
        assert paths_of(catalog) == {first.id: "b.md", second.id: "a.md"}

    def test_many_notes_may_change_places_at_once(self, catalog: WholeCatalog) -> None:
        notes = [sample_note(f"第{number}篇。", path=f"{number}.md") for number in range(500)]
        catalog.store([cut(note, []) for note in notes])
        turned = {note.id: f"{(number + 1) % 500}.md" for number, note in enumerate(notes)}
        catalog.relocate([Move(note_id, path, 1) for note_id, path in turned.items()])
        assert paths_of(catalog) == turned

    def test_notes_stored_at_once_may_have_swapped_their_paths(self, catalog: WholeCatalog) -> None:
        first, second = sample_note("甲。", path="a.md"), sample_note("乙。", path="b.md")
        catalog.store([cut(first), cut(second)])
        swapped = replace(first, path="b.md"), replace(second, path="a.md")
        catalog.store([cut(note) for note in swapped])
        assert paths_of(catalog) == {first.id: "b.md", second.id: "a.md"}

    def test_notes_stored_at_once_may_have_rotated_their_paths(self, catalog: WholeCatalog) -> None:
        notes = [sample_note(f"{name}。", path=f"{name}.md") for name in "abc"]
        catalog.store([cut(note) for note in notes])
        paths = ["b.md", "c.md", "a.md"]
        turned = [replace(note, path=path) for note, path in zip(notes, paths, strict=True)]
        catalog.store([cut(note) for note in turned])
        assert paths_of(catalog) == {note.id: note.path for note in turned}
        for note in turned:
            assert catalog.text(note.id, Span(0, 9)) == note.text

    def test_a_new_note_may_take_the_path_of_one_that_moves(self, catalog: WholeCatalog) -> None:
        old, new = sample_note(path="a.md"), sample_note(path="a.md")
        stored(catalog, old)
        catalog.store([cut(new), cut(replace(old, path="b.md"))])
        assert paths_of(catalog) == {old.id: "b.md", new.id: "a.md"}

    def test_a_note_whose_path_is_taken_stays_without_one(self, catalog: WholeCatalog) -> None:
        old, new = sample_note("旧的。", path="a.md"), sample_note("新的。", path="a.md")
        live = stored(catalog, old)
        stored(catalog, new)
        assert sorted(known.path == "a.md" for known in catalog.known()) == [False, True]
        assert list(catalog.note_chunks(old.id)) == live

    def test_neighbours_are_found_once_and_in_order(self, catalog: WholeCatalog) -> None:
        note, other = sample_note("字" * 60), sample_note("字" * 60, path="b.md")
        live = stored(catalog, note, sample_chunks(note, range(1, 60)))
        others = stored(catalog, other, sample_chunks(other, range(1, 60)))
        found = catalog.around([(note.id, 0), (note.id, 2), (other.id, 59), (uuid4(), 3)], 1)
        assert found == in_order([*live[0:4], *others[58:60]])
        assert catalog.around([(note.id, ordinal) for ordinal in range(60)], 2) == live
        assert catalog.around([(note.id, 7)], 0) == [live[7]]
        assert catalog.around([], 2) == []

    def test_notes_are_found_by_the_terms_of_their_file_names(self, catalog: WholeCatalog) -> None:
        both, one, titled = (
            sample_note(path="量化 笔记.md", named=True),
            sample_note(path="量化.md", named=True),
            sample_note(path="笔记.md"),
        )
        for note in (one, both, titled):
            stored(catalog, note)
        asked = {number(term) for term in terms("量化 笔记")}
        names = {note.id: frozenset(map(number, terms(note.title))) for note in (both, one)}
        assert dict(catalog.named(asked, 9)) == names
        assert list(catalog.named(asked, 1)) == [both.id]
        assert dict(catalog.named([], 9)) == {}
        renamed = replace(both, path="推理.md", title="推理")
        stored(catalog, renamed)
        assert list(catalog.named(asked, 9)) == [one.id]
        catalog.remove([one.id])
        assert dict(catalog.named(asked, 9)) == {}

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
        note = sample_note("".join(f"{number:04}" for number in range(2_500)))
        live = stored(catalog, note, sample_chunks(note, range(4, 10_000, 4)))
        points = [*points_of(live), *(uuid4() for _ in range(40_000))]
        assert found_at(catalog, points) == by_point(live)
        assert catalog.live_points(points) == catalog.live_points() == points_of(live)
        assert catalog.notes_of(points) == {note.id}
        assert list(catalog.chunks()) == list(catalog.chunks(points)) == along_points(live)
        stored(catalog, note, live[:1])
        assert catalog.live_points() == {live[0].point}

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
        assert found_at(catalog, [chunk.point]) == by_point([chunk])
        assert catalog.labels([note.id])[note.id].path == note.path
        catalog.remove([note.id])

    def test_twenty_threads_read_and_write_at_once(self, catalog: WholeCatalog) -> None:
        def work(number: int) -> set[int]:
            seen = set()
            for time in range(6):
                note = sample_note(f"第{number}条第{time}次。", path=f"{number}-{time}.md")
                live = stored(catalog, note, sample_chunks(note, [len(note.text) - 2]))
                assert set(catalog.note_chunks(note.id)) == set(live)
                seen.add(len(catalog.by_point(points_of(live))))
            return seen

        with ThreadPoolExecutor(20) as threads:
            results: Iterator[set[int]] = threads.map(work, range(20))
            assert list(results) == [{2}] * 20
        assert catalog.totals()[:2] == (120, 240)

    def test_failures_are_replaced(self, catalog: WholeCatalog) -> None:
        catalog.record_failures({"a.md": "It is a directory."})
        catalog.record_failures({"b.md": "Too large.", "c.md": "Not text."})
        catalog.record_failures({"c.md": "Not text.", "b.md": "Too large."})
        assert dict(catalog.failures()) == {"b.md": "Too large.", "c.md": "Not text."}
        catalog.record_failures({})
        assert dict(catalog.failures()) == {}

    def test_files_passed_over_are_replaced(self, catalog: WholeCatalog) -> None:
        first = PassedOver("a.json", 12, 2**62, "1", "no chat export")
        second = PassedOver("b.json", 2**40, -5, "2", "没有消息")
        catalog.record_passed_over([second, first])
        assert list(catalog.passed_over()) == [first, second]
        catalog.record_passed_over([first, second])
        assert list(catalog.passed_over()) == [first, second]
        catalog.record_passed_over([replace(second, cutter="3")])
        assert list(catalog.passed_over()) == [replace(second, cutter="3")]
        catalog.record_passed_over([])
        assert list(catalog.passed_over()) == []
