from dataclasses import replace

import pytest

from app.db.catalog import Catalog
from app.db.naming import Naming
from app.db.session import Database
from ingest.catalog import Move
from tests.contracts.catalog_contract import stored
from tests.fakes.notes import sample_note

PATHS = ("vLLM.md", "部署/vLLM.md", "部署/服务 100%.txt", "部署/服务 1000.txt")
NOTES = {path: sample_note(path=path) for path in PATHS}


@pytest.fixture
def naming(database: Database) -> Naming:
    for note in NOTES.values():
        stored(Catalog(database), note)
    stored(Catalog(database), replace(sample_note(path="z.md"), title="如何部署"))
    return Naming(database)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("vLLM", "vLLM.md"),
        ("./部署/vLLM.md", "部署/vLLM.md"),
        ("服务 100%", "部署/服务 100%.txt"),
        ("VLLM.md", "vLLM.md"),
    ],
)
def test_a_name_means_the_nearest_note(naming: Naming, name: str, path: str) -> None:
    assert naming.note(name) == NOTES[path].id


def test_an_alias_of_the_head_is_a_name(database: Database) -> None:
    note = sample_note("---\naliases: [缓存, KV cache]\n---\n正文\n", path="甲/kv.md")
    stored(Catalog(database), note)
    stored(Catalog(database), sample_note("aliases: 缓存\n没有写在头里\n", path="a.md"))

    assert Naming(database).note("kv CACHE") == note.id
    assert Naming(database).note("缓存", "甲/别的.md") == note.id


def test_names_change_with_their_note(database: Database) -> None:
    naming, catalog, note = Naming(database), Catalog(database), sample_note(path="新.md")
    assert naming.note("新") is None
    stored(catalog, note)
    assert naming.note("新") == note.id
    stored(catalog, replace(note, title="另一个名字"))
    assert naming.note("另一个名字") == note.id
    catalog.relocate([Move(note.id, "别处/更新.md", 7)])
    assert [naming.note(name) for name in ("更新", "另一个名字", "新")] == [note.id, note.id, None]
    taker = sample_note(path="别处/更新.md")
    stored(catalog, taker)
    assert naming.note("更新") == taker.id
    catalog.remove([taker.id])
    assert naming.note("更新") is None


def test_aliases_stay_when_a_note_moves(database: Database) -> None:
    naming, catalog = Naming(database), Catalog(database)
    note = sample_note("---\naliases: [甲, 甲.乙]\n---\n", path="a.md")
    stored(catalog, note)
    catalog.relocate([Move(note.id, "b.md", 7)])
    assert [naming.note(name) for name in ("b", "甲", "甲.乙", "c")] == [note.id] * 3 + [None]


def test_a_name_that_no_index_takes_is_a_name_still(database: Database) -> None:
    note = replace(sample_note(), title="长" * 3_000)
    stored(Catalog(database), note)
    assert Naming(database).note("长" * 3_000) == note.id
    assert Naming(database).note("长" * 2_999) is None


def test_a_title_is_a_name(naming: Naming) -> None:
    assert naming.note("如何部署") is not None


@pytest.mark.parametrize("name", ["", "  ", "LLM", "服务 100_", "vLLM\x00.md"])
def test_other_names_mean_no_note(naming: Naming, name: str) -> None:
    assert naming.note(name) is None
