"""A note is edited, taken away and put back while it is searched: one version, always."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.retriever import Retriever
from tests.crash.opened import Opened, opened
from tests.fakes.translations import NoTranslations

SECONDS = 4.0
OTHERS = 20
WORD = "鹈鹕"
"""Stands in every version of the one note."""


def version(number: int) -> str:
    """Return a text whose every line names its version; longer and shorter in turn."""
    lines = "".join(f"{WORD}是第{number}版里的鸟。" for _ in range(3 + number % 4 * 40))
    return "前言。" * (number % 7) + f"\n\n# {WORD}\n\n{lines}\n"


def versions_of(texts: list[str]) -> set[str]:
    """Return the versions that texts name."""
    return {
        part.partition("版")[0]
        for text in texts
        for part in text.split(f"{WORD}是第")[1:]
        if "版" in part
    }


@contextmanager
def running(work: Callable[[], None]) -> Iterator[list[Exception]]:
    """Do something again and again while the block runs."""
    ended, errors = threading.Event(), list[Exception]()

    def again() -> None:
        try:
            while not ended.is_set():
                work()
        except Exception as error:  # noqa: BLE001 - told at the end
            errors.append(error)

    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield errors
    finally:
        ended.set()
        thread.join()


def replaced(home: Opened, number: int) -> None:
    draft = home.notes / ".draft"
    draft.write_text(version(number), encoding="utf-8")
    draft.replace(home.notes / "鸟.md")


def prepared(home: Opened) -> Retriever:
    home.notes.mkdir()
    for number in range(OTHERS):
        text = f"# 第{number}篇\n\n讲显存与检索，第{number}次。\n"
        (home.notes / f"{number}.md").write_text(text, encoding="utf-8")
    replaced(home, 0)
    home.sync().run()
    return Retriever(home.index, home.catalog, NoTranslations())


def test_a_note_that_is_edited_all_the_time_is_found_in_exactly_one_version(
    tmp_path: Path,
) -> None:
    with opened(tmp_path) as home:
        retriever = prepared(home)
        edits = iter(range(1, 1_000_000))

        def edit() -> None:
            replaced(home, next(edits))
            home.sync().run()

        seen: list[set[str]] = []
        wrong: list[list[str]] = []
        with running(edit) as errors:
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                texts = [passage.text for passage in retriever.retrieve(WORD).passages]
                found = versions_of(texts)
                seen.append(found)
                if len(found) != 1 or any(WORD not in text for text in texts):
                    wrong.append(texts)
        assert errors == []
        assert wrong == [], f"{len(wrong)} of {len(seen)} searches"
        assert len(set[str]().union(*seen)) > 5


def test_a_note_that_comes_and_goes_is_found_whole_or_not_at_all(tmp_path: Path) -> None:
    with opened(tmp_path) as home:
        retriever = prepared(home)
        edits = iter(range(1, 1_000_000))

        def come_and_go() -> None:
            replaced(home, next(edits))
            home.sync().run()
            (home.notes / "鸟.md").unlink()
            home.sync().run()

        wrong: list[list[str]] = []
        with running(come_and_go) as errors:
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                passages = retriever.retrieve(WORD).passages
                texts = [passage.text for passage in passages if passage.path == "鸟.md"]
                if len(versions_of(texts)) > 1 or any(WORD not in text for text in texts):
                    wrong.append(texts)
        assert (errors, wrong[:1]) == ([], [])
        (home.notes / "鸟.md").unlink(missing_ok=True)
        home.sync().run()
        assert retriever.retrieve(WORD).passages == ()
