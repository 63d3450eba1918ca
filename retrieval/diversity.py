"""Which passages go out: best first, no note crowding out the others. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import TypeVar

Item = TypeVar("Item")


def capped(items: Iterable[tuple[Hashable, Item]], most: int, limit: int) -> list[Item]:
    """Take the best ``limit`` items, at most ``most`` of each group.

    Args:
        items: Group and item, best first.
        most: Items a group may have.
        limit: Items to return.
    """
    taken: list[Item] = []
    counts: Counter[Hashable] = Counter()
    for group, item in items:
        counts[group] += 1
        if counts[group] <= most:
            taken.append(item)
    return taken[:limit]
