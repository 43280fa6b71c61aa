"""How much of a file is sent: all of it, a part, its headers alone, or nothing (RFC 9110, sections 8.8, 13 and 14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus

from werkzeug.datastructures import Range
from werkzeug.http import http_date, parse_date, parse_etags, parse_range_header, quote_etag
from werkzeug.sansio.http import is_resource_modified

from mockserver.refusal import Refusal
from openapi.messages import Request, Response
from openapi.model import Transfer
from openapi.reasons import Reason

BYTES = "bytes"
KEPT_IN_304 = frozenset({"etag", "last-modified", "date"})  # of the headers of a file that is not sent


@dataclass(frozen=True, slots=True)
class Whole:
    """A file as it is sent when nothing else is asked for."""

    response: Response
    read: Callable[[int, int], Iterator[bytes]]  # its bytes from one place to before another
    size: int  # bytes
    tag: str  # the entity tag, without its quotes
    changed: float  # when it was made, epoch seconds

    @property
    def modified(self) -> datetime:
        """When it was made, in whole seconds, as `Last-Modified` tells it."""
        return datetime.fromtimestamp(int(self.changed), UTC)


def send(request: Request, offered: frozenset[Transfer], whole: Whole) -> Response:
    """The answer to a download. Raises Refusal for a range that lies outside, and for a condition that fails."""
    headers = {**whole.response.headers, "content-length": str(whole.size)}  # so that a file cut short is seen to be
    if Transfer.RANGES in offered:
        headers["accept-ranges"] = BYTES
    if Transfer.CONDITIONS in offered:
        headers |= {"etag": quote_etag(whole.tag), "last-modified": http_date(whole.modified)}
        _require_conditions(request.headers, whole)
        if not _is_wanted(request.headers, whole):
            kept = {name: value for name, value in headers.items() if name in KEPT_IN_304}
            return Response(HTTPStatus.NOT_MODIFIED, kept, b"")
    response = replace(whole.response, headers=headers)
    if request.method == "HEAD":
        return replace(response, body=b"")
    part = _part(request.headers, whole) if Transfer.RANGES in offered else None
    return _cut(response, part, whole) if part else replace(response, body=whole.read(0, whole.size))


def _require_conditions(headers: Mapping[str, str], whole: Whole) -> None:
    """Refuse where `If-Match` or `If-Unmodified-Since` says otherwise than the file is."""
    tags, since = parse_etags(headers.get("if-match")), parse_date(headers.get("if-unmodified-since"))
    changed = since is not None and whole.modified > since
    if (not tags.is_strong(whole.tag) and not tags.star_tag) if "if-match" in headers else changed:
        raise Refusal(Reason.FAILED_PRECONDITION, "the file is another one")


def _is_wanted(headers: Mapping[str, str], whole: Whole) -> bool:
    """Whether the caller has not got the file already, as `If-None-Match`, else `If-Modified-Since` tells."""
    tags = headers.get("if-none-match")
    since = headers.get("if-modified-since") if tags is None else None
    return is_resource_modified(
        http_if_none_match=tags, http_if_modified_since=since, etag=whole.tag, last_modified=whole.modified
    )


def _part(headers: Mapping[str, str], whole: Whole) -> tuple[int, int] | None:
    """The first byte and the one after the last; None for the whole file. Refuses a part that lies outside."""
    asked = parse_range_header(headers.get("range"))
    if asked is None or asked.units != BYTES or len(asked.ranges) != 1 or not _is_same(headers, whole):
        return None
    start, stop = asked.ranges[0]
    if start < -whole.size:  # the last so many bytes, more than there are
        asked = Range(BYTES, [(0, stop)])
    part = asked.range_for_length(whole.size)
    if part is None:
        raise Refusal(Reason.UNSATISFIABLE_RANGE, f"the file has {whole.size} bytes", limit=whole.size)
    return part


def _is_same(headers: Mapping[str, str], whole: Whole) -> bool:
    """Whether the file is the one that `If-Range` is about; true where nobody asks."""
    if "if-range" not in headers:
        return True
    modified = is_resource_modified(
        http_range=headers["range"],
        http_if_range=headers["if-range"],
        etag=whole.tag,
        last_modified=whole.modified,
        ignore_if_range=False,
    )
    return not modified


def _cut(response: Response, part: tuple[int, int], whole: Whole) -> Response:
    start, stop = part
    headers = {**response.headers, "content-length": str(stop - start)}
    headers["content-range"] = f"{BYTES} {start}-{stop - 1}/{whole.size}"
    return Response(HTTPStatus.PARTIAL_CONTENT, headers, whole.read(start, stop))
