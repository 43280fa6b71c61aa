"""Everything that passes, told apart by API and operation, and judged."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from contracts.calls.exchange import Exchange
from contracts.proxy.ledger import Ledger
from contracts.proxy.passed import Passed
from contracts.proxy.points import Unkept
from contracts.proxy.witness import Witness
from contracts.redaction import Redactor
from contracts.redaction.learning import learn
from contracts.redaction.members import Kind, claims
from contracts.targets.mock import PREFIX
from openapi.clauses import Clause
from openapi.model import Operation, Spec
from openapi.routing import Route, Router

MOST_MISTAKES = 10
SHOWN = 1 << 14  # bytes of a body that are kept as evidence
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one exchange while it goes on."""

    passed: Passed
    operation: str  # empty: it addresses none
    why: str = ""  # it was not judged
    broken: tuple[Unkept, ...] = ()
    new: tuple[str, ...] = ()  # ids of clauses that were not known to be broken


@dataclass
class Court:
    """Judges whatever passes."""

    specs: Mapping[str, Spec]
    origin: str  # of the server
    tell: Callable[[Told], None]
    redactor: Redactor = field(default_factory=Redactor)
    mistakes: list[str] = field(default_factory=list[str])  # of the judge itself
    judged: int = 0  # exchanges
    seen: dict[str, int] = field(default_factory=dict[str, int])  # … of each API
    ledgers: dict[str, Ledger] = field(default_factory=dict[str, Ledger])

    def __post_init__(self) -> None:
        self._router = Router(self.specs.values())
        self._witnesses: dict[str, Witness] = {}
        for name, spec in self.specs.items():
            witness = Witness(spec, Ledger.of(()))
            self.ledgers[name] = witness.ledger = Ledger.of(witness.clauses.values())
            self._witnesses[name] = witness

    @property
    def clauses(self) -> list[Clause]:
        """All clauses, API by API."""
        return [each for witness in self._witnesses.values() for each in witness.clauses.values()]

    def text(self, clause: str) -> str:
        """All there is to say of a broken clause; empty for another one."""
        return next((each.text(clause) for each in self.ledgers.values() if clause in each.entries), "")

    def judge(self, passed: Passed) -> None:
        """Judge one exchange, and tell what came of it. Never raises."""
        try:
            self.tell(self._judged(passed))
        except Exception:  # noqa: BLE001 - a mistake of the judge must not end the traffic
            if len(self.mistakes) < MOST_MISTAKES:
                self.mistakes.append(self.redactor.text(traceback.format_exc()))

    def _judged(self, passed: Passed) -> Told:
        request = passed.request()
        if passed.own:
            return Told(passed, "", f"the proxy's own answer, {passed.own}")
        if not passed.is_whole:
            return Told(passed, "", passed.trouble)
        if request.path.startswith(f"{PREFIX}/"):
            if passed.method not in READING_METHODS:
                self._forget()
            return Told(passed, "", "the control plane of a mock")
        route = self._router.route(request)
        if route.operation is None or route.miss is not None:
            return Told(passed, "", "it addresses no documented operation")
        return self._of(route, route.operation, passed)

    def _of(self, route: Route, operation: Operation, passed: Passed) -> Told:
        exchange = self._evidence(passed)
        self._learn(exchange, route.spec, operation, route.path_arguments)
        witness, ledger = self._witnesses[route.spec.name], self.ledgers[route.spec.name]
        before = {name for name, entry in ledger.entries.items() if entry["verdict"] == "broken"}
        broken = tuple(witness.see(passed, exchange, operation))
        self.judged += 1
        self.seen[route.spec.name] = self.seen.get(route.spec.name, 0) + 1
        owed = tuple(each for each in broken if ledger.entries.get(each.clause, {}).get("verdict") == "broken")
        new = tuple(dict.fromkeys(each.clause for each in owed if each.clause not in before))
        return Told(passed, operation.id, broken=owed, new=new)

    def _evidence(self, passed: Passed) -> Exchange:
        """What is kept of it: no more of a body than a report shows."""
        request, response = passed.request(), passed.response()
        body = response.body if isinstance(response.body, bytes) else b""
        shown = replace(request, body=request.body[:SHOWN])
        return Exchange(shown, self.origin, replace(response, body=body[:SHOWN]), self.redactor)

    def _learn(self, exchange: Exchange, spec: Spec, operation: Operation, path: Mapping[str, str]) -> None:
        """Keep back what the exchange tells of its account."""
        for kind, value in claims(exchange.request):
            if kind is not Kind.SIGNATURE:  # one that is never seen again
                self.redactor.learn(kind, value)
        for each in operation.parameters:
            if each.schema.get("x-tenant"):
                self.redactor.learn(Kind.PROJECT, path.get(each.name, exchange.request.headers.get(each.name.lower())))
        learn(self.redactor, spec, operation.success, exchange.response.headers, None)

    def _forget(self) -> None:
        for each in self._witnesses.values():
            each.forget()
