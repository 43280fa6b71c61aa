"""What downloads offer besides the whole file: parts of it, conditions, its headers alone (RFC 9110)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.expect import expect_accepted, expect_refused
from contracts.files.downloads import fetcher
from openapi.clauses import Clause, ClauseKind
from openapi.model import Transfer
from openapi.reasons import Reason

FEW = 10  # bytes of a part
LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"
STRANGE = '"00000000000000000000000000000000"'  # an entity tag of no file

Fetch = Callable[[Mapping[str, str]], Reply]


@check(ClauseKind.RANGES)
def sends_the_part_that_is_asked_for(api: Api, clause: Clause) -> None:
    """Every part of the file, at its start, in its middle and at its end, is the same bytes as in the whole."""
    fetch = fetcher(api, api.operation(clause.operation))
    whole = expect_accepted(fetch({}), "fetching the whole file")
    if whole.headers.get("accept-ranges", "bytes") != "bytes":
        raise Broken("Accept-Ranges: bytes", whole, whole.headers["accept-ranges"])
    for asked, start, stop in _parts(len(whole.raw)):
        _expect_part(fetch({"range": f"bytes={asked}"}), whole, start, stop)
    other = fetch({"range": "rows=0-1"})
    if other.status != HTTPStatus.OK or other.raw != whole.raw:
        raise Broken("the whole file, as nobody knows parts by rows", other)


@check(ClauseKind.RANGES)
def refuses_a_part_beyond_the_end(api: Api, clause: Clause) -> None:
    """A part that starts behind the last byte is refused, with the status that HTTP has for it."""
    operation = api.operation(clause.operation)
    fetch = fetcher(api, operation)
    size = len(expect_accepted(fetch({}), "fetching the whole file").raw)
    reply = fetch({"range": f"bytes={size}-"})
    situation = f"the bytes from {size} on, of {size}"
    expect_refused(api, operation, reply, Reason.UNSATISFIABLE_RANGE, situation=situation)
    if reply.status != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        raise Broken(f"the status {HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}: {situation}", reply)


@check(ClauseKind.CONDITIONS)
def sends_the_file_only_if_the_condition_holds(api: Api, clause: Clause) -> None:
    """Who has the file already is told so, by its tag or by its date; who asks for another one is refused."""
    operation = api.operation(clause.operation)
    fetch = fetcher(api, operation)
    whole = expect_accepted(fetch({}), "fetching the whole file")
    tag, changed = whole.headers.get("etag"), whole.headers.get("last-modified")
    if not tag or not changed:
        raise Broken("an ETag and a Last-Modified", whole, ", ".join(sorted(whole.headers)))
    for name, value in (("if-none-match", tag), ("if-modified-since", changed)):
        _expect_not_modified(fetch({name: value}), f"{name}: {value}", tag)
    for name, value in (("if-none-match", STRANGE), ("if-modified-since", LONG_AGO), ("if-match", tag)):
        _expect_whole(fetch({name: value}), whole, f"{name}: {value}")
    for name, value in (("if-match", STRANGE), ("if-unmodified-since", LONG_AGO)):
        reply = fetch({name: value})
        expect_refused(api, operation, reply, Reason.FAILED_PRECONDITION, situation=f"{name}: {value}")


@check(ClauseKind.CONDITIONS, when=lambda clause: Transfer.RANGES in clause.detail.transfer)
def sends_the_rest_only_of_the_same_file(api: Api, clause: Clause) -> None:
    """A part is sent if the file is still the one that its tag names; of another one, the whole."""
    fetch = fetcher(api, api.operation(clause.operation))
    whole = expect_accepted(fetch({}), "fetching the whole file")
    tag, changed = whole.headers.get("etag", ""), whole.headers.get("last-modified", "")
    for same in filter(None, (tag, changed)):
        _expect_part(fetch({"range": f"bytes={FEW}-", "if-range": same}), whole, FEW, len(whole.raw))
    for other in (STRANGE, LONG_AGO):
        _expect_whole(fetch({"range": f"bytes={FEW}-", "if-range": other}), whole, f"if-range: {other}")


@check(ClauseKind.HEAD)
def tells_the_headers_of_the_file_alone(api: Api, clause: Clause) -> None:
    """HEAD answers the status and the headers of GET, and no body."""
    operation = api.operation(clause.operation)
    whole = expect_accepted(fetcher(api, operation)({}), "fetching the whole file")
    reply = fetcher(api, operation, "HEAD")({})
    if reply.raw:
        raise Broken("no body", reply, f"{len(reply.raw)} bytes")
    if reply.status != whole.status:
        raise Broken(f"the status of GET, {whole.status}", reply)
    for name in ("content-type", "content-length", "accept-ranges", "content-disposition"):
        own, wanted = reply.headers.get(name), whole.headers.get(name)
        if own != wanted and not (own is None and name == "content-length"):
            raise Broken(f"the {name} of GET, {wanted}", reply, str(own))


def _parts(size: int) -> Iterator[tuple[str, int, int]]:
    """Parts as `Range` asks for them, each with its first byte and the one after its last. Raises NotObserved."""
    if size <= 2 * FEW:
        raise NotObserved(f"the file has no more than {2 * FEW} bytes")
    middle = size // 2
    yield "0-0", 0, 1
    yield f"0-{FEW - 1}", 0, FEW
    yield f"{middle}-{middle + FEW - 1}", middle, middle + FEW
    yield f"{middle}-", middle, size
    yield f"-{FEW}", size - FEW, size
    yield f"{size - 1}-{size + FEW}", size - 1, size
    yield f"0-{size - 1}", 0, size


def _expect_part(reply: Reply, whole: Reply, start: int, stop: int) -> None:
    said = f"the bytes {start} to {stop - 1} of {len(whole.raw)}"
    if reply.status != HTTPStatus.PARTIAL_CONTENT:
        raise Broken(f"the status {HTTPStatus.PARTIAL_CONTENT} for {said}", reply)
    if reply.raw != whole.raw[start:stop]:
        raise Broken(said, reply, f"{len(reply.raw)} bytes" if len(reply.raw) != stop - start else "other bytes")
    wanted = f"bytes {start}-{stop - 1}/{len(whole.raw)}"
    if reply.headers.get("content-range") != wanted:
        raise Broken(f"Content-Range: {wanted}", reply, str(reply.headers.get("content-range")))
    length = reply.headers.get("content-length", str(stop - start))
    if length != str(stop - start):
        raise Broken(f"Content-Length: {stop - start}", reply, length)


def _expect_whole(reply: Reply, whole: Reply, situation: str) -> None:
    if reply.status != whole.status or reply.raw != whole.raw:
        raise Broken(f"the whole file: {situation}", reply)


def _expect_not_modified(reply: Reply, situation: str, tag: str) -> None:
    if reply.status != HTTPStatus.NOT_MODIFIED or reply.raw:
        raise Broken(f"the status {HTTPStatus.NOT_MODIFIED} and no body: {situation}", reply)
    if reply.headers.get("etag", tag) != tag:
        raise Broken(f"the same ETag, {tag}: {situation}", reply, reply.headers["etag"])
