"""Whether arguments keep the rules between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from openapi.model import Json, Rule

MARGIN = 60.0  # seconds around the edge of a rule about time within which nothing is said


def breaks(rule: Rule, arguments: Mapping[str, Json], now: datetime) -> bool | None:
    """Whether the arguments break the rule; None where that cannot be told."""
    given = [name for name in rule.parameters if arguments.get(name) is not None]
    match rule.kind:
        case "together":
            return 0 < len(given) < len(rule.parameters)
        case "requires":
            return rule.parameters[0] in given and len(given) < len(rule.parameters)
        case "independent":
            return False
        case "ordered":
            return _is_out_of_order([_moment(arguments[name]) for name in given])
        case "not-older-than":
            return _is_too_old([_moment(arguments[name]) for name in given], now - timedelta(seconds=rule.seconds))


def broken_rule(rules: Iterable[Rule], arguments: Mapping[str, Json], now: datetime) -> Rule | None:
    """The first rule that the arguments break for certain."""
    return next((rule for rule in rules if breaks(rule, arguments, now) is True), None)


def may_break(rules: Iterable[Rule], arguments: Mapping[str, Json], now: datetime) -> bool:
    """Whether of one of the rules it cannot be told whether the arguments break it."""
    return any(breaks(rule, arguments, now) is None for rule in rules)


def _is_out_of_order(moments: list[float | None]) -> bool | None:
    known = [each for each in moments if each is not None]
    return None if len(known) < len(moments) else known != sorted(known)


def _is_too_old(moments: list[float | None], oldest: datetime) -> bool | None:
    """Numbers are no moments here: whether they count seconds or less is not said."""
    edge = oldest.timestamp()
    if any(each is None or abs(each - edge) < MARGIN for each in moments):
        return None
    return any(each is not None and each < edge for each in moments)


def _moment(value: Json) -> float | None:
    """A number, as it is; an ISO 8601 text, in seconds since 1970; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        moment = datetime.fromisoformat(str(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
