"""How do two paths differ, segment by segment?"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache

from openapi.routing import VERSION

ALIKE = 0.6  # how alike two words have to be, of 1, for the one to be meant by the other
LEFT_OUT = 1.0  # what a segment costs that only one path has
ANYTHING = 0.3  # what a parameter costs that stands for a segment: less than a word that is another
Pairs = tuple[tuple[str | None, str | None], ...]  # expected, actual; None: there is none


def is_kindred(expected: tuple[str, ...], actual: tuple[str, ...]) -> bool:
    """Whether two paths have a word in common, or almost; versions and parameters are none."""
    words = [each for each in expected if each and not is_parameter(each) and not VERSION.fullmatch(each)]
    return any(distance(word, each) < LEFT_OUT for word in words for each in actual) if words else actual == expected


@lru_cache(512)
def align(expected: tuple[str, ...], actual: tuple[str, ...]) -> Pairs:
    """The segments of two paths side by side, so that they differ the least."""
    costs = [LEFT_OUT * count for count in range(len(actual) + 1)]
    pairs: list[Pairs] = [tuple((None, each) for each in actual[:count]) for count in range(len(actual) + 1)]
    for wanted in expected:
        costs_before, pairs_before = costs, pairs
        costs, pairs = [costs[0] + LEFT_OUT], [(*pairs[0], (wanted, None))]
        for index, found in enumerate(actual):
            ways: tuple[tuple[float, Pairs, tuple[str | None, str | None]], ...] = (
                (costs_before[index] + _cost(wanted, found), pairs_before[index], (wanted, found)),
                (costs_before[index + 1] + LEFT_OUT, pairs_before[index + 1], (wanted, None)),
                (costs[index] + LEFT_OUT, pairs[index], (None, found)),
            )
            cost, before, pair = min(ways, key=lambda way: way[0])
            costs.append(cost)
            pairs.append((*before, pair))
    return pairs[-1]


def is_parameter(segment: str) -> bool:
    """Whether a segment of a documented path stands for anything."""
    return segment.startswith("{")


@lru_cache(4096)
def distance(expected: str, actual: str) -> float:
    """How little two words are alike: 0 the same, twice `LEFT_OUT` when the one cannot be meant by the other."""
    if expected == actual:
        return 0.0
    matcher = SequenceMatcher(None, expected, actual, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 2 * LEFT_OUT
    ratio = matcher.ratio()
    return 1 - ratio if ratio >= ALIKE else 2 * LEFT_OUT


def _cost(expected: str, actual: str) -> float:
    if is_parameter(expected):
        return ANYTHING if actual else 2 * LEFT_OUT
    return distance(expected, actual)
