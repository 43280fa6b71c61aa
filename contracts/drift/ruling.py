"""Who moved, by what two results show of a clause: the table of docs/diff.md."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.drift.side import State


class Relation(StrEnum):
    """What two results are to each other."""

    SAME_ENDPOINT = "the same endpoint, earlier and later"
    MOCK_AND_ENDPOINT = "a mock and a real endpoint"
    TWO_MOCKS = "two mocks"
    TWO_ENDPOINTS = "two endpoints"


class Mover(StrEnum):
    """Who moved, or is in the way."""

    MOCK = "the mock is wrong"
    PAGE = "the page is wrong"
    ENDPOINT = "the cloud changed"
    OTHER_MOCK = "the mock changed"
    OTHER_ENDPOINT = "the endpoints differ"
    SPEC = "the spec changed"
    SEEN = "observed now"
    LOST = "not observed any more"
    NOBODY = "the same"


class Weight(StrEnum):
    """What a difference counts for."""

    SAME = "same"  # there is none
    TOLD = "told"  # nothing moved between the two results
    DRIFT = "drift"
    FINDING = "finding"  # a promise that fails a run is newly broken


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: the first one that fits decides."""

    first: Collection[State]  # the earlier result, or the mock's
    second: Collection[State]
    mover: Mover
    weight: Weight  # FINDING: drift where what is broken would not fail a run
    alike: bool = False  # only where both sides do the same
    restated: bool = False  # only where the two specs say something else


ANY = frozenset(State)
HELD, READING, OTHERWISE = frozenset({State.HELD}), frozenset({State.READING}), frozenset({State.OTHERWISE})
BROKEN, UNSEEN, ABSENT = frozenset({State.BROKEN}), frozenset({State.UNSEEN}), frozenset({State.ABSENT})

_ALWAYS = (
    Row(ANY, ANY, Mover.SPEC, Weight.FINDING, restated=True),
    Row(ABSENT, ANY, Mover.SPEC, Weight.FINDING),
    Row(ANY, ABSENT, Mover.SPEC, Weight.DRIFT),
    Row(HELD, HELD, Mover.NOBODY, Weight.SAME),
    Row(UNSEEN, UNSEEN, Mover.NOBODY, Weight.SAME),
)


def _in_time(moved: Mover) -> tuple[Row, ...]:
    """Of one real endpoint and another, or the same one later."""
    return (
        Row(ANY, UNSEEN, Mover.LOST, Weight.TOLD),
        Row(UNSEEN, HELD, Mover.SEEN, Weight.TOLD),
        Row(UNSEEN, READING | OTHERWISE, Mover.MOCK, Weight.DRIFT),
        Row(UNSEEN, BROKEN, Mover.PAGE, Weight.FINDING),
        Row(READING, READING, Mover.MOCK, Weight.TOLD, alike=True),
        Row(OTHERWISE, OTHERWISE, Mover.MOCK, Weight.TOLD, alike=True),
        Row(BROKEN, BROKEN, Mover.PAGE, Weight.TOLD, alike=True),
        Row(BROKEN, BROKEN, moved, Weight.DRIFT),
        Row(ANY, BROKEN, moved, Weight.FINDING),
        Row(ANY, ANY, moved, Weight.DRIFT),
    )


TABLE: Mapping[Relation, Sequence[Row]] = {
    Relation.SAME_ENDPOINT: (*_ALWAYS, *_in_time(Mover.ENDPOINT)),
    Relation.TWO_ENDPOINTS: (*_ALWAYS, *_in_time(Mover.OTHER_ENDPOINT)),
    Relation.MOCK_AND_ENDPOINT: (
        *_ALWAYS,
        Row(HELD | READING, UNSEEN, Mover.LOST, Weight.TOLD),
        Row(ANY, UNSEEN, Mover.MOCK, Weight.FINDING),
        Row(UNSEEN, HELD, Mover.SEEN, Weight.TOLD),
        Row(ANY, HELD, Mover.MOCK, Weight.FINDING),
        Row(ANY, READING, Mover.MOCK, Weight.DRIFT),
        Row(OTHERWISE, OTHERWISE, Mover.MOCK, Weight.TOLD, alike=True),
        Row(ANY, OTHERWISE, Mover.MOCK, Weight.DRIFT),
        Row(BROKEN, BROKEN, Mover.PAGE, Weight.TOLD, alike=True),
        Row(BROKEN, BROKEN, Mover.PAGE, Weight.DRIFT),
        Row(ANY, BROKEN, Mover.PAGE, Weight.FINDING),
    ),
    Relation.TWO_MOCKS: (
        *_ALWAYS,
        Row(ANY, UNSEEN, Mover.LOST, Weight.TOLD),
        Row(UNSEEN, HELD, Mover.SEEN, Weight.TOLD),
        Row(BROKEN | OTHERWISE, BROKEN | OTHERWISE, Mover.MOCK, Weight.TOLD, alike=True),
        Row(BROKEN | OTHERWISE, BROKEN | OTHERWISE, Mover.OTHER_MOCK, Weight.DRIFT),
        Row(ANY, BROKEN | OTHERWISE, Mover.MOCK, Weight.FINDING),
        Row(ANY, ANY, Mover.OTHER_MOCK, Weight.DRIFT),
    ),
}


@dataclass(frozen=True, slots=True)
class Case:
    """Two states of one clause."""

    first: State
    second: State
    alike: bool = False  # both sides follow the same reading, or are broken in the same way
    restated: bool = False  # the two specs state something else

    def fits(self, row: Row) -> bool:
        """Whether a row of the table is about it."""
        is_met = (self.alike or not row.alike) and (self.restated or not row.restated)
        return self.first in row.first and self.second in row.second and is_met


def decide(relation: Relation, case: Case) -> Row:
    """The row that fits."""
    return next(row for row in TABLE[relation] if case.fits(row))
