"""A home held by one process, on one machine."""

import json
import os
import time
from pathlib import Path

import pytest

from app.home_lock import LEASE, LEASE_S, HeldElsewhereError, Holder, held, this_process
from retrieval.index import IndexInUseError

HERE = Holder("here", "boot-1", 7)
ELSEWHERE = Holder("elsewhere", "boot-2", 9)
CONTAINER = Holder("4f3a", "boot-1", 1)


def leave_lease(home: Path, holder: Holder, age_s: float = 0.0) -> None:
    lease = home / LEASE
    values = {"host": holder.host, "boot": holder.boot, "pid": holder.pid}
    lease.write_text(json.dumps(values), encoding="utf-8")
    moment = time.time() - age_s
    os.utime(lease, (moment, moment))


def test_a_home_is_held_once(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(IndexInUseError), held(tmp_path):
        pass
    with held(tmp_path):
        lease = json.loads((tmp_path / LEASE).read_text(encoding="utf-8"))
        assert lease["pid"] == os.getpid()
    assert not (tmp_path / LEASE).exists()


def test_another_machine_is_respected_while_its_lease_is_fresh(tmp_path: Path) -> None:
    leave_lease(tmp_path, ELSEWHERE)
    with pytest.raises(HeldElsewhereError) as caught, held(tmp_path, HERE):
        pass
    assert str(caught.value) == (
        f"The home {tmp_path} is held by process 9 of the machine elsewhere. Stop it there; if it "
        "died, wait 60 seconds. A home belongs on a disk of one machine."
    )
    assert [each.name for each in tmp_path.iterdir()] in (
        ["home.lock", LEASE],
        [LEASE, "home.lock"],
    )
    # What refused lets go of the lock.
    leave_lease(tmp_path, ELSEWHERE, LEASE_S + 5)
    with held(tmp_path, HERE):
        pass


@pytest.mark.parametrize("other", [CONTAINER, Holder("here", "boot-0", 3)])
def test_a_container_or_an_earlier_start_of_the_same_machine_is_not_another(
    tmp_path: Path, other: Holder
) -> None:
    leave_lease(tmp_path, other)
    with held(tmp_path, HERE):
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", '{"host": "a"}'])
def test_a_lease_that_cannot_be_read_holds_nobody_off(tmp_path: Path, content: str) -> None:
    (tmp_path / LEASE).write_text(content, encoding="utf-8")
    with held(tmp_path, HERE):
        pass


def test_this_process_names_its_machine() -> None:
    holder = this_process()
    assert holder.pid == os.getpid()
    assert not holder.is_elsewhere(holder)
