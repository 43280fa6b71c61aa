"""What a profile lets a run do at a real endpoint, judged by what a request would do there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from contracts.hosts import is_inside, is_loopback
from contracts.profiles import Allowance
from contracts.target import Errand, Unallowed
from openapi.members import marked
from openapi.messages import Request
from openapi.model import Action, Json, Operation, Spec
from openapi.reasons import Reason
from openapi.routing import Route, Router, fields

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # methods that change nothing, RFC 9110, section 9.2.1
GUESSABLE = 16  # characters of an id below which a made-up one may be that of a task
_KEYS = {"create": Action.CREATE, "delete": Action.DELETE, "download": Action.DOWNLOAD}


@dataclass
class Permission:
    """What may be sent: by the profile, and by whose the tasks are that a request names."""

    allow: Allowance
    base_url: str
    made: set[str] = field(default_factory=set[str])  # ids of the tasks that the run created
    seen: set[str] = field(default_factory=set[str])  # ids of tasks that the server told of
    _routers: dict[int, tuple[Spec, Router]] = field(default_factory=dict[int, tuple[Spec, Router]])

    def require(self, request: Request, errand: Errand, origin: str, *, tidying: bool) -> None:
        """Raise Unallowed, naming the entry of the profile that would allow a request.

        While tasks are removed only the address counts: what was allowed to be created may be removed.
        """
        self._require_address(origin or self.base_url)
        if tidying:
            return
        self._require_operation(errand.operation)
        if errand.hurry and not self.allow.exceed_limits:
            raise unallowed("exceed-limits", "going beyond a documented limit")
        if not origin:
            route = self._router(errand.spec).route(request)
            self._require_route(route, request)

    def creation(self, request: Request, errand: Errand, origin: str) -> Errand | None:
        """What a request is sent for, or would do where it goes, if that is to create a task; None if it is not."""
        if errand.operation.action is Action.CREATE:
            return errand
        found = None if origin else self._router(errand.spec).route(request).operation
        return replace(errand, operation=found) if found is not None and found.action is Action.CREATE else None

    def _require_address(self, origin: str) -> None:
        """No plain text to another machine, and nothing to an address behind the user's own wall."""
        url, own = urlsplit(origin), urlsplit(self.base_url)
        if url.scheme == "http" and not is_loopback(url.hostname or "") and not self.allow.plain_http:
            raise unallowed("plain-http", f"a request without TLS to {url.hostname}")
        if url.hostname != own.hostname and is_inside(url.hostname or "") and not is_inside(own.hostname or ""):
            raise Unallowed(f"the server hands out a link to {url.hostname}, which is no address of a cloud")

    def _require_operation(self, operation: Operation) -> None:
        if self.allow.operations and operation.id not in self.allow.operations:
            raise Unallowed(f"the profile does not allow {operation.id}: allow.operations does not name it")
        for key, action in _KEYS.items():
            if operation.action is action and not getattr(self.allow, key):
                raise unallowed(key, operation.id)

    def _require_route(self, route: Route, request: Request) -> None:
        """What a request would do where it goes is allowed, whatever it is sent for."""
        if route.operation is not None:
            self._require_operation(route.operation)
            self._require_own(route, request)
        elif request.method not in SAFE:
            self._require_known(route, request)

    def _require_known(self, route: Route, request: Request) -> None:
        """A method that may change something, at no documented operation, counts as deleting or creating."""
        if request.method == "POST" and route.miss is not None and route.miss.reason != Reason.UNKNOWN_METHOD:
            return
        key = "delete" if request.method == "DELETE" else "create"
        if not getattr(self.allow, key):
            raise unallowed(key, f"{request.method} where no operation is documented")

    def _require_own(self, route: Route, request: Request) -> None:
        """What deletes has to name a task of this run, or nothing that could be one."""
        assert route.operation is not None
        if route.operation.action is not Action.DELETE:
            return
        for task in _named(route.operation, route, request):
            if task not in self.made and (task in self.seen or len(task) < GUESSABLE or task.isdigit()):
                raise Unallowed(f"{route.operation.id} of {task}: it may be a task that this run has not made")

    def _router(self, spec: Spec) -> Router:
        """What tells the operations of an edition of a spec apart."""
        if id(spec) not in self._routers:
            self._routers[id(spec)] = spec, Router([spec])
        return self._routers[id(spec)][1]


def unallowed(key: str, what: str) -> Unallowed:
    """The error that says what is not done, and which entry of the profile would allow it."""
    return Unallowed(f"the profile does not allow {what}: allow.{key}")


def _named(operation: Operation, route: Route, request: Request) -> Iterator[str]:
    """The tasks that a request names, wherever it does."""
    given: dict[str, Json] = {**dict(fields(request)), **_body(request), **route.path_arguments}
    for name, holders in marked(operation, "x-bind").items():
        for member in holders if name in {"task.id", "task.ids"} else ():
            value = given.get(member.argument)
            yield from (str(each) for each in (value if isinstance(value, list) else [value]) if each is not None)


def _body(request: Request) -> dict[str, Json]:
    try:
        found = json.loads(request.body) if request.body else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
