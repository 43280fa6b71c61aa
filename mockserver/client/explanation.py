"""Why was a request not what its sender meant? An exchange of the journal in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_WORDS = {"header": "the header", "query": "the query parameter", "body": "the body member"}


def explain(exchange: Mapping[str, Any]) -> list[str]:
    """What is wrong with an exchange, as `GET /_mock/requests` shows it; nothing when all is well."""
    return [*_sentences(exchange)]


def _sentences(exchange: Mapping[str, Any]) -> Iterator[str]:
    if exchange["message"]:
        yield exchange["message"]
    diagnosis = exchange["diagnosis"]
    if diagnosis:
        yield diagnosis["cause"]
    yield from (near["sentence"] for near in exchange["near_misses"][:1])
    unread = [_unread(each) for each in exchange["unread"]]
    if unread:
        yield f"nobody reads {', '.join(unread)}"


def _unread(found: Mapping[str, str]) -> str:
    if not found["name"]:
        return "the body"
    meant = f" (meant {found['near']}?)" if found["near"] else ""
    return f"{_WORDS[found['part']]} {found['name']}{meant}"
