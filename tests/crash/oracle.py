"""Looks at a home that a crash left behind, and at the one that is made of it.

The invariants are those of a crash: nothing lost (I3, I5), no ghosts (I1, I4), catalogue and index
in step afterwards (I2), a second run that writes nothing (I6), notes untouched (I7).
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import UUID

from ingest.chunking import chunks
from ingest.formats import FileBytes, format_of
from ingest.lengths import Lengths
from ingest.parsing import Parsed
from ingest.repair import compare, mend
from retrieval.lexical import LexicalEncoder, terms
from retrieval.span import Span
from tests.crash.folder import MOST_BYTES
from tests.crash.ledger import Ledger, State
from tests.crash.opened import Opened

_SEARCHED = 50
_ANY = UUID(int=0)


def faults(opened: Opened, ledger: Ledger, *, by_mending: bool) -> list[str]:
    """Check a home before its recovery, recover it, and check it again.

    Args:
        opened: The home.
        ledger: What may be found in it.
        by_mending: Recover by comparing and mending first, as the doctor does.
    """
    found = [f"before recovery: {each}" for each in _faults_before(opened, ledger)]
    if by_mending:
        Lengths(opened.catalog, opened.encoder).prepare()
        difference = compare(opened.catalog, opened.index)
        mend(difference, opened.catalog, opened.index, opened.encoder)
        again = compare(opened.catalog, opened.index)
        if not again.none:
            found.append(f"mending left {again}")
    return found + faults_when_synced(opened, ledger)


def faults_when_synced(opened: Opened, ledger: Ledger) -> list[str]:
    """Recover a home by a sync, and check it."""
    begun = ledger.begin_sync()
    opened.sync().run(accept_deletions=True)
    ledger.end_sync(begun)
    found = [f"after recovery: {each}" for each in _faults_after(opened, ledger)]
    return found + list(_faults_of_a_second_run(opened))


def _faults_before(opened: Opened, ledger: Ledger) -> Iterator[str]:
    yield from _integrity(opened)
    live, indexed = opened.catalog.live_points(), opened.index.ids()
    if live - indexed:
        yield f"{len(live - indexed)} live points are not in the index (I3)"
    yield from _faults_of_search(opened, ledger)
    yield from _faults_of_texts(opened, ledger)
    yield from _faults_of_turns(opened, ledger)


def _faults_after(opened: Opened, ledger: Ledger) -> Iterator[str]:
    yield from _faults_before(opened, ledger)
    difference = compare(opened.catalog, opened.index)
    if not difference.none:
        yield f"catalogue and index differ: {difference} (I2)"
    known = {note.path for note in opened.catalog.known()}
    sound = {path for path, doc in ledger.folder.docs.items() if not doc.bad}
    if not sound <= known or not known <= ledger.folder.docs.keys():
        yield f"files {sorted(sound)} are not the catalogue's {sorted(known)}"
    texts = _texts(opened)
    for path in sound & known:
        if _read(path, ledger.folder.docs[path].content) != texts[path]:
            yield f"{path} is not as in its file"
    live = list(opened.catalog.chunks())
    total = str(sum(_length(chunk.indexed_text) for chunk in live))
    if opened.catalog.state("lexical.terms") != total:
        yield f"lexical.terms is {opened.catalog.state('lexical.terms')}, not {total}"
    if opened.index.count() != len({chunk.point for chunk in live}):
        yield f"{opened.index.count()} points for {len(live)} texts"


def _faults_of_a_second_run(opened: Opened) -> Iterator[str]:
    """Nothing changed, so nothing may be written (I6)."""
    watcher = sqlite3.connect(opened.database_file)
    try:
        version = watcher.execute("PRAGMA data_version").fetchone()
        index = _times(opened.index_folder)
        report = opened.sync().run(accept_deletions=True)
        if report.chunks_written or report.added or report.changed or report.moved:
            yield f"a second run did something: {report} (I6)"
        if watcher.execute("PRAGMA data_version").fetchone() != version:
            yield "a second run wrote to the database (I6)"
        if _times(opened.index_folder) != index:
            yield "a second run wrote to the index (I6)"
    finally:
        watcher.close()


def _times(folder: Path) -> dict[Path, tuple[int, int]]:
    statuses = {file: file.stat() for file in folder.rglob("*")}
    return {file: (each.st_size, each.st_mtime_ns) for file, each in statuses.items()}


def _integrity(opened: Opened) -> Iterator[str]:
    connection = sqlite3.connect(opened.database_file)
    try:
        answer = connection.execute("PRAGMA integrity_check").fetchall()
        foreign = connection.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        connection.close()
    if answer != [("ok",)] or foreign:
        yield f"the database is damaged: {answer} {foreign}"


def _faults_of_search(opened: Opened, ledger: Ledger) -> Iterator[str]:
    found = _found(opened, {*ledger.markers(), *ledger.gone})
    allowed = {(state.path, state.marker) for state in ledger.states()}
    for path, marker in sorted(found - allowed):
        yield f"a ghost: {marker} is found in {path} (I4)"
    for path, many in Counter(path for path, _ in found).items():
        if many > 1:
            yield f"{path} is found in {many} versions at once (I3)"
    for number, history in ledger.versions.items():
        there = [state for state in history if state is not None]
        if None not in history and not _any_found(there, found):
            yield f"note {number} is lost: none of {[(s.path, s.marker) for s in there]} (I3)"


def _any_found(states: list[State], found: set[tuple[str, str]]) -> bool:
    return any((state.path, state.marker) in found for state in states)


def found_at(opened: Opened, marker: str) -> set[str]:
    """Return the paths of the live notes that a search for a word finds with it."""
    return {path for path, _ in _found(opened, {marker})}


def _found(opened: Opened, markers: set[str]) -> set[tuple[str, str]]:
    """Return where each word is found, as (path, word); what is found is looked up at once."""
    points = {
        marker: [
            each.id for each in opened.index.search(LexicalEncoder().question(marker), _SEARCHED)
        ]
        for marker in markers
    }
    live = opened.catalog.by_point({point for found in points.values() for point in found})
    labels = opened.catalog.labels({chunk.note_id for each in live.values() for chunk in each})
    return {
        (labels[chunk.note_id].path, marker)
        for marker, found in points.items()
        for point in found
        for chunk in live.get(point, ())
        if marker in chunk.text and chunk.note_id in labels
    }


def _faults_of_texts(opened: Opened, ledger: Ledger) -> Iterator[str]:
    """Each note in the catalogue is one version of its file, whole, with exactly its chunks."""
    allowed: dict[str, set[str]] = {}
    for state in ledger.states():
        allowed.setdefault(state.path, set()).add(_read(state.path, state.content))
    texts = _texts(opened)
    for note in opened.catalog.known():
        text = texts[note.path]
        if text not in allowed.get(note.path, set()):
            yield f"{note.path} is stored as a version it never had (I1)"
        expected = chunks(note.id, text, _parsed(note.path, text))
        if list(opened.catalog.note_chunks(note.id)) != list(expected):
            yield f"{note.path} has other chunks than its text (I1)"


def prepare(path: str, content: bytes) -> None:
    """Do once, before a process is copied, what each copy would do for a version of a note."""
    text = _read(path, content)
    for chunk in chunks(_ANY, text, _parsed(path, text)):
        _length(chunk.indexed_text)


@cache
def _parsed(path: str, text: str) -> Parsed:
    return format_of(_file(path, text.encode())).parse(text, Path(path).stem)


@cache
def _length(text: str) -> int:
    return len(terms(text))


@cache
def _read(path: str, content: bytes) -> str:
    file = _file(path, content)
    return format_of(file).text(file).text


def _file(path: str, content: bytes) -> FileBytes:
    return FileBytes(path, content, lambda _: None)


def _texts(opened: Opened) -> dict[str, str]:
    known, whole = opened.catalog.known(), Span(0, MOST_BYTES * 2)
    texts = opened.catalog.texts([(note.id, whole) for note in known])
    return {note.path: text for note, text in zip(known, texts, strict=True)}


def _faults_of_turns(opened: Opened, ledger: Ledger) -> Iterator[str]:
    recorded: Counter[str] = Counter()
    for summary in opened.conversations.list(10_000):
        conversation = opened.conversations.load(summary.id)
        for turn in conversation.turns if conversation else ():
            recorded[turn.answer.text] += 1
            asked = ledger.asked.get(turn.answer.text)
            if asked is None:
                yield f"a turn that nobody asked for: {turn.answer.text!r} (I5)"
            elif len(turn.answer.citations) != asked.citations:
                yield f"the turn {asked.text} is not whole (I5)"
    for text in sorted(ledger.acknowledged):
        if recorded[text] != 1:
            yield f"the acknowledged turn {text} is there {recorded[text]} times (I5)"
