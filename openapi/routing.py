"""Which operation does a request address, and whose is it when it addresses none?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl

from openapi.document import SpecError
from openapi.members import KEPT
from openapi.messages import Request
from openapi.model import Addressing, Operation, Spec, Transfer
from openapi.reasons import Reason
from openapi.signatures import schemes
from openapi.values import value

FORM = "application/x-www-form-urlencoded"
LONGEST = 1024  # characters of what is remembered of a request
VERSION = re.compile(r"v[0-9]{1,3}")  # as the first segment of a path
SLASH = re.compile(r"[/\\]|%2f", re.IGNORECASE)  # what clients that err take for one
MEANT = re.compile(r"[^\x00-\x1f;%\udc80-\udcff]*")  # how much of a segment they may have meant


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a request addresses no operation, or not as documented; `details` fill the placeholders of a message."""

    reason: Reason
    message: str
    details: Mapping[str, str]


@value
class Route:
    """Where a request goes: an operation with its path arguments, or the API that has to refuse it."""

    spec: Spec
    operation: Operation | None
    path_arguments: Mapping[str, str]
    miss: Miss | None = None
    link: Operation | None = None  # whose path it is, called in another way: its signature is looked at all the same


@dataclass(slots=True)
class _Node:
    """One segment of the paths that start alike."""

    literal: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    owners: list[Spec] = field(default_factory=list)  # of the paths through here, each once
    targets: dict[str, list[tuple[Spec, Operation]]] = field(default_factory=dict)  # by method


class Router:
    """All operations of all specs, compiled into a tree of path segments."""

    def __init__(self, specs: Iterable[Spec]) -> None:
        self._specs = list(specs)
        self._hosts = [(host_pattern(spec.hosts), spec) for spec in self._specs if spec.hosts]
        self.known_hosts: dict[str, list[Spec]] = {}
        rules = [spec.addressing for spec in self._specs if spec.addressing]
        self._naming = tuple({name for each in rules for name in (each.action_header, each.version_header)})
        self.known: dict[tuple[str | None, ...], Route] = {}
        self._root = _Node()
        for spec in self._specs:
            for operation in spec.operations.values():
                self._add(spec, operation)

    def route(self, request: Request) -> Route:
        """Where `request` goes."""
        headers = request.headers
        asked = (headers.get("host", ""), request.method, request.path, *map(headers.get, self._naming))
        known = self.known.get(asked)
        if known is None:
            known = self._find(request)
            self._remember(asked, known)
        return known

    def _remember(self, asked: tuple[str | None, ...], route: Route) -> None:
        """Remember where a request goes, if that is an operation, and nothing else of the request had a say in it."""
        said = [each for each in asked if each is not None]
        is_decided = route.spec.addressing is None or len(said) == len(asked)
        if route.operation is None or route.miss or not is_decided or sum(map(len, said)) > LONGEST:
            return
        if len(self.known) >= KEPT:
            self.known.clear()
        self.known[asked] = route

    def _find(self, request: Request) -> Route:
        allowed = self._by_host(request.headers.get("host", ""))
        found = _found(self._root, request.segments())
        for node, values in found:
            targets = [t for t in node.targets.get(request.method, ()) if not allowed or t[0] in allowed]
            if targets:
                return _select(targets, values, request)
        other = self._of_another_version(request, allowed)
        if other and not found:
            return other
        owner = self._owner(request, allowed)
        owned = {m: o for node, _ in found for m, targets in node.targets.items() for s, o in targets if s is owner}
        return _nowhere(owner, request, owned)

    def _of_another_version(self, request: Request, allowed: list[Spec]) -> Route | None:
        """The refusal of a path that is only known with another version in its first segment."""
        version, *rest = request.segments() or [""]
        if not VERSION.fullmatch(version):
            return None
        for literal in filter(VERSION.fullmatch, self._root.literal):
            for node, _ in _found(self._root.literal[literal], rest):
                for spec, _ in node.targets.get(request.method, ()):
                    if not allowed or spec in allowed:
                        message = f"there is no version {version} of this; {literal} is one"
                        miss = Miss(Reason.UNKNOWN_VERSION, message, {"parameter": version, "value": version})
                        return Route(spec, None, {}, miss)
        return None

    def _by_host(self, host: str) -> list[Spec]:
        """The specs whose own host this is; none for an address of the mock itself."""
        known = self.known_hosts.get(host)
        if known is None:
            known = [spec for pattern, spec in self._hosts if pattern.fullmatch(host)]
            if len(self.known_hosts) >= KEPT:
                self.known_hosts.clear()
            if len(host) <= LONGEST:
                self.known_hosts[host] = known
        return known

    def _owner(self, request: Request, allowed: list[Spec]) -> Spec:
        """Whose words to refuse in: by host, then action header, then path, then the scheme it is signed with."""
        candidates = allowed or self._specs
        for spec in candidates:
            if spec.addressing and _action(request, spec.addressing):
                return spec
        parts = (MEANT.match(part) for part in SLASH.split(request.path))
        meant = [part[0] for part in parts if part and part[0] not in ("", ".", "..")]
        near = [spec for spec in _nearest(self._root, meant or [""]) if spec in candidates]
        if len(near) == 1:
            return near[0]
        for spec in near or candidates:
            names = (*spec.authentication.schemes, *([spec.link.scheme] if spec.link else ()))
            if any(schemes()[name].is_used(request) for name in names):
                return spec
        return (near or candidates)[0]

    def _add(self, spec: Spec, operation: Operation) -> None:
        node = self._root
        for segment in operation.path.split("/")[1:]:
            if segment.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literal.setdefault(segment, _Node())
                if spec not in node.owners:
                    node.owners.append(spec)
        for method in methods_of(spec, operation):
            targets = node.targets.setdefault(method, [])
            for other_spec, other in targets:
                _refuse_clash(spec, operation, other_spec, other)
            targets.append((spec, operation))


def methods_of(spec: Spec, operation: Operation) -> tuple[str, ...]:
    """The methods that an operation is called with."""
    if spec.addressing and operation.action_name:
        return spec.addressing.methods
    return (operation.method, "HEAD") if Transfer.HEAD in operation.transfer else (operation.method,)


def _found(start: _Node, segments: list[str]) -> list[tuple[_Node, tuple[str, ...]]]:
    """Every node that the segments lead to, literal ones first, with the values of the parameters on the way."""
    reached: list[tuple[_Node, tuple[str, ...]]] = [(start, ())]
    for segment in segments:
        following = []
        for node, values in reached:
            literal = node.literal.get(segment)
            if literal is not None:
                following.append((literal, values))
            if node.parameter is not None and segment:
                following.append((node.parameter, (*values, segment)))
        reached = following
    return reached


def _nearest(node: _Node, segments: list[str]) -> list[Spec]:
    """The specs that have a path starting like this one, as far as any does."""
    owners: list[Spec] = []
    for segment in segments:
        following = node.literal.get(segment) or node.parameter
        if following is None:
            break
        node = following
        owners = node.owners or owners
    return owners


def _select(targets: list[tuple[Spec, Operation]], values: tuple[str, ...], request: Request) -> Route:
    """The operation among those of one path and method: the only one, or the one whose action the request names."""
    spec, operation = targets[0]
    if spec.addressing is None or not operation.action_name:
        return Route(spec, operation, _named(operation, values))
    return _by_action(spec, spec.addressing, targets, request)


def _by_action(spec: Spec, addressing: Addressing, targets: list[tuple[Spec, Operation]], request: Request) -> Route:
    action = _action(request, addressing)
    if not action:
        miss = Miss(Reason.MISSING_ACTION, "no action is named", {"parameter": addressing.action_parameter})
        return Route(spec, None, {}, miss)
    version = _common(request, addressing.version_header, addressing.version_parameter)
    for each, operation in targets:
        if operation.action_name == action:
            return Route(each, operation, {}, _version_miss(addressing, version))
    miss = Miss(Reason.UNKNOWN_ACTION, f"there is no action {action}", {"parameter": action, "value": action})
    return Route(spec, None, {}, miss)


def _version_miss(addressing: Addressing, version: str) -> Miss | None:
    if version == addressing.version:
        return None
    if not version:
        return Miss(Reason.MISSING_VERSION, "no version is named", {"parameter": addressing.version_parameter})
    return Miss(Reason.UNKNOWN_VERSION, f"there is no version {version}", {"parameter": version, "value": version})


def _action(request: Request, addressing: Addressing) -> str:
    return _common(request, addressing.action_header, addressing.action_parameter)


def _common(request: Request, header: str, parameter: str) -> str:
    """A common parameter, from its header, or from the query, or from a form."""
    value = request.headers.get(header)
    if value is None:
        value = next((value for name, value in fields(request) if name == parameter), "")
    return value


def fields(request: Request) -> list[tuple[str, str]]:
    """The parameters of the query and, for a form, of the body."""
    pairs = request.pairs()
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
        body = request.body.decode("utf-8", "surrogateescape")
        pairs += parse_qsl(body, keep_blank_values=True, errors="surrogateescape")
    return pairs


def _named(operation: Operation, values: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(_names(operation), values, strict=True))


@lru_cache(KEPT)
def _names(operation: Operation) -> tuple[str, ...]:
    """The parameters of its path, in their order."""
    return tuple(segment[1:-1] for segment in operation.path.split("/")[1:] if segment.startswith("{"))


def _nowhere(owner: Spec, request: Request, owned: Mapping[str, Operation]) -> Route:
    """The refusal of `owner`, who has these operations at the path, by their methods."""
    if owned:
        message = f"{request.method} is not taken here; {', '.join(sorted(owned))} is"
        linked = (each for each in owned.values() if owner.link and each.id == owner.link.operation)
        miss = Miss(Reason.UNKNOWN_METHOD, message, {"parameter": request.method})
        return Route(owner, None, {}, miss, next(linked, None))
    message = f"there is nothing at {request.method} {request.path[:200]}"
    return Route(owner, None, {}, Miss(Reason.UNKNOWN_PATH, message, {"parameter": request.path[:200]}))


def host_pattern(hosts: Iterable[str]) -> re.Pattern[str]:
    """What is one of these hosts, `*` in them for a label, with or without a port."""
    either = "|".join(re.escape(host).replace(r"\*", r"[\w-]+") + r"(?::\d+)?" for host in hosts)
    return re.compile(either, re.IGNORECASE)


def _refuse_clash(spec: Spec, operation: Operation, other_spec: Spec, other: Operation) -> None:
    told_apart = operation.action_name and other.action_name and operation.action_name != other.action_name
    if told_apart and _same_addressing(spec, other_spec):
        return
    way = "give one of them another path" if spec is other_spec else "serve them on two"
    message = (
        f"{spec.name} {operation.id} and {other_spec.name} {other.id} are both {operation.method} {operation.path}: "
        f"one port cannot tell them apart; {way}"
    )
    raise SpecError(message)


def _same_addressing(spec: Spec, other: Spec) -> bool:
    return (
        spec.addressing is not None
        and other.addressing is not None
        and (spec.addressing.action_header == other.addressing.action_header)
    )
