"""What can be asserted of exchanges, oldest first; each answers whether it holds, and what was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mockserver.client.report import BAD, GOOD, NOT_SEEN, ClientReport
from mockserver.verification.exchange import Exchange
from mockserver.verification.pattern import ONCE, Often, Pattern, times

GRACE = 0.05  # seconds by which two clocks may differ

Exchanges = Sequence[Exchange]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an assertion holds."""

    holds: bool
    sentence: str  # what was seen, and what was wanted instead
    numbers: tuple[int, ...] = ()  # of the exchanges that show it
    lasts: bool = False  # whether it would hold as well if there were further exchanges


def was_sent(exchanges: Exchanges, pattern: Pattern, often: Often = ONCE) -> Verdict:
    """That requests like this were sent so often."""
    found = _numbers(each for each in exchanges if pattern.takes(each))
    sentence = f"{pattern} was sent {times(len(found))}"
    if often.takes(len(found)):
        return Verdict(holds=True, sentence=sentence, numbers=found, lasts=often.most is None)
    return Verdict(holds=False, sentence=f"{sentence}, not {often}", numbers=found)


def came_in_order(exchanges: Exchanges, patterns: Sequence[Pattern]) -> Verdict:
    """That these were sent one after another, whatever came between."""
    rest = iter(exchanges)
    chain, found = " → ".join(map(str, patterns)), list[Exchange]()
    for pattern in patterns:
        met = next((each for each in rest if pattern.takes(each)), None)
        if met is None:
            said = f"{chain} were not called in this order, from {pattern} on"
            return Verdict(holds=False, sentence=said, numbers=_numbers(found))
        found.append(met)
    return Verdict(holds=True, sentence=f"{chain} were called in this order", numbers=_numbers(found), lasts=True)


def nothing_was_refused(exchanges: Exchanges) -> Verdict:
    """That no request was refused."""
    refused = [each for each in exchanges if not each.is_accepted]
    said = "; ".join(f"{each.operation or 'request'} {each.number}: {each.refusal or each.status}" for each in refused)
    return _none(refused, f"{len(refused)} were refused: {said}", "no request was refused")


def nothing_was_missed(exchanges: Exchanges) -> Verdict:
    """That each request reached an operation."""
    missed = [each for each in exchanges if not each.operation or each.meant]
    return _none(missed, f"{_requests(missed)} reached no operation", "each request reached an operation")


def nothing_was_unread(exchanges: Exchanges) -> Verdict:
    """That nothing was sent in vain: no parameter, member or header of the provider's own that nobody reads."""
    vain = [each for each in exchanges if each.unread]
    said = ", ".join(dict.fromkeys(name for each in vain for name in each.unread))
    return _none(vain, f"{_requests(vain)} carried what nobody reads: {said}", "all that was sent is read")


NOTHING: Mapping[str, Callable[[Exchanges], Verdict]] = {
    "refused": nothing_was_refused,
    "missed": nothing_was_missed,
    "unread": nothing_was_unread,
}


def paused(exchanges: Exchanges, operation: str, seconds: float) -> Verdict:
    """That an operation was called at least twice, and each time at least so long after the last."""
    found = [each for each in exchanges if each.operation == operation]
    if len(found) < 2:  # noqa: PLR2004 - a pause lies between two
        said = f"{operation} was called {times(len(found))}: nothing shows how often it asks"
        return Verdict(holds=False, sentence=said)
    waits = [(later.seconds_since(earlier), earlier, later) for earlier, later in pairwise(found)]
    wait, *both = min(waits, key=lambda each: each[0])
    said = f"{operation} was called again after {wait:.3g} s"
    if wait >= seconds - GRACE:
        return Verdict(holds=True, sentence=f"{said}, and never sooner", numbers=_numbers(both))
    return Verdict(holds=False, sentence=f"{said}, not {seconds:g}", numbers=_numbers(both))


def has_habits(report: ClientReport, names: Sequence[str]) -> Verdict:
    """That these habits are good, each having had an occasion; where none is named, that of those seen none is bad."""
    wanted = [report.habits[name] for name in names] or [*report.habits.values()]
    for habit in wanted:
        if habit.score == BAD:
            said = f"a good client {habit.sentence}; this one does not: {habit.because}"
            return Verdict(holds=False, sentence=said, numbers=habit.exchanges)
        if names and habit.score == NOT_SEEN:
            said = f"nothing shows whether the client {habit.sentence}: there was no occasion"
            return Verdict(holds=False, sentence=said)
    shown = [habit.sentence for habit in wanted if habit.score == GOOD]
    said = f"the client {', '.join(shown)}" if shown else "nothing shows any habit of a client"
    return Verdict(holds=bool(shown), sentence=said)


def _none(found: Exchanges, wrong: str, right: str) -> Verdict:
    return Verdict(holds=not found, sentence=wrong if found else right, numbers=_numbers(found))


def _numbers(found: Iterable[Exchange]) -> tuple[int, ...]:
    return tuple(each.number for each in found)


def _requests(found: Exchanges) -> str:
    return f"request{'s' if len(found) > 1 else ''} {', '.join(str(each.number) for each in found)}"
