"""Taking the notes in, from the page and from a program."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from bs4 import BeautifulSoup

from app.settings import Settings
from tests.app.conftest import NOTES, Running, running

REPORT_KEYS = {
    "notes",
    "added",
    "changed",
    "moved",
    "deleted",
    "unchanged",
    "failed",
    "chunks",
    "chunks_written",
    "embedded",
    "left_out",
    "ms",
    "cancelled",
    "files",
    "searchable",
    "orphans",
    "reweighted",
    "held_back",
    "passed_over",
}


def last_event(content: str) -> tuple[str, dict[str, Any]]:
    name, data = content.rstrip("\n").split("\n\n")[-1].split("\n")
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_first_start_takes_the_notes_in(page: Running) -> None:
    assert page.services.catalog.totals().notes == len(NOTES)
    (run,) = page.services.runs.latest()
    assert run.state == "done"


def test_run_is_started_followed_and_remembered(page: Running, notes: Path) -> None:
    (notes / "new.md").write_text("# New\n\nA new note.\n")
    reply = page.client.post("/api/ingest")
    assert reply.status_code == 202
    run = reply.json()["run"]
    events = page.client.get(f"/api/ingest/{run}", headers={"accept": "text/event-stream"})
    name, data = last_event(events.text)
    assert (name, set(data), set(data["report"])) == ("done", {"report"}, REPORT_KEYS)
    assert (data["report"]["notes"], data["report"]["added"]) == (len(NOTES) + 1, 1)
    page.services.syncs.wait()
    state = page.client.get(f"/api/ingest/{run}").json()
    assert state == {
        "run": run,
        "state": "done",
        "progress": None,
        "report": data["report"],
        "error": "",
    }


def test_run_of_an_earlier_start_is_known_from_the_catalogue(settings: Settings) -> None:
    with running(settings) as page:
        (run,) = page.services.runs.latest()
    with running(settings) as page:
        events = page.client.get(f"/api/ingest/{run.id}", headers={"accept": "text/event-stream"})
        assert last_event(events.text)[0] == "done"
        abandoned = page.services.runs.start()
    with running(settings) as page:
        assert page.client.get(f"/api/ingest/{abandoned}").json()["state"] == "interrupted"
        events = page.client.get(
            f"/api/ingest/{abandoned}", headers={"accept": "text/event-stream"}
        )
        assert last_event(events.text) == ("error", {"message": "The sync was interrupted."})


def test_run_that_is_over_cannot_be_cancelled(page: Running) -> None:
    (run,) = page.services.runs.latest()
    reply = page.client.post(f"/api/ingest/{run.id}/cancel")
    assert (reply.status_code, reply.json()["state"]) == (202, "done")
    assert page.client.post(f"/sync/{run.id}/cancel").status_code == 303


def test_unknown_run_is_not_found(page: Running) -> None:
    for accept in ("application/json", "text/event-stream"):
        reply = page.client.get(f"/api/ingest/{uuid4()}", headers={"accept": accept})
        assert (reply.status_code, set(reply.json())) == (404, {"error"})


def test_plan_says_what_would_be_done_and_does_nothing(page: Running, notes: Path) -> None:
    (notes / "new.md").write_text("# New\n")
    (notes / "notes on rag.md").rename(notes / "moved.md")
    (notes / "chat.txt").unlink()
    plan = page.client.get("/api/ingest/plan").json()
    assert {key: sorted(value) for key, value in plan.items()} == {
        "added": ["new.md"],
        "changed": [],
        "moved": ["moved.md"],
        "deleted": ["chat.txt"],
        "unchanged": ["KV 缓存.md", "sub/LoRA 笔记.md"],
        "failed": [],
        "held_back": [],
        "passed_over": [],
    }
    assert page.services.catalog.totals().notes == len(NOTES)


def test_missing_notes_are_held_back_until_their_deletion_is_accepted(
    page: Running, notes: Path
) -> None:
    gone = [f"{number}.md" for number in range(8)]
    for name in gone:
        (notes / name).write_text(f"# {name}\n\nThe words of {name}.\n")
    taken_in(page, {})
    for name in gone:
        (notes / name).unlink()
    held = taken_in(page, {})
    assert (held["held_back"], held["deleted"], held["notes"]) == (gone, 0, len(NOTES) + 8)
    plan = "/api/ingest/plan"
    for query, deleted in (("", []), ("?accept_deletions=true", gone)):
        assert page.client.get(plan + query).json()["deleted"] == deleted
    accepted = taken_in(page, {"accept_deletions": True})
    assert (accepted["held_back"], accepted["deleted"]) == ([], 8)
    assert accepted["files"] == accepted["notes"] == accepted["searchable"] == len(NOTES)


def taken_in(page: Running, body: dict[str, object]) -> dict[str, Any]:
    run = page.client.post("/api/ingest", json=body).json()["run"]
    page.services.syncs.wait()
    report: dict[str, Any] = page.client.get(f"/api/ingest/{run}").json()["report"]
    return report


def test_unknown_wish_is_refused(page: Running) -> None:
    bodies: tuple[object, ...] = ({"accept_deletions": "yes"}, {"accept": True}, [])
    for body in bodies:
        assert page.client.post("/api/ingest", json=body).status_code == 422


def test_form_starts_a_run_and_shows_it(page: Running) -> None:
    reply = page.client.post("/sync")
    assert (reply.status_code, reply.headers["location"]) == (303, "/sync")
    page.services.syncs.wait()
    html = BeautifulSoup(page.client.get("/sync").text, "html.parser")
    assert html.select_one("form[action='/sync'] button") is not None
    assert html.select_one(".report") is not None
    assert len(page.services.runs.latest()) == 2


def test_failed_note_is_named_on_the_pages(page: Running, notes: Path) -> None:
    (notes / "huge.md").write_bytes(b"x" * (page.services.settings.max_note_bytes + 1))
    page.services.syncs.start()
    page.services.syncs.wait()
    for path in ("/sync", "/notes"):
        assert "huge.md" in page.client.get(path).text


def test_without_a_folder_the_sync_says_so(tmp_path: Path) -> None:
    with running(Settings(home=tmp_path / "home", port=0)) as page:
        reply = page.client.post("/api/ingest")
        assert reply.status_code == 409
        assert reply.json()["error"].startswith("No notes folder is set.")
        assert page.client.get("/api/ingest/plan").status_code == 409
        assert page.client.get("/").status_code == 200
        assert page.client.get("/sync").status_code == 200


def test_folder_that_vanished_fails_the_run_and_keeps_the_notes(page: Running, notes: Path) -> None:
    notes.rename(notes.with_name("elsewhere"))
    run = UUID(page.client.post("/api/ingest").json()["run"])
    page.services.syncs.wait()
    state = page.client.get(f"/api/ingest/{run}").json()
    assert state["state"] == "failed"
    assert "cannot be read" in state["error"]
    assert page.client.get("/api/ingest/plan").status_code == 409
    assert page.services.catalog.totals().notes == len(NOTES)


def test_folder_of_the_last_sync_is_remembered(settings: Settings) -> None:
    with running(settings):
        pass
    with running(settings.model_copy(update={"notes": ()})) as page:
        assert tuple(each.folder for each in page.services.notes_folders) == settings.notes
        assert page.client.get("/api/ingest/plan").status_code == 200
