import shutil
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from retrieval.edge import EdgeIndex
from retrieval.edge_vectors import EdgeVectors
from retrieval.index import IndexWithoutRoomError
from retrieval.room import LEAST_FREE, free_bytes, require_room

ONE, TWO = UUID(int=1), UUID(int=2)
ROW = np.array([[1.0, 0.0]], np.float32)


class Disk:
    """A disk on which so many bytes are free."""

    def __init__(self, free: int = LEAST_FREE) -> None:
        self.free = free

    def __call__(self, _: Path) -> int:
        return self.free


def test_room_is_that_of_the_disk_even_before_the_folder_is_there(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    assert free_bytes(tmp_path / "not" / "yet") == pytest.approx(free, rel=0.1)


def test_a_disk_that_is_nearly_full_is_named_with_what_to_do() -> None:
    require_room(Path("home/vectors"), Disk())
    with pytest.raises(IndexWithoutRoomError) as caught:
        require_room(Path("home/vectors"), Disk(3 * 2**20))
    assert str(caught.value) == (
        "The disk of home/vectors has 3 MB left, and an index is written there only while 64 MB "
        "are free. Free some space, then sync again or start the program again; until then what "
        "is indexed by words is searched."
    )


def test_no_vectors_are_begun_or_opened_on_a_full_disk(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    with pytest.raises(IndexWithoutRoomError):
        EdgeVectors.open(folder, 2, Disk(LEAST_FREE - 1))
    assert not folder.exists()
    EdgeVectors.open(folder, 2, Disk()).close()
    with pytest.raises(IndexWithoutRoomError):
        EdgeVectors.open(folder, 2, Disk(LEAST_FREE - 1))
    with EdgeVectors.open(folder, 2, Disk()) as vectors:
        assert vectors.ids() == set()


def test_vectors_are_neither_added_nor_removed_while_the_disk_is_full(tmp_path: Path) -> None:
    disk = Disk()
    with EdgeVectors.open(tmp_path / "vectors", 2, disk) as vectors:
        vectors.upsert([ONE], ROW)
        disk.free -= 1
        with pytest.raises(IndexWithoutRoomError):
            vectors.upsert([TWO], ROW)
        with pytest.raises(IndexWithoutRoomError):
            vectors.remove([ONE])
        vectors.remove([])
        assert [found.id for found in vectors.search(ROW[0], 2)] == [ONE]
        disk.free += 1
        vectors.upsert([TWO], ROW)
        vectors.remove([ONE])
        assert vectors.ids() == {TWO}


def test_an_index_of_words_is_begun_only_where_there_is_room(tmp_path: Path) -> None:
    full = Disk(LEAST_FREE - 1)
    folder = tmp_path / "index"
    with pytest.raises(IndexWithoutRoomError):
        EdgeIndex.open(folder, full)
    assert not folder.exists()
    folder.mkdir()
    with pytest.raises(IndexWithoutRoomError):
        EdgeIndex.open(folder, full)
    EdgeIndex.open(folder, Disk()).close()
    with EdgeIndex.open(folder, full) as index:
        assert index.count() == 0
