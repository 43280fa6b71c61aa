"""Whether a real endpoint is what it is taken for, before anything is judged by it."""

from __future__ import annotations

import json

from contracts.calls.client import Api, Reply
from contracts.target import Unreachable


def find_service(api: Api) -> None:
    """Call each operation without credentials, which changes nothing. Raises Unreachable where no answer is one.

    A server that never answers in JSON, nor refuses in a documented form, is another one: a proxy, a web site, a
    wrong port.
    """
    replies: list[Reply] = []
    for operation in api.spec.operations.values():
        replies.append(api.call(operation, scheme="", hurry=True))
        if replies[-1].error_code or _is_json(replies[-1].raw):
            return
    if replies:
        raise Unreachable(f"{api.target.base_url} answers nothing as {api.spec.name} would: {_told(replies[0])}")


def _is_json(raw: bytes) -> bool:
    try:
        return isinstance(json.loads(raw), dict)
    except (ValueError, RecursionError):
        return False


def _told(reply: Reply) -> str:
    request = reply.exchange.request
    kind = reply.headers.get("content-type", "no content type")
    start = " ".join(reply.raw[:60].decode("utf-8", "replace").split())
    return f"{request.method} {request.path} is answered with {reply.status}, {kind}, {start!r}"
