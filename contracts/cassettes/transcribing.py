"""From an exchange to the entry of a cassette."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from contracts.calls.client import Reader, Reply, reader
from contracts.calls.exchange import Exchange
from contracts.cassettes.entry import Entry, Mark
from contracts.cassettes.normalising import LINKS, Normaliser, answer_of
from contracts.cassettes.signers import Signer, signer_of, used_schemes
from contracts.redaction.learning import learn
from contracts.target import Account, Errand
from openapi import markup
from openapi.messages import Request, Response
from openapi.model import Operation, Spec

LONGEST = 1 << 20  # bytes of a body that is kept


@dataclass(frozen=True, slots=True)
class Sent:
    """An exchange as it was."""

    request: Request
    origin: str  # scheme, host and port that it went to
    response: Response
    errand: Errand
    now: datetime  # when it was sent, by the clock of the server
    clause: str = ""


@dataclass
class Transcriber:
    """Tells the exchanges of one session with the same names throughout."""

    told: Normaliser
    accounts: Mapping[str, Account]
    readers: dict[tuple[str, str], Reader] = field(default_factory=dict[tuple[str, str], Reader])

    def entry(self, number: int, sent: Sent, marks: frozenset[Mark] = frozenset()) -> Entry:
        """The entry of an exchange; what it creates has a name from now on."""
        operation, spec = sent.errand.operation, sent.errand.spec
        signer = self._signer(sent)
        link = self.told.followed(sent.request, sent.origin)
        request = link or self.told.request(operation, sent.request, sent.now)
        reply = self.read(spec, operation, sent)
        is_forged = link is None and (not signer.is_genuine or self.told.is_altered(sent.request))
        found = {Mark.LINK: link is not None, Mark.FORGED: is_forged, Mark.LARGE: len(request.body) > LONGEST}
        request = replace(request, body=b"") if found[Mark.LARGE] else request
        response, more = self.answer(spec, operation, reply)
        return Entry(
            number=number,
            started=sent.now,
            origin=LINKS if link else sent.origin,
            request=request,
            response=response,
            size=len(reply.raw),
            api=spec.name,
            operation=operation.id,
            account=signer.account or sent.errand.account,
            clause=sent.clause,
            scheme=_scheme(signer, link),
            skew=signer.skew,
            accepted=reply.accepted,
            marks=marks | more | {mark for mark, holds in found.items() if holds},
        )

    def read(self, spec: Spec, operation: Operation, sent: Sent) -> Reply:
        """The answer, read through the spec."""
        exchange = Exchange(sent.request, sent.origin, sent.response, self.told.redactor)
        reply = self._reader(spec, operation).read(sent.response, exchange)
        if reply.accepted:
            learn(self.told.redactor, spec, operation.success, reply.headers, reply.body)
            self.told.meet(operation, reply.values)
        return reply

    def answer(self, spec: Spec, operation: Operation, reply: Reply) -> tuple[Response, frozenset[Mark]]:
        """An answer with names in it; of a file, and of what is too long, only the headers."""
        documented = answer_of(spec, operation, self._reader(spec, operation), reply)
        headers = self.told.headers(documented, reply.headers)
        if reply.file is not None:
            return Response(reply.status, headers), frozenset({Mark.FILE})
        if len(reply.raw) > LONGEST:
            return Response(reply.status, headers), frozenset({Mark.LONG})
        if reply.body is None:
            return Response(reply.status, headers, self.told.plain(reply.raw)), frozenset()
        told = self.told.answer(documented, reply.body)
        if markup.is_markup(headers.get("content-type", "")):
            return Response(reply.status, headers, markup.write(documented.schema or {}, told)), frozenset()
        raw = json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return Response(reply.status, headers, raw), frozenset()

    def _signer(self, sent: Sent) -> Signer:
        if not self.told.is_foreign:
            return signer_of(sent.errand.spec, sent.request, self.accounts, sent.now)
        return Signer(sent.errand.account, next(iter(used_schemes(sent.request)), ""))

    def _reader(self, spec: Spec, operation: Operation) -> Reader:
        key = (spec.name, operation.id)
        if key not in self.readers:
            self.readers[key] = reader(spec, operation)
        return self.readers[key]


def _scheme(signer: Signer, link: Request | None) -> str:
    return "" if link or not signer.is_genuine else signer.scheme
