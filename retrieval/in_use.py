"""Something that can be exchanged while others use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class _Held(Generic[Thing]):
    """A thing with the number of calls that are in it."""

    def __init__(self, thing: Thing) -> None:
        self.thing = thing
        self.calls = 0


class InUse(Generic[Thing]):
    """Holds one thing. A call that has begun ends in the thing it began in."""

    def __init__(self, thing: Thing) -> None:
        """Begin with ``thing``."""
        self._held = _Held(thing)
        self._left = Condition()

    def switch(self, thing: Thing) -> Thing:
        """Use ``thing`` from now on; return the one before once no call is in it."""
        with self._left:
            before, self._held = self._held, _Held(thing)
            self._left.wait_for(lambda: before.calls == 0)
        return before.thing

    @contextmanager
    def now(self) -> Iterator[Thing]:
        """Give the thing in use; it is not given back for as long as the block runs."""
        with self._left:
            held = self._held
            held.calls += 1
        try:
            yield held.thing
        finally:
            with self._left:
                held.calls -= 1
                self._left.notify_all()

    @contextmanager
    def alone(self) -> Iterator[Thing]:
        """Give the thing in use once no call is in it; none begins while the block runs."""
        with self._left:
            self._left.wait_for(lambda: self._held.calls == 0)
            yield self._held.thing
