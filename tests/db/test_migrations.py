"""Databases of earlier schemas, brought forward with what they hold."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, column, insert, select, table, text

from app.db.catalog import Catalog
from app.db.library import Library
from app.db.models import ChunkRow, NoteRow, Row, SourceRow
from app.db.schema import migrate
from app.db.session import Database, sqlite_url
from ingest.catalog import Totals
from retrieval.chunk import Chunk, Kind
from retrieval.span import Span

AT = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
NOTE = UUID(int=1)
NEW_IN_2 = {"note": {"format"}, "chunk": {"point", "page"}, "source": {"page"}}
TEXTS = (
    "同样的话。",
    "同样的话。",
    "nul \x00, lone \ud800 and \udfff, sealed \x01\U000f0000.",
    "😀 ﬁ Ａ ½",
    "",
)


def at_schema_1(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", "app.db:migrations")
    with database.connection() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")


def insert_old(connection: Connection, name: str, *rows: dict[str, object]) -> None:
    """Insert rows as the first version of the program wrote them."""
    now = Row.metadata.tables[name]
    old = table(name, *(column(each.name, each.type) for each in now.c if each.name in rows[0]))
    assert set(rows[0]) == set(now.c.keys()) - NEW_IN_2.get(name, set())
    connection.execute(insert(old), list(rows))


def note_row(text: str) -> dict[str, object]:
    return {
        "id": NOTE,
        "path": "群/旧.md",
        "title": "旧",
        "kind": "chat",
        "digest": "d" * 64,
        "encoding": "utf-8",
        "lossy": False,
        "size": 7,
        "characters": len(text),
        "verbatim": False,
        "modified": AT,
        "modified_ns": 7,
        "cutter": "1.1",
        "indexed_at": AT,
        "left_out": [[0, 2, "navigation"]],
        "text": text,
    }


def chunk_row(number: int, words: str) -> dict[str, object]:
    return {
        "id": UUID(int=100 + number),
        "note_id": NOTE,
        "ordinal": number,
        "kind": "chat",
        "start": 0,
        "end": len(words),
        "section": 3,
        "headings": ("一", "二\x00"),
        "speakers": ("阿青",),
        "when": "2024-03-01",
        "link": "",
        "header": f"头\x00 {number // 2}",
        "text": words,
    }


def chunk(number: int, words: str) -> Chunk:
    return Chunk(
        id=UUID(int=100 + number),
        note_id=NOTE,
        ordinal=number,
        kind=Kind.CHAT,
        header=f"头\x00 {number // 2}",
        text=words,
        span=Span(0, len(words)),
        headings=("一", "二\x00"),
        speakers=("阿青",),
        when="2024-03-01",
        section=3,
    )


def test_chunks_of_the_first_schema_get_their_points(empty_database: Database) -> None:
    at_schema_1(empty_database)
    with empty_database.connection() as connection, connection.begin():
        insert_old(connection, "note", note_row("正文\x00。"))
        rows = [chunk_row(number, words) for number, words in enumerate(TEXTS)]
        insert_old(connection, "chunk", *rows)
    migrate(empty_database)
    catalog = Catalog(empty_database)
    chunks = [chunk(number, words) for number, words in enumerate(TEXTS)]
    assert list(catalog.note_chunks(NOTE)) == chunks
    assert catalog.live_points() == {each.point for each in chunks}
    for each in chunks:
        assert each in catalog.by_point([each.point])[each.point]
    assert catalog.totals() == Totals(notes=1, chunks=5, points=4)
    assert catalog.text(NOTE, Span(0, 4)) == "正文\x00。"
    assert [(known.path, known.cutter) for known in catalog.known()] == [("群/旧.md", "1.1")]
    assert list(catalog.omissions()) == [("群/旧.md", 0, 2, "navigation")]
    assert list(catalog.passed_over()) == []
    found = Library(empty_database).by_path("群/旧.md")
    assert found is not None
    assert found.note.format == "markdown"


def test_thousands_of_chunks_get_their_points(empty_database: Database) -> None:
    at_schema_1(empty_database)
    with empty_database.connection() as connection, connection.begin():
        insert_old(connection, "note", note_row("正文。"))
        insert_old(connection, "chunk", *(chunk_row(each, f"第{each}段") for each in range(2_500)))
    migrate(empty_database)
    expected = {chunk(number, f"第{number}段").point for number in range(2_500)}
    assert Catalog(empty_database).live_points() == expected


def test_what_an_answer_cited_stays(empty_database: Database) -> None:
    turn, conversation = uuid4(), uuid4()
    at_schema_1(empty_database)
    with empty_database.connection() as connection, connection.begin():
        insert_old(
            connection,
            "conversation",
            {"id": conversation, "title": "问", "created": AT, "updated": AT},
        )
        insert_old(
            connection,
            "turn",
            {
                "id": turn,
                "conversation_id": conversation,
                "ordinal": 0,
                "asked": AT,
                "question": "多少？",
                "standalone": "多少？",
                "mode": "extractive",
                "finish": "stop",
                "note": "",
                "reason": "",
                "missing": (),
                "support": [],
                "ms": 3,
                "first_token_ms": None,
                "text": "七。[1]",
            },
        )
        insert_old(
            connection,
            "source",
            {
                "turn_id": turn,
                "number": 1,
                "note_id": NOTE,
                "path": "群/旧.md",
                "title": "旧",
                "kind": "chat",
                "start": 0,
                "end": 2,
                "score": 0.5,
                "headings": ("一",),
                "speakers": (),
                "when": "",
                "link": "",
                "digest": "d" * 64,
                "text": "七\x00",
            },
        )
    migrate(empty_database)
    with empty_database.read() as session:
        stored = select(SourceRow.turn_id, SourceRow.page, SourceRow.text)
        assert session.execute(stored).all() == [(turn, 0, "七\x00")]


def test_points_are_found_through_an_index_of_their_own(migrated_file: Path) -> None:
    database = Database(sqlite_url(migrated_file))
    with database.read() as session:
        plan = session.execute(text("EXPLAIN QUERY PLAN SELECT id FROM chunk WHERE point = 'x'"))
        assert "ix_chunk_point" in str(plan.all())
    database.close()


def test_a_chunk_without_a_point_is_refused(database: Database) -> None:
    def write() -> None:
        with database.write() as session:
            session.add(NoteRow(**note_row("x"), format="markdown"))
            session.flush()
            session.add(ChunkRow(**chunk_row(0, "x"), page=0))

    with pytest.raises(Exception, match=r"(?i)null"):
        write()


def test_an_older_file_is_copied_as_it_was(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "footnote.db"))
    at_schema_1(database)
    migrate(database)
    database.close()
    (copy,) = tmp_path.glob("footnote.db.schema-0001-*.copy")
    earlier = Database(sqlite_url(copy))
    with earlier.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "0001"
    earlier.close()
