"""The restore drill: everything comes back, on another machine, in another kind of database."""

import json
import sqlite3
import stat
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.backup import (
    BackupExistsError,
    BackupTooNewError,
    BackupUnreadableError,
    BackupUnwritableError,
    manifest_of,
    unpacked,
    write_backup,
)
from app.cli import main
from app.db.models import Row
from app.examination import examine
from app.restoring import HomeNotEmptyError, restore
from app.settings import Settings
from app.wiring import Services, build
from ingest.report import Progress
from retrieval.index import IndexInUseError
from serving.answer import Turn
from tests.app.answers import ANSWER
from tests.app.doctored import NOTES, POSTGRES, database, home, write
from tests.db.conftest import postgres_schema

SETTINGS_FILE = 'language = "zh"\nsources = 6\n'
KINDS = ["sqlite", "postgres"] if POSTGRES else ["sqlite"]
PAIRS = [(source, target) for source in KINDS for target in KINDS]
Rows = dict[str, list[tuple[object, ...]]]


def ignore(progress: Progress) -> None:
    del progress


def rows(services: Services, *names: str) -> Rows:
    """Return all rows of all tables, or of some, in order."""
    with closing(database(services)) as base, base.read() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
            for table in Row.metadata.sorted_tables
            if not names or table.name in names
        }


def talk(services: Services, questions: int = 3) -> UUID:
    conversation = services.conversations.begin("显存够吗？")
    for number in range(questions):
        services.conversations.record(conversation, f"问题 {number}\ud800\0", "独立的", ANSWER)
    return conversation


@contextmanager
def address(kind: str) -> Iterator[str]:
    with postgres_schema() if kind == "postgres" else nullcontext("") as url:
        yield url


def settings_for(tmp_path: Path, name: str, url: str = "") -> Settings:
    return Settings(
        home=tmp_path / name, notes=(tmp_path / "notes",), watch=False, database_url=url
    )


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Services]:
    """A home with notes, conversations and settings."""
    write(tmp_path / "notes", NOTES)
    with home(settings_for(tmp_path, "home")) as services:
        (tmp_path / "home" / "footnote.toml").write_text(SETTINGS_FILE, encoding="utf-8")
        talk(services)
        yield services


def backup_of(services: Services, file: Path) -> Path:
    with closing(database(services)) as base:
        write_backup(base, services.settings.home, file)
    return file


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_everything_comes_back_on_another_machine(tmp_path: Path, source: str, target: str) -> None:
    write(tmp_path / "notes", NOTES)
    with address(source) as first, address(target) as second:
        with home(settings_for(tmp_path, "one", first)) as services:
            (tmp_path / "one" / "footnote.toml").write_text(SETTINGS_FILE, encoding="utf-8")
            conversation = talk(services)
            file = backup_of(services, tmp_path / "all.zip")
            before = rows(services)
        restored = restore(settings_for(tmp_path, "two", second), file, ignore)
        assert (restored.saved, restored.missing) == (None, "")
        assert restored.report is not None
        assert (restored.report.added, restored.report.unchanged) == (0, len(NOTES))
        with build(settings_for(tmp_path, "two", second)) as services:
            after = rows(services)
            assert before.pop("state") != after.pop("state")  # the index's folder is its own
            assert after == before
            assert examine(services, fix=False).ok
            history = services.conversations.history(conversation)
            assert history[0] == Turn("问题 0\ud800\0", ANSWER.text)
        assert (tmp_path / "two" / "footnote.toml").read_text(encoding="utf-8") == SETTINGS_FILE


def test_a_backup_is_one_private_file_that_describes_itself(full: Services, tmp_path: Path) -> None:
    file = backup_of(full, tmp_path / "all.zip")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        assert sorted(archive.namelist()) == ["footnote.db", "footnote.toml", "manifest.json"]
    manifest = manifest_of(file)
    assert (manifest.extent, manifest.counts["turn"], manifest.counts["note"]) == (
        "everything",
        3,
        len(NOTES),
    )
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_question_sets_come_back_and_newer_ones_stay_unless_forced(
    full: Services, tmp_path: Path
) -> None:
    line = '{"question": "q", "answerable": false}\n'
    full.evaluations.sets.keep("我的 题", line)
    full.evaluations.sets.keep("other", line)
    (tmp_path / "home" / "questions" / "readme.txt").write_text("no set", encoding="utf-8")
    file = backup_of(full, tmp_path / "all.zip")
    with zipfile.ZipFile(file) as archive:
        assert sorted(archive.namelist())[-2:] == [
            "questions/other.jsonl",
            "questions/我的 题.jsonl",
        ]
    kept = tmp_path / "two" / "questions" / "other.jsonl"
    kept.parent.mkdir(parents=True, mode=0o700)
    kept.write_text("newer", encoding="utf-8")
    (tmp_path / "two").chmod(0o700)
    restore(settings_for(tmp_path, "two"), file, ignore)
    assert kept.read_text(encoding="utf-8") == "newer"
    assert (kept.parent / "我的 题.jsonl").read_text(encoding="utf-8") == line
    restore(settings_for(tmp_path, "two"), file, ignore, force=True)
    assert kept.read_text(encoding="utf-8") == line
    assert sorted(each.name for each in kept.parent.iterdir()) == ["other.jsonl", "我的 题.jsonl"]


def test_notes_deleted_since_the_backup_do_not_come_back(full: Services, tmp_path: Path) -> None:
    file = backup_of(full, tmp_path / "all.zip")
    for name in ("页.md", "量化.md", "群.txt"):
        (tmp_path / "notes" / name).unlink()
    settings = settings_for(tmp_path, "two")
    restored = restore(settings, file, ignore)
    assert restored.report is not None
    assert (restored.report.deleted, restored.report.notes) == (3, 2)
    with build(settings) as services:
        assert services.searcher.retrieve("两比特很明显", 5).passages == ()


def test_without_its_notes_folder_a_backup_is_searchable(full: Services, tmp_path: Path) -> None:
    file = backup_of(full, tmp_path / "all.zip")
    (tmp_path / "notes").rename(tmp_path / "elsewhere")
    restored = restore(Settings(home=tmp_path / "two", watch=False), file, ignore)
    assert restored.report is None
    assert "cannot be read" in restored.missing
    with build(Settings(home=tmp_path / "two", watch=False)) as services:
        assert services.index.ids() == services.catalog.live_points()


def test_backups_are_whole_while_a_sync_and_questions_go_on(full: Services, tmp_path: Path) -> None:
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            talk(full, 2)
            write(tmp_path / "notes", {f"neu{number % 3}.md": f"第{number}版。\n" * 20})
            full.sync().run()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        files = [backup_of(full, tmp_path / f"{number}.zip") for number in range(4)]
    finally:
        stop.set()
        thread.join()
    for file in files:
        counts = manifest_of(file).counts
        assert counts["source"] == counts["citation"] == counts["turn"]
        settings = settings_for(tmp_path, f"home of {file.name}")
        restore(settings, file, ignore)
        with build(settings) as services:
            assert examine(services, fix=False).ok


def test_an_existing_file_is_kept_unless_forced(full: Services, tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(BackupExistsError, match="--force"):
        backup_of(full, file)
    assert file.read_text(encoding="utf-8") == "mine"
    with closing(database(full)) as base:
        write_backup(base, full.settings.home, file, force=True)
    assert manifest_of(file).counts["turn"] == 3
    with pytest.raises(BackupUnwritableError, match="Nothing was left there"):
        backup_of(full, tmp_path / "nowhere" / "all.zip")


def test_a_home_that_holds_something_is_kept_unless_forced(full: Services, tmp_path: Path) -> None:
    file = backup_of(full, tmp_path / "all.zip")
    settings = settings_for(tmp_path, "two")
    with home(settings) as services:
        talk(services, 9)
    with pytest.raises(HomeNotEmptyError, match="--force"):
        restore(settings, file, ignore)
    restored = restore(settings, file, ignore, force=True)
    assert restored.saved is not None
    assert manifest_of(restored.saved).counts["turn"] == 9
    with build(settings) as services:
        assert rows(services, "turn") == rows(full, "turn")
    assert restore(settings, restored.saved, ignore, force=True).manifest.counts["turn"] == 9


def test_a_home_in_use_is_not_restored_into(full: Services, tmp_path: Path) -> None:
    file = backup_of(full, tmp_path / "all.zip")
    with pytest.raises(IndexInUseError):
        restore(full.settings, file, ignore, force=True)


@pytest.mark.parametrize("name", ["footnote.db", "manifest.json"])
def test_a_damaged_backup_changes_nothing(full: Services, tmp_path: Path, name: str) -> None:
    file = backup_of(full, tmp_path / "all.zip")
    with zipfile.ZipFile(file) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    parts[name] = parts[name][:-50] + b"x" * 50
    with zipfile.ZipFile(file, "w") as archive:
        for each, data in parts.items():
            archive.writestr(each, data)
    with pytest.raises(BackupUnreadableError, match="Nothing was changed"):
        restore(settings_for(tmp_path, "two"), file, ignore)
    assert not (tmp_path / "two" / "footnote.db").exists()


def test_every_truncation_of_a_backup_is_refused(full: Services, tmp_path: Path) -> None:
    whole = backup_of(full, tmp_path / "all.zip").read_bytes()
    cut = tmp_path / "cut.zip"
    for length in range(0, len(whole), max(1, len(whole) // 20)):
        cut.write_bytes(whole[:length])
        with pytest.raises(BackupUnreadableError), unpacked(cut, tmp_path):
            pass


@pytest.mark.parametrize(("key", "value"), [("format", 99), ("schema", "9999")])
def test_a_newer_backup_is_refused(full: Services, tmp_path: Path, key: str, value: object) -> None:
    file = changed_manifest(backup_of(full, tmp_path / "all.zip"), {key: value})
    with pytest.raises(BackupTooNewError, match="install the newer Footnote"):
        restore(settings_for(tmp_path, "two"), file, ignore)


@pytest.mark.parametrize(
    "names",
    [
        {"../evil": "0"},
        {"footnote.db": "0", "evil.py": "0"},
        {"footnote.db": "0", "questions/../evil.jsonl": "0"},
        {"footnote.db": "0", "questions/evil.py": "0"},
        {},
    ],
)
def test_a_manifest_names_no_other_files(
    full: Services, tmp_path: Path, names: dict[str, str]
) -> None:
    file = changed_manifest(backup_of(full, tmp_path / "all.zip"), {"digests": names})
    with pytest.raises(BackupUnreadableError):
        restore(settings_for(tmp_path, "two"), file, ignore)


def changed_manifest(file: Path, values: dict[str, object]) -> Path:
    with zipfile.ZipFile(file) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    manifest = json.loads(parts["manifest.json"]) | values
    with zipfile.ZipFile(file, "w") as archive:
        for each, data in parts.items():
            archive.writestr(each, json.dumps(manifest) if each == "manifest.json" else data)
    return file


def test_commands_back_up_and_restore(
    full: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, target = str(tmp_path / "all.zip"), str(tmp_path / "two")
    # The home is held here, as by a server.
    assert main(["--home", str(full.settings.home), "backup", file]) == 0
    assert "1 conversations with 3 questions, 5 notes" in capsys.readouterr().out
    assert main(["--home", str(full.settings.home), "backup", file]) == 2
    assert main(["--home", str(full.settings.home), "backup", file, "--force", "--json"]) == 0
    capsys.readouterr()
    assert main(["--home", target, "restore", file]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("Put back: 1 conversations with 3 questions")
    assert shown[-1] == "5 notes in the catalogue, 5 searchable; 0 came and 0 went since."
    (tmp_path / "notes").rename(tmp_path / "elsewhere")
    assert main(["--home", target, "restore", file, "--force", "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["counts"]["turn"] == 3
    assert printed.err.startswith("The notes were not taken in: The notes folder")


SCHEMAS = Path(__file__).parents[1] / "crash" / "schemas"


@pytest.mark.parametrize("dump", sorted(SCHEMAS.glob("*.sql")), ids=lambda dump: str(dump.stem))
def test_backup_of_an_older_schema_is_brought_forward(tmp_path: Path, dump: Path) -> None:
    old = tmp_path / "footnote.db"
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
        (turns,) = connection.execute("SELECT count(*) FROM turn").fetchone()
    file = tmp_path / "old.zip"
    manifest = {
        "format": 1,
        "extent": "everything",
        "footnote": "0.0.1",
        "schema": dump.stem,
        "made": "2024-03-01T09:00:00+00:00",
        "counts": {"conversation": 1, "turn": turns, "note": 1},
        "digests": {"footnote.db": sha256(old.read_bytes()).hexdigest()},
    }
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.write(old, "footnote.db")
    (tmp_path / "notes").mkdir()
    settings = Settings(home=tmp_path / "two", watch=False)
    assert restore(settings, file, ignore).report is None
    with build(settings) as services:
        assert turns > 0
        assert len(rows(services, "turn")["turn"]) == turns
        assert services.index.ids() == services.catalog.live_points()
