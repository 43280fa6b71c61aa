"""The control plane under `/_mock/`: looks into the mock and moves it. Strict JSON in, JSON out, errors included."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound

from mockserver.control.access import HEADERS, Access
from mockserver.control.bodies import Unusable
from mockserver.control.views import PREFIX, ROUTES, Controls, Views, answer

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Access", "Controls", "register"]

LARGEST = 1 << 20  # bytes of a body


def register(app: Flask, controls: Controls, access: Access) -> None:
    """Give `app` the control plane of the mock behind `controls`."""
    views = Views(controls)
    blueprint = Blueprint("control", __name__, url_prefix=PREFIX)
    for path, methods in ROUTES.items():
        for method, name in methods.items():
            blueprint.add_url_rule(
                path, f"{method} {path}", getattr(views, name), methods=[method], provide_automatic_options=False
            )

    def refuse_strangers() -> Response | None:
        headers = {name: request.headers.get(name, "") for name in HEADERS}
        objection = access.objection(headers, request.scheme)
        return _error(objection, 403) if objection else None

    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.before_request(refuse_strangers)
    app.register_blueprint(blueprint)
    app.register_error_handler(Unusable, lambda error: _error(str(error), 400, error.valid))
    app.register_error_handler(HTTPException, _refuse)
    app.register_error_handler(Exception, _confess)


def _refuse(error: HTTPException) -> Response:
    valid: Sequence[str] = ()
    if isinstance(error, NotFound):
        error.description = f"there is nothing at {request.path}"
        valid = [PREFIX + path.replace("<path:task_id>", "{id}") for path in ROUTES]
    elif isinstance(error, MethodNotAllowed):
        valid = sorted({*(error.valid_methods or ())} - {"HEAD", "OPTIONS"})
    return _error(error.description or error.name, error.code or InternalServerError.code, valid)


def _confess(error: Exception) -> Response:
    traceback.print_exception(error, file=sys.stderr)
    return _error("the mock failed to answer; the traceback is in its standard error output", 500)


def _error(message: str, status: int, valid: Sequence[object] = ()) -> Response:
    return answer({"error": {"message": message, "valid": [*valid]}}, status)
