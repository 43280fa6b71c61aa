"""The moments that answers state: how they are written, in which zone, and that nothing ends before it begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.moments import Stated, read_moment, stated_moments
from contracts.situations.lists import item_schema
from contracts.situations.successes import succeed
from contracts.situations.tasks import create, wait_for
from contracts.situations.telling import Told, creators_for, told_of
from openapi.clauses import Clause, ClauseKind
from openapi.model import Action, Phase

CLOSE = 1  # seconds by which a moment may be off: many are written in whole ones
LATE = 120  # … by another clock
ORDER = ("task.created", "task.started", "task.ended", "task.expires")  # of the moments in the life of a task
AT_BIRTH = frozenset({"task.created", "token.issued"})
LATER = frozenset({"task.started", "task.ended", "task.updated"})
UNMOVED = frozenset({"task.created", "task.started", "task.ended"})  # by anything that comes after
FUTURE = frozenset({"task.expires", "token.expires"})


def _is_zone(clause: Clause) -> bool:
    return clause.keyword == "zone"


def _has_zone(clause: Clause) -> bool:
    return "x-zone" in clause.detail.schema


@dataclass(frozen=True, slots=True)
class Witness:
    """An answer that states a moment, and what is known of it besides."""

    told: Told
    stated: Stated
    before: datetime  # when the task, or whatever else it is about, was asked for
    created: datetime  # … and when it was there
    asked: datetime  # when the answer came


@check(ClauseKind.TIME, when=lambda clause: not _is_zone(clause))
def writes_a_moment_in_the_documented_form(api: Api, clause: Clause) -> None:
    """The moment is written as documented, in every answer that has one, and stays what it is."""
    seen: list[datetime] = []
    for found in _witnesses(api, clause):
        if found.stated.at is None:
            raise Broken(f"{clause.subject} in the documented form, {clause.value}", found.told.reply, _told(found))
        if found.stated.bound in UNMOVED and seen and found.stated.at != seen[0]:
            raise Broken(f"{clause.subject} as it was before, {_said(seen[0])}", found.told.reply, _told(found))
        seen.append(found.stated.at)


@check(ClauseKind.TIME, when=lambda clause: _is_zone(clause) or not _has_zone(clause))
def states_the_moment_at_which_it_happened(api: Api, clause: Clause) -> None:
    """In its zone the moment lies where it happened: not before it was asked for, and not in the server's future."""
    for found in _witnesses(api, clause):
        if found.stated.at is None:
            raise NotObserved(f"{clause.subject} is not in the documented form: {found.stated.value!r}")
        _expect_in_place(api, found, found.stated.at, clause)


@check(ClauseKind.TIME, when=lambda clause: not _is_zone(clause) and clause.detail.schema.get("x-bind") in ORDER)
def states_no_moment_before_what_it_follows(api: Api, clause: Clause) -> None:
    """A task is created before it starts, starts before it ends, and ends before it expires."""
    operation = api.operation(clause.operation)
    schema = item_schema(operation) if operation.action is Action.LIST else operation.success.schema or {}
    for found in _witnesses(api, clause):
        for other in stated_moments(schema, found.told.part):
            if other.bound in ORDER:
                _expect_order(found, other)


def _witnesses(api: Api, clause: Clause) -> Iterator[Witness]:
    """Answers that state the moment: of a task when it is new and when it has ended. Raises NotObserved at the end."""
    operation, member, judged = api.operation(clause.operation), clause.detail, 0
    before = api.target.now()
    for told, created in _answers(api, clause):
        value = told.value(member)
        if value in (None, ""):
            continue
        judged += 1
        stated = Stated(member.name, str(member.schema.get("x-bind", "")), value, read_moment(member.schema, value))
        yield Witness(told, stated, before, created, api.target.now())
    if not judged:
        raise NotObserved(f"no answer of {operation.id} states {member.name}")


def _answers(api: Api, clause: Clause) -> Iterator[tuple[Told, datetime]]:
    operation = api.operation(clause.operation)
    if not clause.detail.is_of_task:
        reply = succeed(api, operation)
        yield Told(reply.body, reply), api.target.now()
        return
    reply = create(api, creators_for(api, operation)[0])
    created = api.target.now()
    yield told_of(api, operation, reply), created
    life = api.spec.lifecycle
    if operation.action is Action.CREATE or life is None:
        return
    api.target.wait(life.queued_seconds + life.running_seconds / 2)
    yield told_of(api, operation, reply), created
    wait_for(api, str(reply.values.get("task.id")), Phase.SUCCEEDED)
    yield told_of(api, operation, reply), created


def _expect_in_place(api: Api, found: Witness, at: datetime, clause: Clause) -> None:
    margin = timedelta(seconds=CLOSE if api.target.is_mock else LATE)
    bound = found.stated.bound
    earliest, latest = found.before, found.asked
    if bound in AT_BIRTH:
        latest = found.created
    elif bound == "task.ended":
        earliest = found.created + _busy(api)
    elif bound in FUTURE:
        earliest, latest = found.asked + 2 * margin, datetime.max.replace(tzinfo=UTC) - margin
        period = api.spec.authentication.token_seconds
        if bound == "token.expires" and period:
            latest = found.asked + timedelta(seconds=period)
    elif bound not in LATER:
        return
    if not earliest - margin <= at <= latest + margin:
        span = f"after {_said(earliest)}" if bound in FUTURE else f"from {_said(earliest)} to {_said(latest)}"
        raise Broken(f"{clause.subject} {span}", found.told.reply, _told(found))
    said = _date(found.told.reply)
    if said is not None and bound not in FUTURE and at > said + margin:
        raise Broken(f"{clause.subject} no later than the Date of the answer", found.told.reply, _told(found))


def _busy(api: Api) -> timedelta:
    """How long a task takes at least: on a mock, as long as its timetable says."""
    life = api.spec.lifecycle
    return timedelta(seconds=life.queued_seconds + life.running_seconds if life and api.target.is_mock else 0)


def _date(reply: Reply) -> datetime | None:
    """The server's own time, as the answer's Date says it."""
    try:
        found = parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _expect_order(found: Witness, other: Stated) -> None:
    first, second = sorted((found.stated, other), key=lambda each: ORDER.index(each.bound))
    if first.bound != second.bound and first.at and second.at and first.at > second.at:
        received = f"{first.name}: {first.value!r}, {second.name}: {second.value!r}"
        raise Broken(f"{first.name} no later than {second.name}", found.told.reply, received)


def _said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _told(found: Witness) -> str:
    return f"{found.stated.name}: {found.stated.value!r}"
