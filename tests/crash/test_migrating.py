"""A start that brings an older database forward is killed at each of its statements."""

import json
import subprocess
import sys
from pathlib import Path

from app.db.schema import HEAD
from tests.crash.migrating import SCHEMAS

ROOT = Path(__file__).parents[2]


def test_a_kill_at_any_statement_of_a_schema_change_is_made_good_by_the_next_start() -> None:
    command = [sys.executable, "-m", "tests.crash.migrating"]
    tried = json.loads(subprocess.check_output(command, cwd=ROOT))  # noqa: S603 - our own
    whole = {
        "next_start": 0,
        "integrity": "ok",
        "foreign": [],
        "schema": HEAD,
        "kept": True,
        "left": [],
    }
    assert [each for each in tried if not whole.items() <= each.items()] == []
    assert sum(each["killed"] for each in tried) > 30
    assert all(each["copies"] for each in tried)


def test_a_database_of_every_older_schema_is_tried() -> None:
    older = {f"{number:04}" for number in range(1, int(HEAD))}
    assert older <= {dump.stem for dump in SCHEMAS.glob("*.sql")}
