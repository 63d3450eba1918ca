"""How long a language model is waited for."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from serving.chat_model import ModelTimedOutError, Wait


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds."""

    connect_s: float = 2.0
    first_token_s: float = 60.0
    idle_s: float = 30.0
    """Between two tokens."""
    total_s: float = 300.0
    """One answer, everything included."""


class Clock:
    """The waits for one answer. Made inside a running event loop."""

    def __init__(self, address: str, patience: Patience, end: float) -> None:
        """Start the wait for the first token; ``end`` is the loop's time at which all ends."""
        self.begun = False
        """Whether the first token has come; set by the reader of the stream."""
        self._address = address
        self._patience = patience
        self._end = end
        self._first = asyncio.get_running_loop().time() + patience.first_token_s

    @asynccontextmanager
    async def waiting(self) -> AsyncGenerator[None, None]:
        """Bound what happens inside by the wait that applies now.

        Raises:
            ModelTimedOutError: The time ran out.
        """
        when, wait, seconds = self._bound()
        try:
            async with asyncio.timeout_at(when):
                yield
        except TimeoutError:
            raise ModelTimedOutError(self._address, wait, seconds) from None

    def _bound(self) -> tuple[float, Wait, float]:
        if self.begun:
            next_token = asyncio.get_running_loop().time() + self._patience.idle_s
            bound = (next_token, Wait.NEXT, self._patience.idle_s)
        else:
            bound = (self._first, Wait.FIRST, self._patience.first_token_s)
        return min(bound, (self._end, Wait.WHOLE, self._patience.total_s))
