"""Programs killed at random times and at every named place; nothing is lost, nothing a ghost."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.crash.places import OF_A_REBUILD, OF_EMBEDDING, OF_THE_SCHEMA, PLACES

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "ingest", "retrieval", "serving")
Campaigns = Callable[..., dict[str, Any]]


@pytest.fixture
def campaigns(capsys: pytest.CaptureFixture[str]) -> Campaigns:
    """Run campaigns side by side, each in a process of its own, and add up their reports."""

    def run(*each: tuple[str, ...]) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.crash.campaign"]
        artifacts = ["--artifacts", str(ROOT / "crash-artifacts")]
        running = [
            subprocess.Popen(  # noqa: S603 - our own
                [*command, *artifacts, *arguments],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            for arguments in each
        ]
        reports = [json.loads(process.communicate()[0]) for process in running]
        with capsys.disabled():
            for report in reports:
                sys.stdout.write(f"\n  crash: {_sentence(report)}")
        return {
            "killed": sum(report["killed"] for report in reports),
            "failures": [failure for report in reports for failure in report["failures"]],
            "missed": [place for report in reports for place in report["missed"]],
            "kills": {place for report in reports for place in report["kills"]},
        }

    return run


def _sentence(report: dict[str, Any]) -> str:
    kills = ", ".join(f"{many} {place}" for place, many in report["kills"].items())
    seeds = report["seeds"]
    return (
        f"{report['killed']} kills ({kills}); seeds {seeds[0]}-{seeds[-1]}; "
        f"{len(report['failures'])} stories with a fault; {report['seconds']} s"
    )


def test_200_kills_at_random_times_lose_nothing_and_leave_no_ghost(campaigns: Campaigns) -> None:
    report = campaigns(("--kills", "100", "--seed", "1"), ("--kills", "100", "--seed", "101"))
    assert (report["killed"], report["failures"]) == (200, [])
    assert {"open", "sync", "turn"} <= report["kills"]


def test_a_kill_at_every_named_place_loses_nothing_and_leaves_no_ghost(
    campaigns: Campaigns,
) -> None:
    report = campaigns(("--places", "even"), ("--places", "odd"))
    assert (report["missed"], report["failures"]) == ([], [])
    assert report["kills"] == {f"at {place}" for place in PLACES}


def test_every_place_that_the_code_names_is_tried() -> None:
    named = {
        place
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        for place in re.findall(r'\breach\("([^"]+)"\)', file.read_text(encoding="utf-8"))
    }
    assert named == {*PLACES, *OF_THE_SCHEMA, *OF_A_REBUILD, *OF_EMBEDDING}


@pytest.mark.full
def test_5000_kills_at_random_times_lose_nothing_and_leave_no_ghost(campaigns: Campaigns) -> None:
    seed = time.time_ns() // 10**9
    halves = (("--kills", "2500", "--seed", str(seed + 10**6 * half)) for half in (0, 1))
    report = campaigns(*halves)
    assert (report["killed"], report["failures"]) == (5000, [])
