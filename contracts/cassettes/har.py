"""An entry as HAR 1.2 writes it, and back.

http://www.softwareishard.com/blog/har-12-spec/; members that begin with an underscore are our own, as it allows.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from contracts.cassettes.entry import Entry, Mark
from contracts.targets.urls import wire_url
from openapi.messages import Request, Response

VERSION = "1.2"  # of HAR
OWN_VERSION = 1  # of what is in `_contracts`, and in the members of entries that begin with an underscore
_ADDRESS = "%:/?#[]@!$&'()*+,;=-._~"  # what stands in one as it is
Members = Mapping[str, Any]


def log_of(creator: str, target: str, apis: Iterable[str]) -> dict[str, Any]:
    """Everything but the entries; `creator` is the version of the contracts."""
    return {
        "version": VERSION,
        "creator": {"name": "contracts", "version": creator},
        "_contracts": {"version": OWN_VERSION, "target": target, "apis": list(apis)},
    }


def har_of(entry: Entry) -> dict[str, Any]:
    """An entry, without what nobody knows of it."""
    own = {"_api": entry.api, "_operation": entry.operation, "_account": entry.account, "_clause": entry.clause}
    return {
        "startedDateTime": entry.started.astimezone(UTC).isoformat(timespec="milliseconds"),
        "time": 0,
        "request": _request(entry),
        "response": _response(entry),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        **own,
        "_scheme": entry.scheme,
        "_skew": entry.skew,
        "_accepted": entry.accepted,
        "_marks": sorted(entry.marks),
    }


def entry_of(number: int, har: Members) -> Entry:
    """The entry that an object in the form of HAR is; its form was checked. Raises ValueError."""
    request, response = har["request"], har["response"]
    url = urlsplit(request["url"])
    body = _text_of(request.get("postData") or {})
    path = unquote(url.path, errors="surrogateescape") or "/"
    headers = {"host": url.netloc, **_headers_of(request)}
    marks = frozenset(Mark(each) for each in har.get("_marks", ()))
    return Entry(
        number=number,
        started=datetime.fromisoformat(har["startedDateTime"]).astimezone(UTC),
        origin=f"{url.scheme}://{url.netloc}",
        request=Request(request["method"].upper(), path, url.query, headers, body),
        response=Response(response["status"], _headers_of(response), _content_of(response.get("content") or {})),
        size=max((response.get("content") or {}).get("size", 0), 0),
        api=har.get("_api", ""),
        operation=har.get("_operation", ""),
        account=har.get("_account", "first"),
        clause=har.get("_clause", ""),
        scheme=har.get("_scheme"),
        skew=har.get("_skew", 0.0),
        accepted=har.get("_accepted"),
        marks=marks,
    )


def _request(entry: Entry) -> dict[str, Any]:
    request = entry.request
    kind = request.headers.get("content-type", "")
    posted = {"postData": {"mimeType": kind, **_body(request.body)}} if request.body else {}
    return {
        "method": request.method,
        "url": quote(wire_url(request, entry.origin), safe=_ADDRESS),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(request.headers),
        "queryString": [{"name": name, "value": _printable(value)} for name, value in request.pairs()],
        "headersSize": -1,
        "bodySize": len(request.body),
        **posted,
    }


def _response(entry: Entry) -> dict[str, Any]:
    status, headers = entry.response.status, entry.response.headers
    known = status in HTTPStatus.__members__.values()
    return {
        "status": status,
        "statusText": HTTPStatus(status).phrase if known else "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(headers),
        "content": {"size": entry.size, "mimeType": headers.get("content-type", ""), **_body(entry.raw)},
        "redirectURL": headers.get("location", ""),
        "headersSize": -1,
        "bodySize": entry.size,
    }


def _body(body: bytes) -> dict[str, str]:
    """A body as text, in base64 where it is none."""
    if not body:
        return {}
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"text": b64encode(body).decode(), "encoding": "base64"}


def _text_of(holder: Members) -> bytes:
    text: str = holder.get("text") or ""
    if holder.get("encoding") == "base64":
        return b64decode(text, validate=True)
    if not text and holder.get("params"):
        return "&".join(f"{each['name']}={each.get('value', '')}" for each in holder["params"]).encode()
    return text.encode("utf-8", "surrogatepass")


def _content_of(content: Members) -> bytes:
    return _text_of(content)


def _headers(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": _printable(value)} for name, value in headers.items()]


def _headers_of(message: Members) -> dict[str, str]:
    """Names in lower case; repeated ones joined; those that HTTP/2 begins with a colon are no headers."""
    found: dict[str, str] = {}
    for each in message["headers"]:
        name = each["name"].lower()
        if not name.startswith(":"):
            found[name] = f"{found[name]}, {each['value']}" if name in found else each["value"]
    return found


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
