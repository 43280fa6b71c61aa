from __future__ import annotations

from mockserver.remembered import MOST, Remembered
from tests.mockserver.stores.races import at_once


def test_what_was_found_out_about_a_value_is_known() -> None:
    known: Remembered[list[int], str] = Remembered()
    value = [1]
    assert known.get(value) is None
    assert known.put(value, "one") == known.get(value) == "one"


def test_an_equal_value_is_another() -> None:
    known: Remembered[list[int], str] = Remembered()
    known.put([1], "one")
    assert known.get([1]) is None


def test_only_the_last_are_remembered() -> None:
    known: Remembered[list[int], int] = Remembered()
    values = [[number] for number in range(MOST + 1)]
    for value in values:
        known.put(value, value[0])
    assert [known.get(values[0]), known.get(values[1])] == [None, 1]


def test_any_number_of_threads_remember_at_once() -> None:
    known: Remembered[list[int], int] = Remembered()

    def act(_: int) -> int:
        for number in range(50 * MOST):
            known.put([number], number)
        return number

    assert at_once(4, act) == 4 * [50 * MOST - 1]
    value = [1]
    assert known.put(value, 1) == known.get(value) == 1
