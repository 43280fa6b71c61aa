"""The control plane as a function: what is asked of which path, and what holds afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from mockserver.control import bodies
from mockserver.control.bodies import Unusable
from mockserver.control.routes import PREFIX, ROUTES, find
from mockserver.control.view import Answer, Asked, Controls
from mockserver.control.views import Views
from mockserver.store import StoreError

READING = frozenset({"GET"})  # methods whose body is not looked at


@dataclass(frozen=True, slots=True)
class Plane:
    """Strict: what it does not understand it refuses with the valid names, and changes nothing."""

    controls: Controls

    def answer(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: bytes | Iterable[bytes] = b""
    ) -> Answer:
        """The answer to a request; `path` without its prefix: `/clock`. A body may come piece by piece."""
        found = find(path)
        if found is None:
            return refusal(f"there is nothing at {PREFIX}{path}", HTTPStatus.NOT_FOUND, map(PREFIX.__add__, ROUTES))
        methods, named = found
        if method not in methods:
            message = f"{PREFIX}{path} takes no {method}"
            return refusal(message, HTTPStatus.METHOD_NOT_ALLOWED, sorted(methods))
        route = methods[method]
        try:
            checked = bodies.check(dict(query or {}), route.query)
            pieces = [body] if isinstance(body, bytes) else body
            given = {} if method in READING or route.streams else bodies.read(b"".join(pieces), route.body)
            asked = Asked(checked, given, named, pieces)
            if not route.fixed:
                self.controls.engine.look()
            said: Answer = getattr(Views(self.controls, asked), route.view)()
            if method not in READING and not route.looks and said.status < HTTPStatus.BAD_REQUEST:
                self._tell(path.split("/")[1])
        except Unusable as error:
            return refusal(str(error), HTTPStatus.BAD_REQUEST, error.valid)
        except StoreError as error:
            trouble = self.controls.engine.doubt(error)
            return refusal(f"the store cannot be used: {trouble}", HTTPStatus.SERVICE_UNAVAILABLE)
        return said

    def _tell(self, what: str) -> None:
        """Have it known that something was changed. Where it cannot be told, it was changed all the same."""
        try:
            self.controls.feed.change(what)
        except StoreError as error:
            self.controls.engine.doubt(error)


def refusal(message: str, status: int, valid: Iterable[object] = ()) -> Answer:
    """Why a request is not answered, and what would have been right, where that can be listed."""
    return Answer({"error": {"message": message, "valid": [*valid]}}, status)
