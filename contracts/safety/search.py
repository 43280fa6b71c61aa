"""Looking for tasks whose creation was never answered: among those that an API lists, and in doubt none of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum

from contracts.calls.client import Api, Reply
from contracts.check import NotObserved
from contracts.safety.journal import Entry
from contracts.safety.likeness import Fields, Likeness, Lister
from contracts.situations.lists import PAGES, ask, largest_page, list_operation, scope_like

TOLERANCE = timedelta(seconds=2)  # moments are told in whole seconds, and clocks agree as far as that
LATEST = timedelta(seconds=120)  # after which a creation that was sent has been carried out, if it ever is


class Place(Enum):
    """Where a moment lies, seen from the time between the sending of a creation and its answer."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    UNTOLD = "untold"  # or told in several ways that contradict each other


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task that may be what was asked for."""

    task: str
    created: str  # as the server tells it, ISO 8601; empty where it does not


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a search for creations that asked for the same."""

    tasks: tuple[str, ...] = ()  # theirs for sure, the earliest first; what is missing of them, there is not
    candidates: tuple[Candidate, ...] = ()  # each might be somebody else's
    doubt: str = ""  # why nothing can be said, or who else they might be of


def groups(entries: Sequence[Entry]) -> list[list[Entry]]:
    """The creations by what they asked for: same operation, account and conditions."""
    found: dict[str, list[Entry]] = {}
    for each in entries:
        key = repr((each.creation.api, each.creation.operation, each.creation.account, each.creation.conditions))
        found.setdefault(key, []).append(each)
    return list(found.values())


def search(api: Api, alike: Sequence[Entry], known: Collection[str]) -> Finding:
    """The tasks of creations that asked for the same and were not answered; `known` ones have another origin.

    A task is theirs for sure when the list repeats all of their conditions and says that it was created while they
    were on their way, there are not more such tasks than creations, and nobody has asked for the same at any other
    time. Raises NotObserved, Unavailable, Unreachable.
    """
    listing = list_operation(api)
    if listing is None:
        raise NotObserved("the API lists no tasks, so nobody can look for it")
    creation = alike[0].creation
    lister = Lister(listing, api.operation(creation.operation))
    page = ask(api, listing, scope_like(api, listing, creation.conditions))
    shift = _shift(api, page.reply)
    listed = [(str(values.get("task.id")), fields) for fields, values in page.everything()]
    likely = [_sight(lister, task, fields, alike, shift) for task, fields in listed if task not in known]
    likely = [each for each in likely if each.likeness is not Likeness.OTHER]
    inside = sorted((each for each in likely if each.place is not Place.OUTSIDE), key=lambda each: each.created)
    if largest_page(listing) and len(listed) >= PAGES * largest_page(listing):
        doubt = "there are more tasks than are read, so it may be among the others"
    else:
        doubt = _doubt(len(alike), inside, len(likely))
    if doubt:
        return Finding((), tuple(Candidate(each.task, each.created) for each in inside), doubt)
    return Finding(tuple(each.task for each in inside))


@dataclass(frozen=True, slots=True)
class _Sight:
    """A listed task, seen from a creation."""

    task: str
    likeness: Likeness
    place: Place
    created: str  # ISO 8601, in UTC; empty where it is not told


def _sight(lister: Lister, task: str, fields: Fields, alike: Sequence[Entry], shift: timedelta) -> _Sight:
    moments = lister.moments(fields)
    created = moments[0].isoformat() if moments else ""
    return _Sight(task, lister.likeness(alike[0].creation.conditions, fields), _place(moments, alike, shift), created)


def _doubt(creations: int, inside: Sequence[_Sight], likely: int) -> str:
    """Why nothing is removed; empty where it is certain whose the tasks are, or that there is none."""
    if not inside:
        return ""
    if any(each.likeness is not Likeness.SAME or each.place is not Place.INSIDE for each in inside):
        return "what is told of them, or when, does not show whose they are"
    if likely > len(inside):
        return "somebody asks for the same at other times, too"
    return f"{len(inside)} tasks fit, and {creations} had no answer" if len(inside) > creations else ""


def _place(moments: Sequence[datetime], alike: Sequence[Entry], shift: timedelta) -> Place:
    places = {any(_is_within(moment, each, shift) for each in alike) for moment in moments}
    if len(places) != 1:
        return Place.UNTOLD
    return Place.INSIDE if places.pop() else Place.OUTSIDE


def _is_within(moment: datetime, entry: Entry, shift: timedelta) -> bool:
    sent = entry.creation.sent
    return sent + shift - TOLERANCE <= moment <= (entry.answered or sent + LATEST) + shift + TOLERANCE


def _shift(api: Api, reply: Reply) -> timedelta:
    """How far the clock of the server is ahead of the one that creations were taken down by."""
    try:
        told = parsedate_to_datetime(reply.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return timedelta()
    ahead = told - api.target.now()
    return ahead if abs(ahead) > TOLERANCE else timedelta()
