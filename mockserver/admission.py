"""May this call go ahead? Rate limits, resources, rules between parameters, and room for one more task."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from itertools import count
from math import inf

from mockserver.facts import Call
from mockserver.parsing import Mark
from mockserver.refusal import Refusal
from mockserver.resources import ACCOUNT, Resources
from mockserver.store import Holdings
from mockserver.task import Task, phase
from openapi.model import UNFINISHED, Json, Operation, Quota, RateLimit, Rule
from openapi.reasons import Reason

NamedLimits = tuple[tuple[str, RateLimit], ...]


def named_limits(operation: Operation) -> NamedLimits:
    """The rate limits of an operation, each with the name by which its calls are counted.

    What the whole API allows comes first, as with a gateway that stands before the service: it also counts the calls
    that the operation's own limit refuses.
    """
    return tuple((f"{operation.id}{limit.pointer}", limit) for limit in reversed(operation.rate_limits))


def spend(limits: NamedLimits, holdings: Holdings, now: float) -> None:
    """Count this call against every rate limit of its operation, or refuse it."""
    for name, limit in limits:
        wait = holdings.spend(name, limit.requests, limit.seconds, now)
        if wait:
            message = f"at most {limit.requests} in {limit.seconds} s; one more may come in {wait:.1f} s"
            raise Refusal(limit.reason, message, **over_limit(limit))


def over_limit(limit: RateLimit) -> dict[str, int]:
    """What a refusal of the call that is one too many can say."""
    return {"limit": limit.requests, "count": limit.requests + 1, "seconds": limit.seconds}


def find_resources(call: Call, references: Iterable[Mark], resources: Resources) -> None:
    """Refuse a request whose account, or anything it refers to, is missing or in a condition the provider refuses."""
    api, known = call.spec.name, resources.condition
    if call.account and ACCOUNT in call.spec.resources:
        key_id = call.account.key.key_id
        if found := known(api, ACCOUNT, key_id):
            _refuse_condition(call, ACCOUNT, key_id, found)
    for reference in references:
        value = reference.read(call.arguments)
        if value is not None and (found := known(api, reference.value, str(value))):
            _refuse_condition(call, reference.value, str(value), found)


def _refuse_condition(call: Call, kind: str, resource_id: str, found: str) -> None:
    """Refuse what is in a condition, if the provider has words for that."""
    condition = call.spec.resources[kind].conditions.get(found)
    if condition and any(code.answers(call.operation.id, condition.reason) for code in call.spec.error_codes):
        raise Refusal(condition.reason, f"{kind} {resource_id}: {found}", id=resource_id)


def require_own_project(call: Call, tenants: Iterable[Mark]) -> None:
    """Refuse a request that names the project of somebody else."""
    for tenant in tenants:
        if call.account and tenant.read(call.arguments) != call.account.project:
            message = f"{tenant.name} is not the project of the caller"
            raise Refusal(Reason.FOREIGN_PROJECT, message, parameter=tenant.name)


def keep_rules(operation: Operation, arguments: Mapping[str, Json], now: float) -> None:
    """Refuse arguments that do not go together."""
    for rule in operation.rules:
        if _BROKEN[rule.kind](rule, arguments, now):
            raise Refusal(rule.reason, _TOLD[rule.kind](rule), parameter=rule.parameters[-1], seconds=rule.seconds)


def _given(rule: Rule, arguments: Mapping[str, Json]) -> list[str]:
    return [name for name in rule.parameters if arguments.get(name) is not None]


def _are_apart(rule: Rule, arguments: Mapping[str, Json], _now: float) -> bool:
    return 0 < len(_given(rule, arguments)) < len(rule.parameters)


def _lack_another(rule: Rule, arguments: Mapping[str, Json], _now: float) -> bool:
    return arguments.get(rule.parameters[0]) is not None and len(_given(rule, arguments)) < len(rule.parameters)


def _are_disordered(rule: Rule, arguments: Mapping[str, Json], _now: float) -> bool:
    before = -inf
    for name in rule.parameters:
        value = arguments.get(name)
        if value is not None:
            moment = _moment(name, value)
            if moment < before:
                return True
            before = moment
    return False


def _are_old(rule: Rule, arguments: Mapping[str, Json], now: float) -> bool:
    return any(_moment(name, arguments[name]) < now - rule.seconds for name in _given(rule, arguments))


_BROKEN: Mapping[str, Callable[[Rule, Mapping[str, Json], float], bool]] = {
    "together": _are_apart,
    "requires": _lack_another,
    "independent": lambda _rule, _arguments, _now: False,
    "ordered": _are_disordered,
    "not-older-than": _are_old,
}
_TOLD: Mapping[str, Callable[[Rule], str]] = {
    "together": lambda rule: f"{' and '.join(rule.parameters)} have to be given together",
    "requires": lambda rule: f"{rule.parameters[0]} cannot be given without {' and '.join(rule.parameters[1:])}",
    "ordered": lambda rule: f"{' and '.join(rule.parameters)} are not in ascending order",
    "not-older-than": lambda rule: f"{' and '.join(rule.parameters)} is more than {rule.seconds} s ago",
}


def _moment(name: str, value: Json) -> float:
    """The number that an argument is; of an ISO 8601 text, the epoch seconds. Refuses any other text."""
    if isinstance(value, (int, float)):
        return value
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        message = f"{name}: {str(value)[:50]} is no moment"
        raise Refusal(Reason.WRONG_FORMAT, message, parameter=name, value=str(value)[:50]) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def in_turn(quotas: Iterable[Quota]) -> tuple[Quota, ...]:
    """Those that refuse before those that evict, so that a refused task costs nobody theirs."""
    return tuple(sorted(quotas, key=lambda quota: quota.when_full != "refuse"))


def choose_leaving(quotas: Iterable[Quota], holdings: Holdings, replaced: Task | None, now: float) -> list[Task]:
    """The tasks that have to leave for one more: the one that it replaces, and the earliest, as the quotas say.

    Nothing has left yet. Refuses one more where a quota does.
    """
    gone = [replaced] if replaced else []
    for quota in quotas:
        staying = _held(quota, holdings, now)
        for task in gone:
            staying -= _counts(quota, task, now)
        if staying < quota.limit:
            continue
        if quota.when_full == "refuse":
            message = f"{staying} {quota.counts} tasks, at most {quota.limit}"
            raise Refusal(quota.reason, message, limit=quota.limit, count=staying)
        gone += _earliest(quota, holdings, gone, staying - quota.limit + 1, now)
    return gone


def _held(quota: Quota, holdings: Holdings, now: float) -> int:
    """How many tasks count; where these are fewer than the quota, it may be any number below that."""
    return holdings.count() if quota.counts == "all" else holdings.count_unfinished(now, quota.limit)


def _counts(quota: Quota, task: Task, now: float) -> bool:
    return quota.counts == "all" or phase(task, now) in UNFINISHED


def _earliest(quota: Quota, holdings: Holdings, gone: Collection[Task], over: int, now: float) -> list[Task]:
    """The earliest tasks besides those that are gone, until so many of them count."""
    found: list[Task] = []
    known = {task.id for task in gone}
    for place in count():
        task = holdings.earliest(place) if over > 0 else None
        if task is None:
            break
        if task.id not in known:
            found.append(task)
            over -= _counts(quota, task, now)
    return found
