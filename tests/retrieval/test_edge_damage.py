"""What the embedded index says of a folder that it cannot use."""

import contextlib
import os
import shutil
from pathlib import Path
from uuid import UUID

import pytest
import qdrant_edge as edge

from retrieval.chunk import Kind
from retrieval.edge import EdgeIndex
from retrieval.index import IndexDamagedError, IndexUnusableError, Point, SparseVector

POINTS = [Point(UUID(int=each), Kind.CHAT, SparseVector((1, 2), (1.0, 0.5))) for each in range(9)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index with a few points."""
    folder = tmp_path / "index"
    with EdgeIndex.open(folder) as index:
        index.upsert(POINTS)
        index.flush()
    return folder


def used(folder: Path) -> int:
    with EdgeIndex.open(folder) as index:
        index.search(SparseVector((1,), (1.0,)), 5)
        index.rarity([1])
        return len(index.points(index.ids()))


def test_index_made_for_other_vectors_is_refused(tmp_path: Path) -> None:
    params = edge.EdgeVectorParams(size=4, distance=edge.Distance.Cosine)
    edge.EdgeShard.create(str(tmp_path / "index"), edge.EdgeConfig(vectors={"d": params})).close()
    with pytest.raises(IndexDamagedError, match="it was made for other vectors"):
        EdgeIndex.open(tmp_path / "index")


def test_panic_of_the_engine_is_a_damage(folder: Path) -> None:
    # The engine counts on the file's length and panics, which is no `Exception` in Python.
    (status,) = folder.rglob("status.dat")
    status.write_bytes(b"")
    for _ in range(2):
        with pytest.raises(IndexDamagedError):
            EdgeIndex.open(folder)


@pytest.mark.parametrize("how", ["gone", "empty", "halved", "zeros", "other bytes"])
def test_whatever_file_is_damaged_opening_works_or_says_so(folder: Path, how: str) -> None:
    for file in [each for each in sorted(folder.rglob("*")) if each.is_file()]:
        copy = folder.with_name("copy")
        shutil.copytree(folder, copy)
        damage(copy / file.relative_to(folder), how)
        with contextlib.suppress(IndexUnusableError):
            assert 0 <= used(copy) <= len(POINTS)
        shutil.rmtree(copy)


def damage(file: Path, how: str) -> None:
    size = file.stat().st_size
    if how == "gone":
        file.unlink()
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "halved":
        file.write_bytes(file.read_bytes()[: size // 2])
    elif how == "zeros":
        file.write_bytes(b"")
        os.truncate(file, size)
    else:
        data = bytearray(file.read_bytes())
        for place in range(0, min(size, 4_000), 97):
            data[place] ^= 0xFF
        file.write_bytes(data)
