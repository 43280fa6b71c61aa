"""Which operation was a request meant for that addresses none, and what is missing?"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from mockserver.alignment import LEFT_OUT, align, is_kindred, is_parameter
from mockserver.alignment import distance as likeness
from mockserver.contents import contents_of, is_form
from mockserver.redaction import readable
from mockserver.unread import header_names, names_of
from openapi.members import members
from openapi.messages import Request
from openapi.model import Addressing, Operation, Spec
from openapi.reasons import Reason
from openapi.routing import fields, host_pattern, methods_of

Part = Literal["method", "host", "path", "header", "query", "body"]
Problem = Literal["missing", "different", "unknown"]
MISSES = frozenset(
    {
        Reason.UNKNOWN_PATH,
        Reason.UNKNOWN_METHOD,
        Reason.MISSING_ACTION,
        Reason.UNKNOWN_ACTION,
        Reason.MISSING_VERSION,
        Reason.UNKNOWN_VERSION,
    }
)  # the reasons of what addresses no operation, or not as documented
MOST = 3  # operations that are told
FARTHEST = 2.0  # distance of one that is: a segment of a path that is missing is 1, a word that is almost right less
WEIGHT = 0.5  # of any other difference
BESIDE = 0.25  # what one may be farther than the nearest
LONGEST = 100  # characters of what was sent that are repeated, and segments of a path that are compared
_WORDS: dict[Part, str] = {"path": "path segment", "query": "query parameter", "body": "body member"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a request differs from those that an operation takes."""

    part: Part
    name: str  # of the header, parameter or member; of a path the number of the segment, from 1; empty: it has none
    problem: Problem
    expected: str | None = None  # None: nothing, or anything
    actual: str | None = None
    distance: float = 0.0

    def __str__(self) -> str:
        word = _WORDS.get(self.part, self.part) if self.name else self.part
        named = f" {self.name}" if self.name and self.part != "path" else ""
        match self.problem:
            case "missing":
                return f"the missing {word}{named or f' {self.expected}'}"
            case "unknown":
                return f"the unknown {word}{named or f' {self.actual}'}"
            case "different":
                return f"the {word}{named} {self.actual} instead of {self.expected}"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An operation that a request may have been meant for."""

    api: str
    operation: str
    wrong: tuple[Difference, ...]  # for which it did not reach the operation
    lacking: tuple[Difference, ...]  # for which it would have been refused there

    @property
    def sentence(self) -> str:
        """What it would have taken."""
        then = f"; it would then lack {_listed(_grouped(self.lacking))}" if self.lacking else ""
        return f"this would have matched {self.operation} but for {_listed(map(str, self.wrong))}{then}"

    def as_json(self) -> dict[str, Any]:
        """As the control plane shows it."""
        names = ("part", "name", "problem", "expected", "actual")
        differences = [{name: getattr(each, name) for name in names} for each in (*self.wrong, *self.lacking)]
        return {"api": self.api, "operation": self.operation, "sentence": self.sentence, "differences": differences}


def _listed(said: Iterable[str]) -> str:
    *most, last = said
    return f"{', '.join(most)} and {last}" if most else last


def _grouped(lacking: Iterable[Difference]) -> Iterator[str]:
    """What is lacking, part by part: `the body members A and B`."""
    for part, each in groupby(lacking, key=lambda difference: difference.part):
        names = [difference.name for difference in each]
        yield f"the {_WORDS.get(part, part)}{'s' if len(names) > 1 else ''} {_listed(names)}"


def find_near_misses(request: Request, specs: Iterable[Spec], *, whole: bool = True) -> list[NearMiss]:
    """The operations that come nearest to a request, nearest first, as far as any does.

    Its body is only looked at if it is `whole`.
    """
    ranked = sorted((each for spec in specs for each in _rank(request, spec, whole=whole)), key=lambda each: each[0])
    return [found for rank, found in ranked[:MOST] if rank[0] <= ranked[0][0][0] + BESIDE]


Rank = tuple[float, int, int]  # how far it is from being reached, names that it does not know, and that it lacks


def _rank(request: Request, spec: Spec, *, whole: bool) -> Iterator[tuple[Rank, NearMiss]]:
    for operation in spec.operations.values():
        wrong = _wrong(request, spec, operation)
        distance = sum(each.distance for each in wrong)
        if wrong and distance <= FARTHEST:
            sent, names = contents_of(request, spec, operation), names_of(spec, operation)
            members_sent = sent.body if isinstance(sent.body, dict) else None
            strange = [name for name in sent.query if name not in names.query]
            strange += [name for name in members_sent or () if (name,) not in names.body] if whole else []
            given = {"header": request.headers, "query": sent.query, "body": members_sent if whole else None}
            lacking = tuple(_lacking(operation, given))
            near = NearMiss(spec.name, operation.id, tuple(wrong), lacking)
            yield (round(distance, 3), len(strange), len(lacking)), near


def _wrong(request: Request, spec: Spec, operation: Operation) -> list[Difference]:
    """Why it does not reach an operation; nothing when it has nothing to do with that."""
    actual = tuple(each[: LONGEST + 1] for each in request.segments()[:LONGEST])
    expected = tuple(operation.path.split("/")[1:])
    rules = spec.addressing if operation.action_name else None
    action, version = _named(request, spec, rules, operation) if rules else (None, None)
    names_it = rules is not None and (action is None or (action.distance < WEIGHT and action.problem == "different"))
    is_far = abs(len(expected) - len(actual)) > FARTHEST
    if is_far or not (names_it or is_kindred(expected, actual)):
        return []
    found = [*_host(request, spec), *_method(request, spec, operation), *_path(expected, actual)]
    return [*found, *(each for each in (action, version) if each is not None)]


def _host(request: Request, spec: Spec) -> Iterator[Difference]:
    host = request.headers.get("host", "")
    if _is_elsewhere(host, spec.hosts):
        yield _different("host", "", spec.hosts[0], host)


def _is_elsewhere(host: str, hosts: tuple[str, ...]) -> bool:
    """Whether it is a name of the same provider, but no host of this API."""
    own = bool(hosts) and host_pattern(hosts).fullmatch(host) is not None
    domains = {each.rpartition("*")[2].split(".", 1)[-1] for each in hosts}
    return not own and any(host.partition(":")[0].endswith(f".{domain}") for domain in domains)


def _method(request: Request, spec: Spec, operation: Operation) -> Iterator[Difference]:
    methods = methods_of(spec, operation)
    if request.method not in methods:
        yield _different("method", "", " or ".join(methods), request.method)


def _path(expected: tuple[str, ...], actual: tuple[str, ...]) -> Iterator[Difference]:
    """The segments that have to change, be added or go, as few as will do."""
    if expected == ("",) != actual:
        yield Difference("path", "", "different", "/", _short(f"/{'/'.join(actual)}"), 1.0)
        return
    for number, (wanted, found) in enumerate(align(expected, actual), 1):
        if wanted is None:
            yield Difference("path", str(number), "unknown", actual=f"/{_short(found or '')}", distance=LEFT_OUT)
        elif found is None or (is_parameter(wanted) and not found):
            yield Difference("path", str(number), "missing", wanted, distance=LEFT_OUT)
        elif wanted != found and not is_parameter(wanted):
            yield Difference("path", str(number), "different", wanted, _short(found), likeness(wanted, found))


def _named(
    request: Request, spec: Spec, rules: Addressing, operation: Operation
) -> tuple[Difference | None, Difference | None]:
    """What is wrong with the action, and with the version."""
    action, version = header_names(spec, rules)
    sent = dict(fields(request))
    if rules.action_parameter not in sent:
        return (
            _value("header", action, operation.action_name, request.headers.get(rules.action_header)),
            _value("header", version, rules.version, request.headers.get(rules.version_header)),
        )
    part: Part = "body" if request.method != "GET" and is_form(request) else "query"
    return (
        _value(part, rules.action_parameter, operation.action_name, sent[rules.action_parameter]),
        _value(part, rules.version_parameter, rules.version, sent.get(rules.version_parameter)),
    )


def _value(part: Part, name: str, expected: str, actual: str | None) -> Difference | None:
    if actual == expected:
        return None
    return (
        _different(part, name, expected, actual)
        if actual
        else Difference(part, name, "missing", expected, None, WEIGHT)
    )


def _lacking(operation: Operation, given: Mapping[str, Container[str] | None]) -> Iterator[Difference]:
    """What it asks for, and was not sent, where that was read."""
    for each in members(operation):
        sent = given.get(each.where)
        name = each.argument.lower() if each.where == "header" else each.argument
        needed = each.required and len(each.steps) == 1 and (each.where != "body" or operation.body_required)
        if sent is not None and needed and name not in sent:
            yield Difference(each.where, each.argument, "missing")


def _different(part: Part, name: str, expected: str, actual: str) -> Difference:
    distance = min(WEIGHT, likeness(expected, actual[: LONGEST + 1])) if part != "host" else WEIGHT
    return Difference(part, name, "different", expected, _short(actual), distance)


def _short(text: str) -> str:
    whole = readable(text)
    return whole if len(whole) <= LONGEST else f"{whole[:LONGEST]}…"
