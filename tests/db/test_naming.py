from dataclasses import replace

import pytest

from app.db.catalog import Catalog
from app.db.naming import Naming
from app.db.runs import Runs
from app.db.session import Database
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


def test_names_of_a_later_sync_are_known(database: Database) -> None:
    naming, runs, note = Naming(database), Runs(database), sample_note(path="新.md")
    assert naming.note("新") is None
    run = runs.start()
    stored(Catalog(database), note)
    assert naming.note("新") == note.id
    stored(Catalog(database), replace(note, title="另一个名字"))
    assert naming.note("另一个名字") == note.id
    runs.fail(run, "")
    assert naming.note("另一个名字") == note.id


def test_a_title_is_a_name(naming: Naming) -> None:
    assert naming.note("如何部署") is not None


@pytest.mark.parametrize("name", ["", "  ", "LLM", "服务 100_", "vLLM\x00.md"])
def test_other_names_mean_no_note(naming: Naming, name: str) -> None:
    assert naming.note(name) is None
