"""The habits of a good client, each with what shows it and what shows the opposite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mockserver.scorecard.steps import LOOKING, Step
from openapi.model import Action

GRACE = 0.05  # seconds by which two clocks may differ
# Seconds within which an honest signature may be the same: they are dated by the second, and need one to arrive.
ALIKE = 2.0


@dataclass(frozen=True, slots=True)
class Sign:
    """What shows a habit, or that it is missing."""

    good: bool
    told: str
    numbers: tuple[int, ...]  # of the exchanges


Look = Callable[[Sequence[Step]], Iterator[Sign]]


@dataclass(frozen=True, slots=True)
class Habit:
    """Something that a good client does; `look` finds the signs of it, none where it had no occasion."""

    name: str
    sentence: str
    look: Look


def _signs_right(steps: Sequence[Step]) -> Iterator[Sign]:
    for step in steps:
        if step.signature:
            told = f"the signature of {step.operation.id} does not match" if step.is_forged else "it matches"
            yield Sign(not step.is_forged, told, (step.number,))


def _signs_anew(steps: Sequence[Step]) -> Iterator[Sign]:
    first: dict[str, Step] = {}
    for before, step in _pairs(steps):
        first.setdefault(before.signature, before)
        if not (step.signature and step.sent == before.sent):
            continue
        known = first.get(step.signature)
        if known and abs(step.present - known.present) < ALIKE:
            continue
        told = f"{step.operation.id} was sent again with the signature of the first time" if known else "a new one"
        yield Sign(known is None, told, (before.number, step.number))


def _keeps_limits(steps: Sequence[Step]) -> Iterator[Sign]:
    for step in steps:
        if step.operation.rate_limits:
            told = f"{step.operation.id} was called more often than is documented" if step.is_throttled else "in time"
            yield Sign(not step.is_throttled, told, (step.number,))


def _waits_as_told(steps: Sequence[Step]) -> Iterator[Sign]:
    for before, step in _pairs(steps):
        if before.retry_after is not None and before.is_refused:
            waited = step.since(before)
            told = (
                f"{step.operation.id} was called again after {waited:.1f} s, where {before.retry_after:g} s were asked"
            )
            yield Sign(waited >= before.retry_after - GRACE, told, (before.number, step.number))


def _tries_again(steps: Sequence[Step]) -> Iterator[Sign]:
    for steps_of_one in _by_operation(steps):
        for index, step in enumerate(steps_of_one):
            if step.is_passing:
                later = [each for each in steps_of_one[index + 1 :] if each.sent == step.sent]
                told = f"{step.operation.id} was {'called again' if later else 'given up'} after a failure for a while"
                yield Sign(bool(later), told, (step.number, *(each.number for each in later[:1])))


def _backs_off(steps: Sequence[Step]) -> Iterator[Sign]:
    for one in _by_operation(steps):
        for first, second, third in zip(one, one[1:], one[2:], strict=False):
            if first.is_passing and second.is_passing and first.sent == second.sent == third.sent:
                waits = second.since(first), third.since(second)
                told = f"{first.operation.id} was tried again after {waits[0]:.1f} s, then after {waits[1]:.1f} s"
                yield Sign(waits[1] > waits[0], told, (first.number, second.number, third.number))


def _gives_up(steps: Sequence[Step]) -> Iterator[Sign]:
    refused: dict[str, Step] = {}
    for step in steps:
        if not step.is_refused:  # it could be accepted, with other credentials
            refused.pop(step.sent, None)
        known = refused.get(step.sent)
        if known is not None:
            told = f"{step.operation.id} was sent again, though it can never be accepted"
            yield Sign(good=False, told=told, numbers=(known.number, step.number))
        elif step.is_refused and step.is_lasting:
            refused[step.sent] = step
            yield Sign(good=True, told="not sent again", numbers=(step.number,))


def _stops_looking(steps: Sequence[Step]) -> Iterator[Sign]:
    ended: dict[tuple[str, str], Step] = {}
    for step in steps:
        if step.operation.action not in LOOKING or not step.seen:
            continue
        known = ended.get((step.sent, ",".join(sorted(step.seen))))
        if known is not None:
            told = f"{step.operation.id} asked again for what had ended"
            yield Sign(good=False, told=told, numbers=(known.number, step.number))
        elif all(step.seen.values()) and not step.is_lost:
            ended[step.sent, ",".join(sorted(step.seen))] = step
            yield Sign(good=True, told="asked no more", numbers=(step.number,))


def _deletes(steps: Sequence[Step]) -> Iterator[Sign]:
    made: dict[str, Step] = {}
    deleted: set[str] = set()
    for step in steps:
        if step.operation.action is Action.CREATE and step.is_deletable and not step.is_refused:
            made |= dict.fromkeys(step.seen, step)
        elif step.operation.action is Action.DELETE and not step.is_refused:
            deleted |= set(step.seen)
    for task, step in made.items():
        told = f"{task} was {'deleted' if task in deleted else 'left behind'}"
        yield Sign(task in deleted, told, (step.number,))


HABITS = (
    Habit("signs-right", "signs its requests as the provider does", _signs_right),
    Habit("signs-anew", "signs each attempt anew", _signs_anew),
    Habit("keeps-limits", "calls no more often than is documented", _keeps_limits),
    Habit("waits-as-told", "waits as long as Retry-After asks", _waits_as_told),
    Habit("tries-again", "tries again what failed for a while only", _tries_again),
    Habit("backs-off", "waits longer after each failure", _backs_off),
    Habit("gives-up", "does not repeat what can never be accepted", _gives_up),
    Habit("stops-looking", "asks no more for a task that has ended", _stops_looking),
    Habit("deletes", "deletes what it made", _deletes),
)


def _by_operation(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    found: defaultdict[tuple[str, str], list[Step]] = defaultdict(list)
    for step in steps:
        found[step.operation.api, step.operation.id].append(step)
    yield from found.values()


def _pairs(steps: Sequence[Step]) -> Iterator[tuple[Step, Step]]:
    """Each two calls of one operation that follow each other."""
    for one in _by_operation(steps):
        yield from pairwise(one)
