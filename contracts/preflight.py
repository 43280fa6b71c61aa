"""Whether a real endpoint is what it is taken for, before anything is judged by it."""

from __future__ import annotations

from contracts.calls.client import Api, Reply
from contracts.target import Unreachable


def find_service(api: Api) -> None:
    """Call each operation without credentials, which changes nothing. Raises Unreachable where no answer is one.

    A server that never answers in JSON, nor in a documented form, is another one: a proxy, a web site, a wrong port.
    """
    replies: list[Reply] = []
    for operation in api.spec.operations.values():
        reply = api.call(operation, scheme="", hurry=True)
        if reply.body is not None or reply.accepted or reply.error_code:
            return
        replies.append(reply)
    if replies:
        raise Unreachable(f"{api.target.base_url} answers nothing as {api.spec.name} would: {_told(replies[0])}")


def _told(reply: Reply) -> str:
    request = reply.exchange.request
    kind = reply.headers.get("content-type", "no content type")
    start = " ".join(reply.raw[:60].decode("utf-8", "replace").split())
    return f"{request.method} {request.path} is answered with {reply.status}, {kind}, {start!r}"
