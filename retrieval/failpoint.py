"""Named places at which a test may end the process.

A test that tries what a crash at one place does arms it; in a program nothing is armed, and
reaching a place costs one comparison.
"""

from collections.abc import Callable

_armed: tuple[str, int, Callable[[], None]] | None = None


def arm(name: str, times: int, action: Callable[[], None]) -> None:
    """Call ``action`` when the place ``name`` is reached for the time number ``times``, from 1."""
    global _armed  # noqa: PLW0603 - one place of one process
    _armed = (name, times, action)


def reach(name: str) -> None:
    """Say that the place ``name`` is reached."""
    if _armed is not None:
        _met(name)


def _met(name: str) -> None:
    global _armed  # noqa: PLW0603 - the same
    if _armed is None or _armed[0] != name:
        return
    _, times, action = _armed
    if times > 1:
        _armed = (name, times - 1, action)
    else:
        _armed = None
        action()
