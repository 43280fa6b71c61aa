"""The control plane over HTTP: who may enter, and JSON in and out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from math import isfinite
from typing import Any

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wsgi import get_input_stream

from mockserver.control.access import HEADERS, HEALTH, Access
from mockserver.control.plane import Plane, refusal
from mockserver.control.routes import PREFIX, streams
from mockserver.control.view import Answer, Content
from mockserver.gateway import MISTAKES
from mockserver.state.encoding import to_bytes

LARGEST = 1 << 20  # bytes of a body that is read as a whole
_PIECE = 1 << 16  # bytes of one that is not
METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE")
RESUME = "Last-Event-ID"
BROKEN = "the mock failed to answer; the traceback is in its standard error output"


def register(app: Flask, plane: Plane, access: Access) -> None:
    """Give `app` the control plane."""
    blueprint = Blueprint("control", __name__, url_prefix=PREFIX)

    def enter(path: str = "") -> Response:
        path = "ui" if path == "ui/" else path
        method = "GET" if request.method == "HEAD" else request.method
        where = path and f"/{path}"
        body = _pieces() if streams(method, where) else request.get_data()
        said = plane.answer(method, where, _query(path), body)
        return _respond(_for_strangers(said) if request.path == HEALTH and not access.knows(_headers()) else said)

    def refuse_strangers() -> Response | None:
        objection = access.objection(_headers(), request.scheme, request.path)
        return _respond(refusal(objection, HTTPStatus.FORBIDDEN)) if objection else None

    for rule in ("", "/", "/<path:path>"):
        blueprint.add_url_rule(rule, view_func=enter, methods=METHODS, provide_automatic_options=False)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.before_request(refuse_strangers)
    app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _refuse)
    app.register_error_handler(Exception, _confess)


def _for_strangers(said: Answer) -> Answer:
    """Of how the mock is, no more than who watches over containers needs."""
    if said.status == HTTPStatus.OK:
        return Answer({"status": said.value["status"]})
    return refusal("the mock cannot be used", said.status)


def _headers() -> dict[str, str]:
    """Those that decide who may enter."""
    return {name: request.headers.get(name, "") for name in HEADERS}


def _query(path: str) -> dict[str, str]:
    """The query; who reads events anew tells in a header how far it has come. Raises BadRequest."""
    resumes = path == "events" and RESUME in request.headers
    try:
        given = request.args.to_dict()
    except UnicodeDecodeError as error:  # of bytes as they are; of those that are written with % it is no matter
        raise BadRequest("the query is not UTF-8") from error
    return given | ({"after": request.headers[RESUME]} if resumes else {})


def _pieces() -> Iterator[bytes]:
    """The body, as it comes; whoever reads it bounds it."""
    stream = get_input_stream(request.environ)
    while piece := stream.read(_PIECE):
        yield piece


def _refuse(error: HTTPException) -> Response:
    return _respond(refusal(error.description or error.name, error.code or HTTPStatus.INTERNAL_SERVER_ERROR))


def _confess(error: Exception) -> Response:
    MISTAKES.error("the mock failed to answer %s %r", request.method, request.path, exc_info=error)
    return _respond(refusal(BROKEN, HTTPStatus.INTERNAL_SERVER_ERROR))


def _respond(said: Answer) -> Response:
    """As it is, or as JSON, where an infinite number becomes null, and half a character a question mark."""
    if isinstance(said.value, Content):
        content = said.value
        return Response(content.pieces, said.status, dict(content.headers), content_type=content.type)
    return Response(to_bytes(_plain(said.value)), said.status, content_type="application/json")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return None if isinstance(value, float) and not isfinite(value) else value
