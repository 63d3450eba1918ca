"""An index exchanged while it is searched."""

import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from retrieval.chunk import Kind
from retrieval.index import Point, Scored, SparseVector
from retrieval.switching import SwitchingIndex
from tests.contracts.index_contract import IndexContract
from tests.fakes.index import FakeIndex

WORD = SparseVector((1,), (1.0,))
POINTS = [Point(UUID(int=number), Kind.CHAT, WORD) for number in range(1, 21)]


class ClosableIndex(FakeIndex):
    """Refuses every search once it is closed, and can hold one back."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = False
        self.entered = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def search(
        self, vector: SparseVector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        self.entered.set()
        assert self.go_on.wait(10)
        assert not self.closed
        return super().search(vector, limit, within)

    def close(self) -> None:
        self.closed = True


class TestSwitchingIndex(IndexContract):
    @pytest.fixture
    def index(self) -> SwitchingIndex:
        return SwitchingIndex(FakeIndex())

    @pytest.fixture
    def fresh_index(self) -> Callable[[], SwitchingIndex]:
        return lambda: SwitchingIndex(FakeIndex())


def filled() -> ClosableIndex:
    index = ClosableIndex()
    index.upsert(POINTS)
    return index


def test_searches_never_find_less_while_indexes_are_switched() -> None:
    index, stop = SwitchingIndex(filled()), threading.Event()

    def search() -> set[int]:
        seen = set()
        while not stop.is_set():
            seen.add(len(index.search(WORD, 50)))
            seen.add(index.count())
        return seen

    with ThreadPoolExecutor(4) as threads:
        searches = [threads.submit(search) for _ in range(4)]
        for _ in range(200):
            index.switch(filled())
        stop.set()
        assert [each.result() for each in searches] == [{20}] * 4


def test_index_before_is_closed_when_its_last_call_has_left() -> None:
    slow, new = filled(), filled()
    slow.go_on.clear()
    index = SwitchingIndex(slow)
    with ThreadPoolExecutor(2) as threads:
        searching = threads.submit(index.search, WORD, 50)
        assert slow.entered.wait(10)
        switching = threads.submit(index.switch, new)
        while len(index.search(WORD, 50)) != len(POINTS) or not new.entered.is_set():
            pass
        assert not slow.closed
        assert not switching.done()
        slow.go_on.set()
        assert len(searching.result(10)) == len(POINTS)
        switching.result(10)
    assert slow.closed
    assert not new.closed


def test_closing_closes_the_index_in_use() -> None:
    first, second = filled(), filled()
    with SwitchingIndex(first) as index:
        index.switch(second)
    assert (first.closed, second.closed) == (True, True)
