"""What did a client send that nobody reads? A name misspelt, a member of another version, a header of another API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Literal

from mockserver.contents import contents_of, is_mislabelled
from openapi.document import get
from openapi.members import ITEM, members, name_of
from openapi.messages import Request
from openapi.model import Addressing, Json, Operation, Spec
from openapi.signatures import schemes

Part = Literal["header", "query", "body"]
MOST = 20  # that are told of one request
ALIKE = 0.8  # how alike two names have to be, of 1, for the one to be meant by the other
LONGEST = 100  # characters of a name that can be meant by another
KEPT = 1024  # operations whose names are remembered, and names that were looked up


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that was sent in vain."""

    part: Part
    name: str  # as it was sent; of a member of the body, with those it stands in: `Query.Form`; empty: the whole body
    near: str  # the name that may have been meant; empty: none is like it


@dataclass(frozen=True, slots=True)
class Names:
    """What an operation reads, by its names on the wire; headers in lower case."""

    headers: Mapping[str, str]  # how it is spelled, by its name in lower case
    prefixes: tuple[str, ...]  # that its own headers begin with
    query: frozenset[str]
    body: frozenset[tuple[str, ...]]  # steps to each member
    closed: frozenset[tuple[str, ...]]  # steps to what names its members; others may hold anything


def find_unread(request: Request, spec: Spec, operation: Operation, *, whole: bool = True) -> list[Unread]:
    """What of a request is read by nobody, its headers first; of its body nothing, unless that is `whole`."""
    names = names_of(spec, operation)
    sent = contents_of(request, spec, operation)
    found = [*_headers(request, names), *_query(sent.query, names)]
    if is_mislabelled(request):
        found.append(Unread("body", "", ""))
    elif whole:
        found += _body(sent.body, names) if operation.body is not None else _needless(request, sent.body)
    return found[:MOST]


@lru_cache(KEPT)
def names_of(spec: Spec, operation: Operation) -> Names:
    """All that an operation reads."""
    parts = members(operation)
    steps = frozenset(each.steps for each in parts if each.where == "body")
    signed = frozenset(name for each in _schemes(spec, operation) for name in schemes()[each].reads)
    headers = {each.argument.lower(): each.argument for each in parts if each.where == "header"}
    rules = spec.addressing
    common = {*rules.common_parameters, rules.action_parameter, rules.version_parameter} if rules else set[str]()
    headers |= _common_headers(spec) | {name: headers.get(name, name) for name in signed}
    return Names(
        headers=headers,
        prefixes=tuple({"-".join(name.split("-")[:2]) + "-" for name in headers if name.startswith("x-")}),
        query=frozenset({*(each.argument for each in parts if each.where == "query"), *common, *signed}),
        body=steps,
        closed=frozenset(each[:-1] for each in steps),
    )


def _schemes(spec: Spec, operation: Operation) -> Iterable[str]:
    return {*operation.schemes, *spec.authentication.schemes, *([spec.link.scheme] if spec.link else [])}


def _common_headers(spec: Spec) -> dict[str, str]:
    """The headers of common parameters: as the action's own, which is a beginning and the parameter's name."""
    rules = spec.addressing
    if rules is None:
        return {}
    spelled = header_names(spec, rules)
    start = spelled[0].removesuffix(rules.action_parameter)
    common = (start + name for name in rules.common_parameters) if start != spelled[0] else ()
    return {name.lower(): name for name in (*spelled, *common)}


def header_names(spec: Spec, rules: Addressing) -> tuple[str, str]:
    """The headers of the action and of the version, as the provider spells them."""
    written = get(spec.document, rules.pointer)
    return written["action"]["header"], written["version"]["header"]


def _headers(request: Request, names: Names) -> Iterator[Unread]:
    for name in request.headers:
        if name not in names.headers:
            near = _near(name, frozenset(names.headers))
            if near or name.startswith(names.prefixes):
                yield Unread("header", name, names.headers.get(near, ""))


def _query(sent: Iterable[str], names: Names) -> Iterator[Unread]:
    for name in dict.fromkeys(sent):
        if name not in names.query and name.lower() not in names.headers:
            yield Unread("query", name, _near(name, names.query))


def _needless(request: Request, body: Json) -> Iterator[Unread]:
    if request.body.strip() and body != {}:
        yield Unread("body", "", "")


def _body(body: Json, names: Names) -> Iterator[Unread]:
    unknown = dict.fromkeys(_unknown(body, (), names))  # an item of an array like the one before it is no news
    for steps in islice(unknown, MOST):
        beside = frozenset(each[-1] for each in names.body if each[:-1] == steps[:-1])
        near = _near(steps[-1], beside)
        yield Unread("body", name_of(steps), name_of((*steps[:-1], near)) if near else "")


def _unknown(value: Json, steps: tuple[str, ...], names: Names) -> Iterator[tuple[str, ...]]:
    if isinstance(value, list):
        for each in value:
            yield from _unknown(each, (*steps, ITEM), names)
    elif isinstance(value, dict) and steps in names.closed:
        for name, member in value.items():
            inner = (*steps, name)
            if inner in names.body:
                yield from _unknown(member, inner, names)
            else:
                yield inner


def _near(name: str, known: frozenset[str]) -> str:
    """The known name that is most like it, in whatever case; empty: none is."""
    return _nearest(name, known) if len(name) <= LONGEST else ""


@lru_cache(KEPT)
def _nearest(name: str, known: frozenset[str]) -> str:
    lowered = {each.lower(): each for each in sorted(known)}
    found = get_close_matches(name.lower(), lowered, n=1, cutoff=ALIKE)
    return lowered[found[0]] if found else ""
