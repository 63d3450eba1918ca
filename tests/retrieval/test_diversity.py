from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from retrieval.diversity import capped


def test_a_group_that_has_its_share_is_passed_over() -> None:
    items = [("a", 1), ("a", 2), ("a", 3), ("b", 4), ("a", 5), ("b", 6)]
    assert capped(items, 2, 10) == [1, 2, 4, 6]
    assert capped(items, 2, 3) == [1, 2, 4]
    assert capped([], 2, 3) == []


@given(
    groups=st.lists(st.integers(0, 4), max_size=30),
    most=st.integers(1, 5),
    limit=st.integers(0, 20),
)
def test_the_best_of_each_group_go_out_in_order(groups: list[int], most: int, limit: int) -> None:
    taken = capped(((group, place) for place, group in enumerate(groups)), most, limit)
    assert taken == sorted(set(taken))
    assert len(taken) <= limit
    assert all(count <= most for count in Counter(groups[place] for place in taken).values())
    passed_over = set(range(max(taken, default=-1))) - set(taken)
    for place in passed_over:
        better = [each for each in taken if each < place and groups[each] == groups[place]]
        assert len(better) == most
