"""Whether a request that was accepted would have been without the credentials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus

from contracts.calls.client import Reply
from contracts.calls.codes import codes_of
from contracts.fuzz.blame import Blame
from contracts.fuzz.families import family
from contracts.fuzz.finding import Finding
from contracts.fuzz.transport import Transport
from openapi.clauses import ClauseKind
from openapi.messages import Request


def probe(transport: Transport, blame: Blame, accepted: Reply) -> Iterator[Finding]:
    """Send an accepted request again, unsigned and signed by somebody who does not know the secret."""
    operation = transport.operation
    if not operation.schemes:
        return
    bare = _bare(transport, accepted.exchange.request)
    for how, request in (("without credentials", bare), ("with a signature of another secret", transport.forge(bare))):
        reply = transport.api.send(operation, request)
        if not _is_about_credentials(transport, reply):
            clause = blame.id(ClauseKind.SIGNATURE, operation.schemes[0])
            received = f"refused as {reply.error_code}" if reply.error_code else f"status {reply.status}"
            yield Finding(clause, True, f"refused {how}", "accepted" if reply.accepted else received, reply)  # noqa: FBT003


def _bare(transport: Transport, signed: Request) -> Request:
    """A request without what signing adds to it."""
    empty = Request(signed.method, signed.path, "", {"host": signed.headers.get("host", "")})
    added = transport.sign(empty)
    headers = {name: value for name, value in signed.headers.items() if name not in added.headers.keys() - {"host"}}
    names = {name for name, _ in added.pairs()}
    kept = "&".join(pair for pair in signed.query.split("&") if pair and pair.partition("=")[0] not in names)
    if transport.api.spec.addressing is not None:
        stated = transport.api.spec.addressing
        known = {stated.action_header, stated.version_header, "content-type"}
        headers |= {name: value for name, value in signed.headers.items() if name in known}
    return replace(signed, headers=headers, query=kept)


def _is_about_credentials(transport: Transport, reply: Reply) -> bool:
    spec = transport.api.spec
    codes = codes_of(spec, transport.operation.id, reply.error_code, reply.status)
    return any(family(spec, reason) is HTTPStatus.UNAUTHORIZED for code in codes for reason in code.when)
