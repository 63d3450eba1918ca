"""Every kind of mismatch is made on purpose, found, and mended."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app.examination import examine
from app.settings import Settings
from app.wiring import Services
from retrieval.chunk import Kind
from retrieval.index import Point, SparseVector
from tests.app.answers import ANSWER
from tests.app.doctored import (
    NOTES,
    POSTGRES,
    assert_mended,
    damage,
    found,
    home,
    kinds,
    write,
)
from tests.db.conftest import postgres_schema

STORES = ["sqlite", "postgres"] if POSTGRES else ["sqlite"]


@pytest.fixture(params=STORES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    notes = tmp_path / "notes"
    write(notes, NOTES)
    if request.param == "sqlite":
        yield Settings(home=tmp_path / "home", notes=(notes,), watch=False)
        return
    with postgres_schema() as url:
        yield Settings(home=tmp_path / "home", notes=(notes,), watch=False, database_url=url)


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    with home(settings) as services:
        yield services


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.notes[0]


def note_id(services: Services, path: str) -> str:
    return next(note.id for note in services.catalog.known() if note.path == path).hex


def test_a_home_in_step_is_well(services: Services) -> None:
    reply = found(services)
    assert (reply.ok, reply.mismatches) == (True, ())
    assert (reply.files, reply.notes, reply.searchable) == (5, 5, 5)
    assert reply.chunks == services.catalog.totals().chunks
    assert reply.points == services.index.count()


def test_file_not_taken_in(services: Services, folder: Path) -> None:
    write(folder, {"新.md": "# 新\n\n新的一篇。\n"})
    before = assert_mended(services, "file not taken in")
    assert before.mismatches[0].what == "新.md is not in the catalogue"


def test_note_without_a_file(services: Services, folder: Path) -> None:
    (folder / "页.md").unlink()
    before = assert_mended(services, "note without a file")
    assert before.mismatches[0].what == "the file of 页.md is not there"
    assert services.catalog.totals().notes == 4


def test_file_changed_since_it_was_read(services: Services, folder: Path) -> None:
    write(folder, {"页.md": "# 页\n\n全新的一页，讲检索。\n"})
    assert_mended(services, "file changed")


def test_file_changed_with_size_and_time_unchanged(services: Services, folder: Path) -> None:
    file = folder / "页.md"
    status = file.stat()
    file.write_bytes(file.read_bytes().replace("向量".encode(), "标量".encode()))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert_mended(services, "file changed")
    (chunk,) = services.catalog.note_chunks(UUID(note_id(services, "页.md")))
    assert "标量检索" in chunk.text


def test_file_moved(services: Services, folder: Path) -> None:
    before = note_id(services, "页.md")
    (folder / "页.md").rename(folder / "第一页.md")
    assert_mended(services, "file moved")
    assert note_id(services, "第一页.md") == before


def test_file_touched(services: Services, folder: Path) -> None:
    os.utime(folder / "页.md", ns=(1, 10**18))
    assert_mended(services, "file touched")


def test_file_unreadable_is_named_and_left(services: Services, folder: Path) -> None:
    write(folder, {"大.md": "长" * 7_000_000})
    services.sync().run()
    reply = examine(services, fix=True)
    assert kinds(reply) == {"file unreadable"}
    assert reply.mismatches[0].what.startswith("大.md cannot be read: it has 21,000,000 bytes")
    assert not reply.ok


def test_failure_of_a_file_that_is_gone_or_was_read_since(services: Services) -> None:
    services.catalog.record_failures({"fort.md": "Gone.", "页.md": "Not text."})
    before = assert_mended(services, "failure outdated")
    assert [each.what for each in before.mismatches] == [
        "fort.md is said to have failed, but is not there any more",
        "页.md is said to have failed, but has been read since",
    ]


def test_note_cut_by_an_earlier_version(services: Services) -> None:
    damage(services, "UPDATE note SET cutter = '0' WHERE path = '页.md'")
    assert_mended(services, "note cut by an earlier version")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("digest = 'abc'", "note digest differs"),
        ("size = 7", "note size differs"),
        ("characters = 3", "note length differs"),
        ("text = 'Etwas ganz anderes.'", "note text differs"),
        ("title = 'falsch'", "note description differs"),
        ("left_out = '[[0, 2, \"navigation\"]]'", "note description differs"),
        ("left_out = 'kein JSON'", "note description differs"),
        ("kind = 'unbekannt'", "note description differs"),
    ],
)
def test_row_of_a_note_that_does_not_fit_its_file(
    services: Services, change: str, kind: str
) -> None:
    damage(services, f"UPDATE note SET {change} WHERE path = '量化.md'")  # noqa: S608
    assert_mended(services, kind)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM link",
        "UPDATE link SET target = 'x'",
        "UPDATE link SET name = 'x'",
        "UPDATE link SET start = start + 1",
        "INSERT INTO link SELECT note_id, 7, 0, 2, name, target FROM link",
    ],
)
def test_links_that_the_note_does_not_have(services: Services, change: str) -> None:
    damage(services, change)
    before = assert_mended(services, "note links differ")
    assert before.mismatches[0].what == (
        "the links of 页.md to other notes are not those of its text"
    )


def test_tags_that_the_note_does_not_have(services: Services) -> None:
    damage(services, "DELETE FROM tag")
    assert_mended(services, "note description differs")


def test_names_by_which_a_note_is_found(services: Services, folder: Path) -> None:
    write(folder, {"没有标题.md": "只有一段话，没有别的。\n"})
    services.sync().run()
    damage(services, "DELETE FROM name_term")
    assert_mended(services, "note name differs")
    damage(services, "DELETE FROM note_name WHERE name = '页'")
    assert_mended(services, "note name differs")
    damage(services, "UPDATE note_name SET alias = 'x'")
    assert_mended(services, "note name differs")
    write(folder, {"另一篇.md": "也只有一段话。\n"})
    services.sync().run()
    damage(services, "DELETE FROM note WHERE path = '另一篇.md'")
    assert_mended(services, "name without a note")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ('start = 1, "end" = 100000', "chunk outside its note"),
        ('start = 9, "end" = 3', "chunk outside its note"),
        ("text = 'nie gesagt'", "chunk text differs"),
        ("ordinal = ordinal + 1", "chunk order broken"),
        ("ordinal = 0", "chunk order broken"),
        ("point = '00000000000000000000000000000007'", "chunk point differs"),
        ("kind = 'unbekannt'", "chunk description differs"),
        ("speakers = 'kein JSON'", "chunk description differs"),
        ("section = 77", "chunk description differs"),
    ],
)
def test_row_of_a_chunk_that_does_not_fit(services: Services, change: str, kind: str) -> None:
    damage(
        services,
        f"UPDATE chunk SET {change} WHERE note_id = :note AND ordinal > 0",  # noqa: S608
        note=uuid(services, "缓存.md"),
    )
    assert_mended(services, kind)


def uuid(services: Services, path: str) -> str:
    identifier = UUID(note_id(services, path))
    postgres = services.settings.database_url.startswith("postgres")
    return str(identifier) if postgres else identifier.hex


def test_chunk_with_an_id_of_its_own(services: Services) -> None:
    damage(
        services,
        "UPDATE chunk SET id = '00000000000000000000000000000009' WHERE note_id = :note",
        note=uuid(services, "页.md"),
    )
    before = assert_mended(services, "chunk id differs")
    assert kinds(before) == {"chunk id differs"}


def test_chunks_that_are_missing(services: Services) -> None:
    damage(
        services,
        "DELETE FROM chunk WHERE note_id = :note AND ordinal = 0",
        note=uuid(services, "缓存.md"),
    )
    assert_mended(services, "chunks missing", "chunk order broken", "left over in the index")


def test_chunk_that_the_text_does_not_give(services: Services) -> None:
    damage(
        services,
        "UPDATE chunk SET start = 0, \"end\" = 4, text = '# 缓存', "
        "id = '00000000000000000000000000000009' WHERE note_id = :note AND ordinal = 1",
        note=uuid(services, "缓存.md"),
    )
    assert_mended(services, "chunk left over", "chunks missing")


def test_chunk_and_tag_of_a_note_that_is_not_there(services: Services) -> None:
    damage(services, "DELETE FROM note WHERE path = '量化.md'")
    assert_mended(services, "chunk without a note", "tag without a note", "file not taken in")


def test_link_of_a_note_that_is_not_there(services: Services) -> None:
    damage(services, "DELETE FROM note WHERE path = '页.md'")
    assert_mended(services, "chunk without a note", "link without a note", "file not taken in")


def test_points_missing_and_left_over(services: Services) -> None:
    stray = Point(uuid4(), Kind.CHAT, SparseVector((1,), (1.0,)))
    services.index.remove(sorted(services.index.ids())[:2])
    services.index.upsert([stray])
    reply = found(services)
    assert kinds(reply) == {"missing from the index", "left over in the index"}
    assert len(reply.mismatches) == 3
    assert reply.searchable < reply.notes
    assert_mended(services, "missing from the index", "left over in the index")


def test_point_with_another_vector_or_kind(services: Services) -> None:
    first, second, *_ = services.index.points(sorted(services.index.ids()))
    services.index.upsert(
        [
            Point(first.id, first.kind, SparseVector((1,), (1.0,))),
            Point(second.id, Kind.TRANSCRIPT, second.lexical),
        ]
    )
    before = assert_mended(services, "point vector differs")
    assert len(before.mismatches) == 2


def test_totals_that_are_not_those_of_the_texts(services: Services) -> None:
    services.catalog.remember("lexical.terms", "17")
    before = assert_mended(services, "remembered terms wrong")
    assert before.mismatches[0].what.endswith("terms, not 17")


@pytest.mark.parametrize("value", ["5000.0", "0", "nan", "viel", ""])
def test_average_that_is_not_that_of_the_texts(services: Services, value: str) -> None:
    services.catalog.remember("lexical.average_length", value)
    assert_mended(services, "remembered average wrong")


def test_index_of_another_version(services: Services) -> None:
    services.catalog.remember("lexical.version", "0")
    assert_mended(services, "index of another version")


def test_run_that_nobody_carries_on(services: Services) -> None:
    run = services.runs.start()
    before = assert_mended(services, "run abandoned")
    assert str(run) in before.mismatches[0].what


def test_displaced_note(services: Services, folder: Path) -> None:
    damage(services, "UPDATE note SET path = :path WHERE path = '页.md'", path="\x01\U000f0000x")
    assert_mended(services, "note without a path")
    assert note_id(services, "页.md")
    assert (folder / "页.md").exists()


def test_index_folders_left_over(services: Services) -> None:
    for name in ("index.new", "index-0123abcd"):
        (services.settings.home / name / "wal").mkdir(parents=True)
    before = assert_mended(services, "index folder left over")
    assert len(before.mismatches) == 2


def turns(services: Services) -> list[UUID]:
    conversation = services.conversations.begin("显存")
    return [
        services.conversations.record(conversation, f"问题 {number}", "", ANSWER)
        for number in range(3)
    ]


def test_turns_without_a_conversation_get_one(services: Services) -> None:
    turns(services)
    damage(services, "DELETE FROM conversation")
    assert_mended(services, "turn without a conversation")
    (summary,) = services.conversations.list()
    assert (summary.title, summary.turns) == ("问题 0", 3)


def test_turns_with_gaps_are_numbered_anew(services: Services) -> None:
    turns(services)
    damage(
        services,
        "UPDATE turn SET ordinal = 70 WHERE ordinal = 2",
        "UPDATE turn SET ordinal = -1 WHERE ordinal = 0",
    )
    assert_mended(services, "turn order broken")
    (summary,) = services.conversations.list()
    conversation = services.conversations.load(summary.id)
    assert conversation is not None
    assert [turn.question for turn in conversation.turns] == ["问题 0", "问题 1", "问题 2"]


def test_sources_and_citations_without_a_turn(services: Services) -> None:
    turns(services)
    damage(services, "DELETE FROM turn WHERE ordinal = 2")
    assert_mended(services, "source without a turn", "citation without a turn")


def test_citation_without_its_source_gets_one_of_its_own_words(services: Services) -> None:
    turns(services)
    damage(services, "DELETE FROM source WHERE number = 1")
    assert_mended(services, "citation without a source")
    (summary,) = services.conversations.list()
    conversation = services.conversations.load(summary.id)
    assert conversation is not None
    for turn in conversation.turns:
        cited = {citation.number: citation.quote for citation in turn.answer.citations}
        sources = {each.number: each.passage.text for each in turn.answer.sources}
        assert sources[1] == cited[1]


def test_many_deletions_are_held_back_until_they_are_accepted(settings: Settings) -> None:
    folder = settings.notes[0]
    write(folder, {f"{number}.md": f"第{number}篇。\n" for number in range(20)})
    with home(settings) as services:
        for number in range(20):
            (folder / f"{number}.md").unlink()
        reply = examine(services, fix=True)
        assert kinds(reply) == {"deletion held back"}
        assert len(reply.mismatches) == 20
        assert services.catalog.totals().notes == 25
        reply = examine(services, fix=True, accept_deletions=True)
        assert (reply.ok, reply.notes, reply.files) == (True, 5, 5)


def test_emptied_and_missing_folders_are_named_and_nothing_is_taken_out(
    services: Services, folder: Path, tmp_path: Path
) -> None:
    folder.rename(tmp_path / "elsewhere")
    reply = examine(services, fix=True)
    assert kinds(reply) == {"notes folder unreadable"}
    folder.mkdir()
    services.index.remove(services.index.ids())
    reply = examine(services, fix=True)
    assert kinds(reply) == {"notes folder emptied"}
    assert (reply.notes, reply.searchable) == (5, 5)
    folder.rmdir()
    (tmp_path / "elsewhere").rename(folder)
    assert found(services).ok


def test_rows_are_mended_from_their_texts_where_no_file_is(
    services: Services, folder: Path, tmp_path: Path
) -> None:
    folder.rename(tmp_path / "elsewhere")
    damage(
        services,
        "UPDATE chunk SET text = 'nie gesagt'",
        "UPDATE note SET characters = 1, size = 3, digest = 'x'",
    )
    assert {"chunk text differs", "note length differs", "note digest differs"} <= kinds(
        found(services)
    )
    assert kinds(examine(services, fix=True)) == {"notes folder unreadable"}
    (tmp_path / "elsewhere").rename(folder)
    assert found(services).ok
