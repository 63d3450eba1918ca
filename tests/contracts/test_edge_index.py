import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from retrieval.edge import EdgeIndex
from retrieval.index import IndexDamagedError
from tests.contracts.index_contract import DurableIndexContract, points

CRASHING = """
import os
import signal
import sys
from pathlib import Path
from retrieval.edge import EdgeIndex
from tests.contracts.index_contract import point, points
from uuid import UUID
index = EdgeIndex.open(Path(sys.argv[1]))
index.upsert(points(*({number: 1.0} for number in range(1, 60))))
index.remove([UUID(int=1)])
index.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""


class TestEdgeIndex(DurableIndexContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[EdgeIndex]:
        with EdgeIndex.open(tmp_path / "index") as index:
            yield index

    @pytest.fixture
    def fresh_index(self, tmp_path: Path) -> Callable[[], EdgeIndex]:
        folders = count()
        return lambda: EdgeIndex.open(tmp_path / str(next(folders)))

    @pytest.fixture
    def reopen(self, tmp_path: Path) -> Callable[[], EdgeIndex]:
        return lambda: EdgeIndex.open(tmp_path / "kept")

    def test_what_was_flushed_survives_a_killed_process(self, tmp_path: Path) -> None:
        folder = tmp_path / "index"
        killed = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", CRASHING, str(folder)],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": "."},
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        with EdgeIndex.open(folder) as index:
            assert index.ids() == {UUID(int=number) for number in range(2, 60)}

    def test_what_a_killed_process_left_half_made_is_made_again(self, tmp_path: Path) -> None:
        half = tmp_path / "index.new"
        (half / "segments").mkdir(parents=True)
        (half / "wal").mkdir()
        with EdgeIndex.open(tmp_path / "index") as index:
            index.upsert(points({1: 1.0}))
            assert index.count() == 1
        assert sorted(path.name for path in tmp_path.iterdir()) == ["index", "index.lock"]

    def test_a_folder_that_cannot_be_read_is_said_to_be_damaged(self, tmp_path: Path) -> None:
        folder = tmp_path / "index"
        with EdgeIndex.open(folder) as index:
            index.upsert(points({1: 1.0}))
        for file in folder.rglob("*.json"):
            file.write_text("{", encoding="utf-8")
        with pytest.raises(IndexDamagedError) as caught:
            EdgeIndex.open(folder)
        assert str(caught.value).startswith(f"The index in {folder} cannot be read (")
        assert str(caught.value).endswith(
            "Nothing is lost: `footnote doctor --fix` rebuilds it from the catalogue."
        )

    def test_a_damaged_folder_is_not_held(self, tmp_path: Path) -> None:
        folder = tmp_path / "index"
        folder.mkdir()
        (folder / "stray").write_text("x", encoding="utf-8")
        for _ in range(2):
            with pytest.raises(IndexDamagedError):
                EdgeIndex.open(folder)
