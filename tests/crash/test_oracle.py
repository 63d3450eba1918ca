"""The oracle sees each kind of loss; a harness that cannot fail proves nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from retrieval.chunk import Kind
from retrieval.index import Point
from retrieval.lexical import LexicalEncoder
from tests.crash.folder import Edit, perform
from tests.crash.ledger import Asked, Ledger
from tests.crash.opened import Opened, opened
from tests.crash.oracle import faults
from tests.crash.worker import CITATIONS, answer

EDITS = (
    Edit("write", "一.md", content="# 甲\n\nzqbcd 第一篇。\n", marker="zqbcd"),
    Edit("write", "二.md", content="# 乙\n\nzqfgh 第二篇。\n", marker="zqfgh"),
)
Sabotage = Callable[[Opened], None]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def home(tmp_path: Path, ledger: Ledger) -> Iterator[Opened]:
    """A home with two notes and a turn, all of it acknowledged."""
    (tmp_path / "notes").mkdir()
    with opened(tmp_path) as home:
        for edit in EDITS:
            ledger.edit(edit)
            perform(edit, home.notes)
        begun = ledger.begin_sync()
        home.sync().run()
        ledger.end_sync(begun)
        home.conversations.record(home.conversations.begin("聊"), "？", "？", answer("答"))
        ledger.asked["答"] = Asked("答", CITATIONS)
        ledger.acknowledged.add("答")
        yield home


def sql(home: Opened, statement: str) -> None:
    with closing(sqlite3.connect(home.database_file)) as connection, connection:
        connection.execute(statement)


def without_points(home: Opened) -> None:
    home.index.remove(home.catalog.live_points())


def with_an_orphan(home: Opened) -> None:
    vector, _ = LexicalEncoder().passage("zqbcd")
    home.index.upsert([Point(UUID(int=7), Kind.ARTICLE, vector)])


def test_a_sound_home_has_no_faults(home: Opened, ledger: Ledger) -> None:
    assert faults(home, ledger, by_mending=False) == []
    assert faults(home, ledger, by_mending=True) == []


def test_an_orphan_is_mended_and_no_fault(home: Opened, ledger: Ledger) -> None:
    with_an_orphan(home)
    assert faults(home, ledger, by_mending=False) == []


@pytest.mark.parametrize(
    ("sabotage", "fault"),
    [
        (without_points, "note 1 is lost"),
        (lambda home: sql(home, "DELETE FROM note WHERE path = '一.md'"), "note 1 is lost"),
        (lambda home: sql(home, "UPDATE note SET text = text || '!'"), "a version it never had"),
        (lambda home: sql(home, "DELETE FROM chunk"), "has other chunks than its text"),
        (lambda home: sql(home, "UPDATE note SET path = '三.md' WHERE path = '一.md'"), "a ghost"),
        (lambda home: sql(home, "DELETE FROM turn"), "is there 0 times"),
        (lambda home: sql(home, "DELETE FROM citation WHERE ordinal = 1"), "is not whole"),
        (lambda home: sql(home, "UPDATE turn SET text = '另'"), "a turn that nobody asked for"),
        (
            lambda home: sql(home, "UPDATE state SET value = 1 WHERE key = 'lexical.terms'"),
            "lexical.terms is 1",
        ),
    ],
)
def test_a_loss_is_told(home: Opened, ledger: Ledger, sabotage: Sabotage, fault: str) -> None:
    sabotage(home)
    found = faults(home, ledger, by_mending=False)
    assert [each for each in found if fault in each] != []


def test_a_deleted_note_that_comes_back_is_a_ghost(home: Opened, ledger: Ledger) -> None:
    (home.notes / "一.md").unlink()
    ledger.edit(Edit("delete", "一.md"))
    ledger.end_sync(ledger.begin_sync())
    found = faults(home, ledger, by_mending=False)
    assert "before recovery: a ghost: zqbcd is found in 一.md (I4)" in found
