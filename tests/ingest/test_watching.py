import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.watching import Watch

Seen = list[frozenset[Path]]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.md").write_text("甲\n", encoding="utf-8")
    return folder


@pytest.fixture
def seen() -> Seen:
    return []


@pytest.fixture
def home(notes: Path) -> Path:
    home = notes / "home"
    home.mkdir()
    return home


@pytest.fixture
def watch(notes: Path, home: Path, seen: Seen) -> Iterator[Watch]:
    watch = Watch([notes], seen.append, apart=[home])
    watch.start()
    # The system tells of changes from some moment on; it shows when that is.
    probe = notes / "probe.md"
    _until(lambda: _touched(probe) and bool(seen))
    probe.unlink()
    _until(lambda: not _grows(seen))
    seen.clear()
    yield watch
    watch.close()


def _touched(file: Path) -> bool:
    file.write_text(str(time.monotonic()), encoding="utf-8")
    return True


def _grows(seen: Seen) -> bool:
    before = len(seen)
    time.sleep(0.6)
    return len(seen) > before


def _until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def _places(seen: Seen) -> set[Path]:
    return {place for places in seen for place in places}


@pytest.mark.usefixtures("watch")
def test_edits_additions_moves_and_deletions_are_told(notes: Path, seen: Seen) -> None:
    (notes / "a.md").write_text("乙\n", encoding="utf-8")
    _until(lambda: notes / "a.md" in _places(seen))
    (notes / "sub" / "b.md").write_text("丙\n", encoding="utf-8")
    _until(lambda: notes / "sub" / "b.md" in _places(seen))
    (notes / "sub" / "b.md").rename(notes / "c.md")
    _until(lambda: notes / "c.md" in _places(seen))
    seen.clear()
    (notes / "c.md").unlink()
    _until(lambda: notes / "c.md" in _places(seen))


@pytest.mark.usefixtures("watch")
def test_a_storm_is_told_in_few_words(notes: Path, seen: Seen) -> None:
    for number in range(3_000):
        (notes / "sub" / f"{number}.md").write_text("字\n", encoding="utf-8")
    _until(lambda: len(_places(seen)) >= 3_000)
    assert len(seen) < 60


@pytest.mark.usefixtures("watch")
def test_the_home_inside_the_notes_concerns_nobody(notes: Path, home: Path, seen: Seen) -> None:
    (home / "footnote.db").write_bytes(b"x")
    (notes / "a.md").write_text("丁\n", encoding="utf-8")
    _until(lambda: bool(seen))
    assert _places(seen) == {notes / "a.md"}


@pytest.mark.usefixtures("watch")
def test_a_folder_that_comes_back_is_followed_again(notes: Path, seen: Seen) -> None:
    away = notes.with_name("away")
    notes.rename(away)
    time.sleep(3)
    seen.clear()
    away.rename(notes)
    _until(lambda: frozenset() in seen)
    _until(lambda: _touched(notes / "a.md") and notes / "a.md" in _places(seen))


def test_a_folder_that_comes_late_is_told_as_a_whole(tmp_path: Path, seen: Seen) -> None:
    late = tmp_path / "late"
    watch = Watch([late], seen.append)
    watch.start()
    time.sleep(0.1)
    late.mkdir()
    _until(lambda: frozenset() in seen)
    watch.close()


def test_a_link_to_the_folder_names_places_as_given(tmp_path: Path, notes: Path) -> None:
    seen: Seen = []
    given = tmp_path / "given"
    given.symlink_to(notes)
    watch = Watch([given], seen.append)
    watch.start()
    _until(lambda: _touched(notes / "a.md") and given / "a.md" in _places(seen))
    watch.close()


def test_nothing_to_follow_is_no_work(seen: Seen) -> None:
    watch = Watch([], seen.append)
    watch.start()
    watch.close()
    assert seen == []
