"""The command line, in this process."""

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.settings import Settings
from app.wiring import build
from tests.app.conftest import NOTES, place

QUESTION = "LoRA 训练的时候冻结了什么权重？"


@dataclass(frozen=True, slots=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def documents(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def run(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on the home of this test."""

    def run(*arguments: str, notes: bool = True) -> Ran:
        named = settings if notes else settings.model_copy(update={"notes": ()})
        try:
            status = main([*place(named), *arguments])
        except SystemExit as stopped:
            status = int(str(stopped.code))
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run


@pytest.fixture
def ready(run: Run) -> Run:
    """Run commands on a home that holds the notes."""
    assert run("ingest", "--json").status == 0
    return run


def test_ingest_makes_the_home_and_reports(run: Run, settings: Settings) -> None:
    ran = run("ingest", "--json")
    (report,) = ran.documents
    assert (ran.status, ran.err) == (0, "")
    assert {key: report[key] for key in ("notes", "added", "unchanged", "failed", "embedded")} == {
        "notes": len(NOTES),
        "added": len(NOTES),
        "unchanged": 0,
        "failed": [],
        "embedded": 0,
    }
    assert report["chunks"] > 0
    again = run("ingest", "--json").documents[0]
    assert (again["added"], again["unchanged"], again["chunks_written"]) == (0, len(NOTES), 0)
    with build(settings) as services:
        assert [run.state.value for run in services.runs.latest()] == ["done", "done"]


def test_ingest_for_people_shows_progress_on_stderr_and_a_summary(run: Run, notes: Path) -> None:
    ran = run("ingest")
    assert ran.out.startswith(f"{len(NOTES)} notes ({len(NOTES)} added), ")
    assert f"{len(NOTES)}/{len(NOTES)} notes" in ran.err
    assert run("ingest").out.startswith(f"{len(NOTES)} notes ({len(NOTES)} unchanged), ")
    (notes / "new.md").write_text("# New\n\n\x1b[31mred\n")
    (notes / "chat.txt").unlink()
    plan = run("ingest", "--dry-run")
    assert (plan.status, plan.out) == (0, "+ new.md\n- chat.txt\n3 unchanged.\n")
    assert run("ingest", "--dry-run", "--json").documents[0]["added"] == ["new.md"]
    assert run("ingest").out.startswith("4 notes (1 added, 1 deleted, 3 unchanged), ")


def test_ingest_ends_with_what_is_searchable(run: Run, notes: Path, settings: Settings) -> None:
    assert run("ingest").out.splitlines()[-1] == (
        "4 files = 4 in the catalogue = 4 searchable, 0 orphans."
    )
    (notes / "huge.md").write_bytes(b"x" * (settings.max_note_bytes + 1))
    assert run("ingest").out.splitlines()[-1] == (
        "5 files, 4 in the catalogue, 4 searchable, 0 orphans."
    )


def test_files_that_are_passed_over_are_named(run: Run, notes: Path) -> None:
    (notes / "linked.md").symlink_to(notes / "chat.txt")
    ran = run("ingest")
    assert ran.status == 0
    assert "\no linked.md: it is a link, and links are not followed\n" in ran.out
    assert run("ingest", "--json").documents[0]["passed_over"] == [
        {"path": "linked.md", "reason": "it is a link, and links are not followed"}
    ]


def test_many_missing_notes_are_held_back_until_that_is_accepted(run: Run, notes: Path) -> None:
    for number in range(30):
        (notes / f"{number:02}.md").write_text(f"# Note {number}\n\nText of note {number}.\n")
    run("ingest")
    for number in range(30):
        (notes / f"{number:02}.md").unlink()
    named = [f"? {number:02}.md: its file is missing" for number in range(20)]
    told = [
        *named,
        "? and 10 more",
        (
            "30 notes are missing at once, so they were kept. If they are gone for good: `footnote "
            "ingest --accept-deletions`; if a disk is missing, put it back and sync again."
        ),
    ]
    plan = run("ingest", "--dry-run")
    assert (plan.status, plan.out.splitlines()) == (1, [*told, "4 unchanged."])
    held = run("ingest")
    assert (held.status, held.out.splitlines()[1:]) == (
        1,
        [*told, "4 files, 34 in the catalogue, 34 searchable, 0 orphans."],
    )
    assert run("search", "note 17", "--json").documents[0]["passages"][0]["note"] == "17.md"
    willing = run("ingest", "--dry-run", "--accept-deletions")
    assert (willing.status, len(willing.out.splitlines())) == (0, 31)
    (report,) = run("ingest", "--accept-deletions", "--json").documents
    assert (report["deleted"], report["held_back"], report["notes"]) == (30, [], 4)


def test_a_folder_that_lost_every_note_is_named(run: Run, notes: Path) -> None:
    run("ingest")
    for file in [file for file in notes.rglob("*") if file.suffix in {".md", ".txt"}]:
        file.unlink()
    ran = run("ingest")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"footnote: The notes folder {notes} cannot be read: it holds no")
    assert "--accept-deletions" in ran.err
    assert run("ingest", "--accept-deletions", "--json").documents[0]["notes"] == 0


@pytest.fixture
def two(settings: Settings, notes: Path, tmp_path: Path) -> Settings:
    """Settings with a second folder of the same name, which holds one of the same notes."""
    other = tmp_path / "other" / "notes"
    other.mkdir(parents=True)
    (other / "copy.md").write_text(NOTES["notes on rag.md"], encoding="utf-8")
    (other / "own.md").write_text("# Own\n\nOnly the other folder speaks of okapis.\n")
    return settings.model_copy(update={"notes": (notes, other)})


def test_several_folders_are_one_library(
    two: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def ran(*arguments: str) -> tuple[int, Any]:
        status = main([*place(two), *arguments, "--json"])
        return status, json.loads(capsys.readouterr().out)

    status, report = ran("ingest")
    assert (status, report["notes"], report["files"]) == (0, 6, 6)
    assert report["chunks_written"] == report["chunks"] - 1
    _, found = ran("search", "okapis")
    assert [passage["note"] for passage in found["passages"]] == ["notes-2/own.md"]
    _, found = ran("search", "Retrieval augmented generation")
    assert {passage["note"] for passage in found["passages"][:2]} == {
        "notes/notes on rag.md",
        "notes-2/copy.md",
    }
    (tmp_path / "notes").rename(tmp_path / "away")
    status, report = ran("ingest")
    assert (status, report["notes"], report["deleted"], report["unchanged"]) == (1, 6, 0, 2)
    assert report["failed"] == [{"path": "notes/", "reason": "No such file or directory"}]
    (tmp_path / "away").rename(tmp_path / "notes")
    # The folders of the last sync are remembered.
    assert main(["--home", str(two.home), "ingest", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 6


def test_ignored_files_are_no_notes(run: Run, notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_IGNORE", "*.txt, sub/")
    assert run("ingest", "--json").documents[0]["notes"] == 2
    (notes / ".footnoteignore").write_text("*rag*\n!chat.txt\n")
    report = run("ingest", "--json").documents[0]
    assert (report["notes"], report["added"], report["deleted"]) == (2, 1, 1)
    monkeypatch.setenv("FOOTNOTE_INCLUDE", "chat*")
    report = run("ingest", "--json").documents[0]
    assert (report["notes"], report["deleted"]) == (1, 1)


def test_ingest_with_failed_notes_ends_with_one(run: Run, notes: Path) -> None:
    with (notes / "huge.md").open("wb") as file:
        file.truncate(20_000_001)
    ran = run("ingest", "--json")
    assert ran.status == 1
    (failure,) = ran.documents[0]["failed"]
    assert failure["path"] == "huge.md"
    assert "\n! huge.md: huge.md cannot be read" in run("ingest").out


def test_ingest_without_a_folder_could_not_run(run: Run, tmp_path: Path) -> None:
    ran = run("ingest", notes=False)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("footnote: No notes folder is set.")
    assert ran.err.count("\n") == 1
    missing = str(tmp_path / "none")
    assert main(["--home", str(tmp_path / "home"), "--notes", missing, "ingest"]) == 2


def test_folder_of_the_last_ingest_is_remembered(ready: Run) -> None:
    assert ready("ingest", "--json", notes=False).documents[0]["unchanged"] == len(NOTES)


def test_search_prints_passages_with_their_exact_text(ready: Run) -> None:
    (found,) = ready("search", "KV 缓存 重复计算", "--json", "--limit", "3").documents
    assert {"note", "heading", "start", "end", "text", "score"} <= set(found["passages"][0])
    assert found["passages"][0]["note"] == "KV 缓存.md"
    assert 0 < len(found["passages"]) <= 3
    for passage in found["passages"]:
        assert NOTES[passage["note"]][passage["start"] : passage["end"]] == passage["text"]


def test_search_for_people_names_place_and_score(ready: Run) -> None:
    ran = ready("search", "KV 缓存 重复计算", "--limit", "1")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("1. KV 缓存.md › KV 缓存")
    assert "缓存把它们存起来" in ran.out
    assert ready("search", "zzzz").out == "The notes hold nothing like it.\n"


def test_search_for_people_says_what_it_understood_beside_the_words(ready: Run) -> None:
    ran = ready("search", "kind:article 缓存 after:foo", "--limit", "1")
    assert ran.err == "understood: kind:article (kind) · after:foo (unread)\n"
    ran = ready("search", "folder:没有 KV 缓存")
    assert ran.out == "The notes hold nothing like it.\n"
    assert ran.err.startswith("understood: folder:没有 (folder)\nThe filters left out ")
    assert ready("search", "kind:article 缓存", "--json").err == ""


def write_batch(path: Path, *lines: object) -> str:
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_batch_of_searches_answers_in_order(ready: Run, tmp_path: Path) -> None:
    batch = write_batch(
        tmp_path / "batch.jsonl",
        {"id": "b", "question": "LoRA", "kind": "ignored"},
        {
            "id": "a",
            "question": "代价呢？",
            "history": [{"question": "KV 缓存是什么", "answer": "键和值"}],
        },
    )
    ran = ready("search", "--batch", batch, "--limit", "2", "--json")
    assert (ran.status, [found["id"] for found in ran.documents]) == (0, ["b", "a"])
    assert ran.documents[1]["passages"][0]["note"] == "KV 缓存.md"
    assert set(ran.documents[0]) >= {"id", "passages", "ms"}


@pytest.mark.parametrize("command", ["search", "ask"])
def test_bad_lines_of_a_batch_are_named_and_the_rest_is_done(
    ready: Run, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text('not json\n{"id": 1, "question": " "}\n{"id": 2, "question": "LoRA"}\n')
    ran = ready(command, "--batch", str(path), "--json")
    assert ran.status == 1
    assert [found["id"] for found in ran.documents] == [2]
    first, second = ran.err.splitlines()
    assert first.startswith("footnote: Line 1 of the batch is not JSON.")
    assert second == "footnote: Line 2: The question is empty. Write what you want to know."


def test_batch_comes_from_standard_input(ready: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    standard = io.TextIOWrapper(io.BytesIO(b'{"id": 7, "question": "LoRA"}'))
    monkeypatch.setattr(sys, "stdin", standard)
    ran = ready("search", "--batch", "-", "--json")
    assert [found["id"] for found in ran.documents] == [7]


def test_batch_that_is_missing_could_not_run(ready: Run) -> None:
    ran = ready("ask", "--batch", "/nowhere/batch.jsonl", "--json")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "footnote: The batch file /nowhere/batch.jsonl cannot be read (No such file or "
        "directory).\n"
    )


def test_ask_prints_one_document(ready: Run) -> None:
    ran = ready("ask", QUESTION, "--json")
    (answer,) = ran.documents
    assert (ran.status, ran.err) == (0, "")
    assert (answer["refused"], answer["mode"]) == (False, "extractive")
    assert answer["citations"]
    for citation in answer["citations"]:
        assert {"number", "note", "start", "end", "quote"} <= set(citation)
        text = NOTES[citation["note"]]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_for_people_prints_answer_and_footnotes(ready: Run) -> None:
    ran = ready("ask", QUESTION)
    assert ran.status == 0
    assert "[1]" in ran.out
    assert "\n[1] sub/LoRA 笔记.md › LoRA 笔记" in ran.out


def test_asking_on_the_command_line_stores_no_conversation(
    ready: Run, settings: Settings, tmp_path: Path
) -> None:
    batch = write_batch(
        tmp_path / "batch.jsonl",
        {"id": 1, "question": QUESTION},
        {"id": 2, "question": "代价？", "history": [{"question": "KV 缓存", "answer": "x"}]},
    )
    ran = ready("ask", "--batch", batch, "--json")
    assert [answer["id"] for answer in ran.documents] == [1, 2]
    with build(settings) as services:
        assert services.conversations.list() == ()


@pytest.mark.parametrize("command", ["search", "ask", "doctor"])
def test_reading_from_a_home_without_notes_says_what_to_do(run: Run, command: str) -> None:
    ran = run(command, *([] if command == "doctor" else ["x"]))
    assert (ran.status, ran.out) == (2, "")
    assert "Take some in first" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["search"],
        ["ask"],
        ["search", "x", "--batch", "y"],
        ["search", "x", "--limit", "0"],
        ["search", "x", "--limit", "many"],
        ["nothing"],
        [],
        ["serve", "--port", "x"],
    ],
)
def test_wrong_arguments_are_told_by_usage(run: Run, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("usage: footnote")
    assert "Traceback" not in ran.err


def test_limit_that_is_too_large_is_told_in_a_line(run: Run) -> None:
    assert run("search", "x", "--limit", "101").err.splitlines()[-1] == (
        "footnote search: error: argument --limit: '101' is no number from 1 to 100"
    )


def test_question_may_begin_with_a_dash(ready: Run) -> None:
    (found,) = ready("search", "--json", "--", "- KV 缓存 重复计算").documents
    assert found["passages"][0]["note"] == "KV 缓存.md"


@pytest.mark.parametrize("question", ["", "  ", "x" * 4001, "a\x00b", "\udcff"])
@pytest.mark.parametrize("command", ["search", "ask"])
def test_what_cannot_be_asked_is_a_sentence(ready: Run, command: str, question: str) -> None:
    ran = ready(command, question)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("footnote: The question ")
    assert ran.err.count("\n") == 1


def test_setting_that_cannot_be_used_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "many")
    ran = run("search", "x")
    assert ran.status == 2
    assert ran.err.startswith("footnote: These settings cannot be used: FOOTNOTE_PORT: ")


def test_home_that_others_may_write_to_is_refused(ready: Run, settings: Settings) -> None:
    settings.home.chmod(0o777)
    ran = ready("search", "x")
    sentence = (
        f"footnote: Other users of this machine may write to the home {settings.home}. "
        f"Make it private first: chmod 700 {settings.home}\n"
    )
    assert (ran.status, ran.err) == (2, sentence)


def test_home_held_by_a_process_that_cannot_be_asked_is_told(
    ready: Run, settings: Settings
) -> None:
    with build(settings):
        ran = ready("search", "x")
    assert ran.status == 2
    assert ran.err.startswith(f"footnote: The home {settings.home} is held by another process")


def test_doctor_names_what_does_not_fit_and_mends_it(ready: Run, settings: Settings) -> None:
    assert ready("doctor", "--json").documents[0]["ok"]
    with build(settings) as services:
        gone = min(services.index.ids())
        services.index.remove([gone])
        chunks = services.catalog.totals()[1]
    ran = ready("doctor", "--json")
    assert (ran.status, ran.documents) == (
        1,
        [
            {
                "ok": False,
                "notes": len(NOTES),
                "chunks": chunks,
                "points": chunks - 1,
                "mismatches": [
                    {"kind": "missing from the index", "what": f"point {gone} is not in the index"}
                ],
                "files": len(NOTES),
                "searchable": len(NOTES) - 1,
                "mended": [],
            }
        ],
    )
    told = f"! missing from the index: point {gone} is not in the index"
    assert told in ready("doctor").out.splitlines()
    fixed = ready("doctor", "--fix")
    assert (fixed.status, fixed.out.splitlines()[-1]) == (0, "All is well.")
    assert ready("doctor").status == 0


def test_error_of_our_own_is_one_line_and_its_place_is_shown_on_request(
    ready: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.home / "footnote.db").unlink()
    (settings.home / "footnote.db").mkdir()
    ran = ready("search", "x")
    assert ran.status == 2
    assert ran.err.count("\n") == 1
    monkeypatch.setenv("FOOTNOTE_LOG_LEVEL", "debug")
    assert ready("search", "x").status == 2


@contextlib.contextmanager
def process(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOOTNOTE")}
    command = [sys.executable, "-m", "app.cli", *arguments]
    with subprocess.Popen(  # noqa: S603 - our own program
        command,
        cwd=Path(__file__).parents[2],
        env={**kept, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def test_help_names_every_command_at_once() -> None:
    began = time.monotonic()
    with process("--help") as started:
        out, err = started.communicate(timeout=20)
    assert (started.returncode, err) == (0, "")
    for command in ("serve", "ingest", "search", "ask", "eval", "doctor"):
        assert f"\n  {command} " in out
    assert time.monotonic() - began < 2


def test_reader_who_has_seen_enough_is_no_error(ready: Run, settings: Settings) -> None:
    del ready
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "app.cli", "--home", str(settings.home), "search", "LoRA"],
            cwd=Path(__file__).parents[2],
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_output_of_any_note_can_be_printed_in_a_narrow_encoding(
    ready: Run, settings: Settings
) -> None:
    del ready
    arguments = ("--home", str(settings.home), "search", "LoRA")
    with process(*arguments, PYTHONIOENCODING="ascii") as started:
        out, err = started.communicate(timeout=20)
    assert (started.returncode, err) == (0, "")
    assert r"LoRA \u7b14\u8bb0.md" in out
    with process(*arguments, "--json", PYTHONIOENCODING="ascii") as started:
        out, err = started.communicate(timeout=20)
    assert json.loads(out)["passages"][0]["note"] == "sub/LoRA 笔记.md"


class Terminal(io.StringIO):
    """Standard error on a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_is_one_line_that_is_written_over(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert run("ingest", "--json").documents[0]["added"] == len(NOTES)
    shown = terminal.getvalue()
    assert shown.startswith("\r\x1b[K")
    assert shown.endswith("\r\x1b[K")
    assert f"{len(NOTES)}/{len(NOTES)} notes" in shown
    assert "\n" not in shown


class Impatient(io.BytesIO):
    """Standard input whose reader presses Ctrl-C."""

    def __next__(self) -> bytes:
        raise KeyboardInterrupt


def test_reader_who_stops_the_command_gets_no_traceback(
    ready: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Impatient()))
    ran = ready("search", "--batch", "-", "--json")
    assert (ran.status, ran.out, ran.err) == (130, "", "Stopped.\n")


class Broken(io.BytesIO):
    """Standard input that fails."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def __next__(self) -> bytes:
        raise self.error


OWN = (
    "An error of Footnote's own (ZeroDivisionError: by zero). FOOTNOTE_LOG_LEVEL=debug shows where."
)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(5, "Input/output error"), "The system refused: [Errno 5] Input/output error."),
        (ZeroDivisionError("by zero"), OWN),
    ],
)
def test_error_nobody_foresaw_is_one_line(
    ready: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Broken(error)))
    ran = ready("search", "--batch", "-", "--json")
    assert (ran.status, ran.out, ran.err) == (2, "", f"footnote: {sentence}\n")


def test_document_in_a_narrow_encoding_is_escaped(
    ready: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    assert ready("search", "LoRA", "--json").status == 0
    printed = narrow.buffer.getvalue()
    assert json.loads(printed)["passages"][0]["note"] == "sub/LoRA 笔记.md"


def test_control_sequences_of_a_note_do_not_reach_the_terminal(ready: Run, notes: Path) -> None:
    (notes / "evil.md").write_text("# zebra\x1b[2J\n\nzebra \x1b]0;title\x07 \u202e stripes\n")
    ready("ingest", "--json")
    ran = ready("search", "zebra stripes")
    assert "zebra" in ran.out
    assert not set(ran.out) & {"\x1b", "\x07", "\u202e"}


def test_long_passage_is_shown_by_its_first_lines(ready: Run, notes: Path) -> None:
    lines = "\n".join(f"zebra line {number}" for number in range(9))
    (notes / "long.md").write_text(f"# zebra {'wide ' * 60}\n\n{lines}\n")
    ready("ingest", "--json")
    shown = ready("search", "zebra line", "--limit", "1").out.splitlines()
    assert "   …" in shown
    assert max(map(len, shown)) < 180


def test_damaged_index_is_made_again_from_the_catalogue(ready: Run, settings: Settings) -> None:
    (settings.home / "index" / "edge_config.json").write_text("broken")
    damaged = ready("doctor", "--json")
    assert damaged.status == 1
    kinds = {each["kind"] for each in damaged.documents[0]["mismatches"]}
    assert kinds == {"index damaged", "missing from the index"}
    fixed = ready("doctor", "--fix", "--json")
    assert (fixed.status, fixed.documents[0]["ok"]) == (0, True)
    assert ready("search", "KV 缓存 重复计算", "--json").documents[0]["passages"]


def test_doctor_names_a_few_of_many_mismatches(ready: Run, notes: Path, settings: Settings) -> None:
    for number in range(30):
        (notes / f"{number}.md").write_text(f"# Note {number}\n\nText of note {number}.\n")
    ready("ingest", "--json")
    with build(settings) as services:
        services.index.remove(services.index.ids())
    lines = ready("doctor").out.splitlines()
    assert len(lines) == 23
    assert lines[-1] == "`footnote doctor --fix` mends what can be mended."
    assert lines[-3].startswith("! and ")


def test_failed_sync_is_remembered_as_failed(ready: Run, notes: Path, settings: Settings) -> None:
    notes.rename(notes.with_name("elsewhere"))
    assert ready("ingest").status == 2
    with build(settings) as services:
        latest = services.runs.latest(1)[0]
    assert (latest.state.value, "cannot be read" in latest.error) == ("failed", True)


def test_a_command_that_cannot_run_says_so_in_json_too(run: Run) -> None:
    ran = run("ingest", "--json", notes=False)
    (told,) = ran.documents
    assert ran.status == 2
    assert ran.err == f"footnote: {told['error']}\n"
    assert run("ingest", notes=False).out == ""


def test_restore_names_who_holds_the_home(ready: Run, settings: Settings, tmp_path: Path) -> None:
    assert ready("backup", str(tmp_path / "b.zip")).status == 0
    with build(settings):
        ran = ready("restore", str(tmp_path / "b.zip"), "--force")
    assert ran.status == 2
    assert f"The home {settings.home} is in use. Stop the program, then restore." in ran.err
