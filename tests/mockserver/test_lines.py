"""Is a page the right part of a list, from whichever end, and behind a task whose id is told?"""

from __future__ import annotations

from itertools import product

import pytest

from mockserver.lines import Line, Part, Unlisted
from tests.mockserver.stores.tasks import task

MANY = 9000  # tasks: more than a block has


def line(*ids: str) -> Line:
    made = Line()
    for number, each in enumerate(ids):
        made.add(number, task(each))
    return made


def page(listed: Line, part: Part) -> list[str]:
    found, total = listed.page(part)
    assert total == len(listed)
    return [each.id for each in found]


def test_a_page_behind_a_task_begins_with_the_next_in_either_order() -> None:
    ids = [f"{number:05}" for number in range(MANY)]
    listed = line(*ids)
    for place, skip in product((0, 1000, 4096, MANY - 2), (0, 1, 5000)):
        assert page(listed, Part(True, skip, 2, ids[-1 - place])) == ids[::-1][place + 1 + skip :][:2]
        assert page(listed, Part(False, skip, 2, ids[place])) == ids[place + 1 + skip :][:2]


def test_a_page_is_cut_out_of_a_list_from_either_end() -> None:
    ids = [f"{number:05}" for number in range(MANY)]
    listed, gone = line(*ids), (0, 4090, 4095, 4096, 8999)
    for number in gone:
        listed.remove(number, ids[number])
    left = [each for number, each in enumerate(ids) if number not in gone]
    edges = (0, 1, 4093, len(left) // 2, len(left) - 4097, len(left) - 1, len(left), MANY)
    for newest_first, skip, size in product((True, False), edges, (0, 1, 10, 5000, None)):
        ordered = left[::-1] if newest_first else left
        assert page(listed, Part(newest_first, skip, size)) == ordered[skip:][:size]


def test_a_page_is_right_also_behind_a_gap() -> None:
    listed = line("a", "b", "c", "d")
    listed.remove(1, "b")
    assert page(listed, Part(True, 0, None, "c")) == ["a"]


@pytest.mark.parametrize(("ids", "after"), [(("a", "b"), "c"), (("b", "a", "c"), "c"), (("a", "A"), "a"), ((), "a")])
def test_where_that_is_not_known_nothing_is_told(ids: tuple[str, ...], after: str) -> None:
    with pytest.raises(Unlisted):
        line(*ids).page(Part(True, 0, None, after))
