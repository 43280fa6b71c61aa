"""The control plane as a function: what is asked of which path, and what holds afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from mockserver.control.bodies import Unusable
from mockserver.control.views import PREFIX, ROUTES, Answer, Asked, Controls, Views

ID = "{id}"  # what a path of `ROUTES` may end with: anything but nothing, slashes included


@dataclass(frozen=True, slots=True)
class Plane:
    """Strict: what it does not understand it refuses with the valid names, and changes nothing."""

    controls: Controls

    def answer(self, method: str, path: str, query: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """The answer to a request; `path` without its prefix: `/clock`."""
        found = _find(path)
        if found is None:
            return refusal(f"there is nothing at {PREFIX}{path}", HTTPStatus.NOT_FOUND, map(PREFIX.__add__, ROUTES))
        methods, named = found
        if method not in methods:
            message = f"{PREFIX}{path} takes no {method}"
            return refusal(message, HTTPStatus.METHOD_NOT_ALLOWED, sorted(methods))
        views = Views(self.controls, Asked(query or {}, body, named))
        try:
            said: Answer = getattr(views, methods[method])()
        except Unusable as error:
            return refusal(str(error), HTTPStatus.BAD_REQUEST, error.valid)
        return said


def refusal(message: str, status: int, valid: Iterable[object] = ()) -> Answer:
    """Why a request is not answered, and what would have been right, where that can be listed."""
    return Answer({"error": {"message": message, "valid": [*valid]}}, status)


def _find(path: str) -> tuple[Mapping[str, str], str] | None:
    """The views at a path, by method, and the id that it ends with; None where there are none."""
    if path in ROUTES and not path.endswith(ID):
        return ROUTES[path], ""
    for pattern, methods in ROUTES.items():
        start = pattern.removesuffix(ID)
        if start != pattern and path.startswith(start) and path != start:
            return methods, path.removeprefix(start)
    return None
