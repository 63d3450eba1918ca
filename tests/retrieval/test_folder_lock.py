import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from retrieval.chunk import Kind
from retrieval.edge import EdgeIndex
from retrieval.folder_lock import FolderLock
from retrieval.index import IndexInUseError, Point, SparseVector

SECOND = """
import sys
from pathlib import Path
from retrieval.edge import EdgeIndex
from retrieval.index import IndexInUseError
try:
    EdgeIndex.open(Path(sys.argv[1]))
except IndexInUseError:
    sys.exit(7)
"""


DYING = """
import os
import sys
from pathlib import Path
from retrieval.edge import EdgeIndex
index = EdgeIndex.open(Path(sys.argv[1]))
os._exit(9)
"""


def point(number: int) -> Point:
    vector = SparseVector((1, 2, number + 5), (1.0, 2.0, 0.5))
    return Point(uuid.UUID(int=number), Kind.ARTICLE, vector)


def test_lock_is_held_until_it_is_freed(tmp_path: Path) -> None:
    held = FolderLock.take(tmp_path / "folder")
    with pytest.raises(BlockingIOError):
        FolderLock.take(tmp_path / "folder")
    other = FolderLock.take(tmp_path / "other")
    held.free()
    held.free()
    FolderLock.take(tmp_path / "folder").free()
    other.free()


def test_second_process_is_refused_and_leaves_the_index_of_the_first_whole(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "index"
    with EdgeIndex.open(folder) as index:
        index.upsert([point(number) for number in range(10)])
        index.flush()
        second = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", SECOND, str(folder)],
            cwd=Path(__file__).parents[2],
            check=False,
        )
        assert second.returncode == 7
        with pytest.raises(IndexInUseError):
            EdgeIndex.open(folder)
        index.upsert([point(number) for number in range(10, 15)])
        index.flush()
    with EdgeIndex.open(folder) as index:
        assert index.count() == 15


def test_lock_of_a_process_that_died_is_free(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    died = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", DYING, str(folder)], cwd=Path(__file__).parents[2], check=False
    )
    assert died.returncode == 9
    with EdgeIndex.open(folder) as index:
        assert index.count() == 0
