"""Noticing that a model repeats itself without end."""

_PIECE = 20
_REPEATS = 6
_LEAST_LOOP = 200
_WINDOW = 4_000


def looping(text: str) -> bool:
    """Whether ``text`` ends in one piece repeated six times, or for 200 characters, in a row.

    The distance to the previous occurrence of the last 20 characters gives the length of the
    piece; the end of the text must then be periodic in it.
    """
    tail = text[-_WINDOW:]
    ending = tail[-_PIECE:]
    previous = tail.rfind(ending, 0, len(tail) - 1)
    if len(ending) < _PIECE or previous < 0:
        return False
    period = len(tail) - _PIECE - previous
    length = max(_REPEATS * period, _LEAST_LOOP)
    if length > len(tail):
        return False
    end = tail[-length:]
    return end[period:] == end[:-period]
