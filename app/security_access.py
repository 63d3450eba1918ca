"""Who may come in when a password is set: sessions of browsers, and the password itself."""

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable

COOKIE = "footnote_session"
SESSION_SECONDS = 30 * 24 * 3600
_MOST_SESSIONS = 200
_MOST_WAITING = 8
_LONGEST_PAUSE_S = 4.0


def same_secret(given: str, known: str) -> bool:
    """Compare in a time that does not depend on where the two differ."""
    return hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), known.encode("utf-8", "surrogatepass")
    )


class Sessions:
    """The sessions that a login opened; they last until the program stops, 30 days at most."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends: dict[str, float] = {}

    def open(self) -> str:
        """Open a session and return its token; only a digest of it is kept."""
        now = self._clock()
        self._ends = {known: end for known, end in self._ends.items() if end > now}
        while len(self._ends) >= _MOST_SESSIONS:
            del self._ends[next(iter(self._ends))]
        token = secrets.token_urlsafe(32)
        self._ends[_digest(token)] = now + SESSION_SECONDS
        return token

    def know(self, token: str) -> bool:
        """Whether ``token`` belongs to an open session."""
        given, now = _digest(token), self._clock()
        # Every session is compared, so that the time tells nothing about which one fits.
        fitting = [
            end > now and hmac.compare_digest(given, known) for known, end in self._ends.items()
        ]
        return any(fitting)

    def close(self, token: str) -> None:
        """End the session of ``token``; an unknown token is ignored."""
        self._ends.pop(_digest(token), None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class Doorkeeper:
    """Tries passwords, one at a time, and slower after each wrong one."""

    def __init__(
        self, password: str, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._password = password
        self._pause = pause
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._wrong = 0

    async def admits(self, given: str) -> bool:
        """Whether ``given`` is the password; a wrong one is answered after a pause.

        Raises:
            TooManyLoginsError: Too many are waiting for their turn.
        """
        if self._waiting >= _MOST_WAITING:
            raise TooManyLoginsError
        self._waiting += 1
        try:
            async with self._turn:
                if self._password and same_secret(given, self._password):
                    self._wrong = 0
                    return True
                self._wrong += 1
                await self._pause(min(_LONGEST_PAUSE_S, 0.1 * 2.0 ** min(self._wrong, 10)))
                return False
        finally:
            self._waiting -= 1


class TooManyLoginsError(RuntimeError):
    """Passwords are being tried faster than they are answered."""

    def __init__(self) -> None:
        super().__init__("Too many passwords are being tried right now. Wait a minute, try again.")


class UnprotectedAddressError(RuntimeError):
    """The program would be reachable from other machines without a password."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Listening on {host} lets other machines read the notes, and no password is set. "
            "Set FOOTNOTE_PASSWORD first, or listen on 127.0.0.1."
        )
