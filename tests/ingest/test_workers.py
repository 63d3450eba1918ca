"""Files cut by several processes at once."""

import os
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from ingest.cutting import Cut, cut
from ingest.listing import notes_folders
from ingest.planning import Step
from ingest.source import Source
from ingest.sync import Sync
from ingest.workers import WORTH_IT, cuts
from retrieval.index import Point
from retrieval.lexical import LexicalEncoder
from tests.ingest.homes import MOST_BYTES, OpenHome
from tests.ingest.killing import DEADLY, KillingSource

MANY = WORTH_IT + 10
several = pytest.mark.skipif(os.cpu_count() == 1, reason="one core cuts alone")


def folder_of(place: Path, count: int) -> Path:
    for number in range(count):
        text = f"# 第{number}篇\n\n第{number}篇讲显存。\n\n同样的一句。\n"
        (place / f"{number:04}.md").write_text(text, encoding="utf-8")
    return place


def steps_of(source: Source) -> list[Step]:
    """One step for each note, with ids, which are random otherwise."""
    listed = source.found().found
    return [Step(found, UUID(int=number)) for number, found in enumerate(listed, start=1)]


def without_points(each: Cut) -> Cut:
    return Cut(each.step, each.note, each.failure, each.passed_over)


def points_of(each: Cut, encoder: LexicalEncoder) -> dict[UUID, tuple[Point, int]]:
    assert each.note is not None
    return {
        chunk.point: (Point(chunk.point, chunk.kind, vector), length)
        for chunk in each.note.chunks
        for vector, length in [encoder.passage(chunk.indexed_text)]
    }


def test_few_files_are_cut_in_this_process(tmp_path: Path) -> None:
    source = Source(notes_folders([folder_of(tmp_path, 3)]), MOST_BYTES)
    steps = steps_of(source)
    assert list(cuts(source, steps, LexicalEncoder())) == [cut(source, step) for step in steps]
    assert list(cuts(source, [], LexicalEncoder())) == []


@several
def test_several_processes_give_what_one_gives_and_the_points_too(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, MANY)
    (folder / "empty.md").write_bytes(b"")
    (folder / "large.md").write_bytes(b"x" * (MOST_BYTES + 1))
    (folder / "no chat.json").write_text("{}")
    source, encoder = Source(notes_folders([folder]), MOST_BYTES), LexicalEncoder(7.5)
    steps = steps_of(source)
    made = list(cuts(source, steps, encoder))
    assert [without_points(each) for each in made] == [cut(source, step) for step in steps]
    for each in made:
        if each.note is not None:
            assert each.points == points_of(each, encoder)
    others = {each.step.found.path: (each.failure, each.passed_over) for each in made[MANY:]}
    assert "the limit is 100,000" in others["large.md"][0]
    assert others["no chat.json"][1]
    assert others["empty.md"] == ("", "")


@several
def test_a_reader_may_stop_in_the_middle(tmp_path: Path) -> None:
    source = Source(notes_folders([folder_of(tmp_path, MANY)]), MOST_BYTES)
    with closing(cuts(source, steps_of(source), LexicalEncoder())) as made:
        first = [next(made).step.found.path for _ in range(3)]
    assert first == ["0000.md", "0001.md", "0002.md"]


@several
def test_a_file_that_kills_its_process_is_a_failure_and_nothing_else_is_lost(
    open_fake: OpenHome, tmp_path: Path
) -> None:
    home = open_fake(tmp_path)
    folder_of(home.folder, MANY)
    deadly = [f"{DEADLY}.md", f"0007{DEADLY}.md", f"0008{DEADLY}.md", f"0149{DEADLY}.md"]
    home.write(dict.fromkeys(deadly, "读它的进程活不下去。\n"))
    source = KillingSource(notes_folders([home.folder]), MOST_BYTES)
    report = Sync(source, home.catalog, home.index, LexicalEncoder()).run()
    assert {failure.path: failure.reason for failure in report.failed} == {
        name: f"{name} cannot be read: the process that read it died, perhaps for want of memory. "
        "Make the file smaller or take it out of the folder, then sync again."
        for name in deadly
    }
    assert (report.added, report.notes, report.searchable) == (MANY, MANY, MANY)
    for name in deadly:
        (home.folder / name).unlink()
    assert home.sync().unchanged == MANY
    home.assert_in_step()
