"""Two programs on one home: one does the work, the other says who holds it, or asks it to."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOTES = 120


def ingest(home: Path, notes: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "app.cli", "--home", str(home), "--notes", str(notes)]
    return subprocess.Popen(  # noqa: S603 - our own
        [*command, "ingest", "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_syncs_started_at_once_do_the_work_once_and_say_who_holds_the_home(
    tmp_path: Path,
) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(NOTES):
        text = f"# {number}\n\n" + f"第{number}篇讲显存。" * 300
        (notes / f"{number}.md").write_text(text, encoding="utf-8")
    started = [ingest(tmp_path / "home", notes) for _ in range(3)]
    ended = [(*each.communicate(), each.returncode) for each in started]
    done = [json.loads(out) for out, _, status in ended if status == 0]
    refused = [err for _, err, status in ended if status != 0]
    assert {status for _, _, status in ended} <= {0, 2}
    assert sum(report["added"] for report in done) == NOTES
    for said in refused:
        assert said.startswith("footnote: ")
        assert "Traceback" not in said
    out, _ = ingest(tmp_path / "home", notes).communicate()
    last = json.loads(out)
    assert (last["unchanged"], last["chunks_written"], last["orphans"]) == (NOTES, 0, 0)
