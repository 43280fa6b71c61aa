"""The life of a request, from message to message, with no network and no framework."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from time import perf_counter
from weakref import finalize

from mockserver.accounts import Account, Accounts
from mockserver.actions import ACTIONS, count_download
from mockserver.admission import find_resources, keep_rules, require_own_project, spend
from mockserver.authentication import Arrived
from mockserver.clock import Clocks, MovableClock
from mockserver.compilation import Compilation
from mockserver.diagnosis import diagnosing
from mockserver.exchange import SHOWN, Diagnose, Diagnosis
from mockserver.facts import Call, Outcome
from mockserver.faults.harm import Harmed, harm_of
from mockserver.faults.refusals import RETRY_AFTER, refuse_on_request
from mockserver.faults.waiting import NONE, OF_A_CALL, Faults, Hits
from mockserver.files import Preparation, Unready, file_of, stream
from mockserver.foresight import Foreseen, foresee
from mockserver.ids import Ids
from mockserver.inspection import Inspection
from mockserver.journal import Journal
from mockserver.records.records import Records
from mockserver.refusal import Refusal, sayable
from mockserver.resources import Resources
from mockserver.searches import trouble_with_search
from mockserver.service import Service, Tools, service_of
from mockserver.sizes import check_sizes
from mockserver.state.sharing import Sharing, whole
from mockserver.store import Outdated, Store, StoreError
from mockserver.task import phase
from mockserver.templates import template
from mockserver.timetables import Timetables
from mockserver.tokens import Tokens
from mockserver.visit import Done, Visit, entry_of, facts_of
from openapi.messages import Request, Response
from openapi.model import Action, Phase, Transfer
from openapi.reasons import Reason

DIAGNOSED = frozenset({Reason.WRONG_SIGNATURE, Reason.LINK_FORGED, Reason.STALE_SIGNATURE, Reason.UNKNOWN_KEY})
_DOWNLOAD = Action.DOWNLOAD  # which to look up each time takes longer than to compare
UNFORESEEN = Foreseen(Request("", ""))
PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Parts:
    """What an engine is put together from, besides the specs."""

    clock: MovableClock
    ids: Ids
    store: Store
    accounts: Accounts
    journal: Journal | None = None  # None: nothing is taken down
    any_resource: bool = False  # whether every well-formed id of a resource exists
    protocol: str = "http"  # of the mock's own addresses; `https` behind TLS
    readings: Mapping[str, str] = field(default_factory=dict[str, str])  # that the specs were read with: API/READING
    steady: Callable[[], float] = perf_counter  # seconds, by which the engine's own time is taken


class Engine:
    """All APIs of one mock. Safe to call from any number of threads."""

    def __init__(self, compilation: Compilation, parts: Parts) -> None:
        accounts, clock, ids, store = parts.accounts, parts.clock, parts.ids, parts.store
        self.compilation = compilation
        self.specs = specs = compilation.specs
        self.clock = clock
        self.store = store
        self._ids = ids
        self._steady = parts.steady
        self.accounts = accounts
        self.journal = parts.journal
        self.resources = Resources(specs, accounts, any_known=parts.any_resource)
        self.clocks = Clocks(clock)
        self.faults = Faults(specs, accounts)
        self.timetables = Timetables(specs)
        self.after_reset: Callable[[], None] = lambda: None
        self.worry: Callable[[str], object] = lambda _: None  # told that the store cannot be used
        self.sharing: Sharing | None = None  # None: nobody else has the store
        self.inspection = Inspection(specs, store, self.clocks)
        self.records = Records(specs, store, clock.real)
        self.readings = parts.readings
        self.tokens = Tokens(ids.hex(64).encode())
        self.preparation = Preparation()
        finalize(self, self.preparation.abandon)
        own = self.timetables, self.records, self.preparation, parts.protocol, self._arrived_at
        tools = Tools(accounts, self.tokens, self.faults, store, ids, *own)
        self._services = {name: service_of(compiled, tools) for name, compiled in compilation.apis.items()}
        self._router = compilation.router
        self.foresee = partial(foresee, self._router, self._services, self._steady)

    def handle(self, request: Request) -> Response:
        """The answer of the provider that `request` is meant for. Bad input is refused, never raised."""
        answer = self.begin(request)
        return answer if isinstance(answer, Response) else answer()

    def begin(self, request: Request, foreseen: Foreseen = UNFORESEEN) -> Response | Callable[[], Response]:
        """The answer; or, where that needs a file that is not written yet, a function that waits for it and answers."""
        began = self._steady() - foreseen.seconds
        if self.sharing is not None:
            with suppress(StoreError):  # whatever needs the store will tell
                self.sharing.look()
        arrived, route = Arrived(self.clock.now(), self.clock.present()), foreseen.route or self._router.route(request)
        service, account, hits = self._services[route.spec.name], None, NONE
        visit = Visit(request, route, _request_id(service, arrived.now), arrived, began)
        try:
            check_sizes(request, service.sizes)
            asked = route.link or visit.operation()
            account = service.gatekeeper.identify(request, asked, arrived, foreseen.proof)
            operation = visit.operation() if route.link else asked
            number = account.number if account else ""
            own = self._arrived_at(number)
            visit = visit if own is None else replace(visit, arrived=own)
            hits = self.faults.meet(operation, number, OF_A_CALL)
            if hits:
                refuse_on_request(hits, operation, route.spec)
            known, parser = foreseen.arguments, service.parsers[operation.id]
            arguments = parser.parse(request, route.path_arguments) if known is None else known
            now = visit.arrived.now
            call = Call(route.spec, operation, account, arguments, request, visit.request_id, now)
            outcome = self._perform(service, call)
            done = Done(self._render(service, call, outcome, patient=False), outcome)
        except Unready:
            return partial(self._patiently, service, visit, hits, call, outcome)
        except (Refusal, StoreError) as error:
            done = self._refused(service, visit, error)
        return self._conclude(visit, account, hits, done)

    def refuse(self, request: Request, error: StoreError) -> Response:
        """The answer to a request of which nothing could be kept."""
        arrived, route = Arrived(self.clock.now(), self.clock.present()), self._router.route(request)
        service = self._services[route.spec.name]
        visit = Visit(request, route, _request_id(service, arrived.now), arrived, self._steady())
        return self._conclude(visit, None, NONE, self._refused(service, visit, error))

    def look(self) -> None:
        """Take over what others have changed who have the same store. Raises StoreError."""
        if self.sharing is not None:
            self.sharing.look()

    def forget(self) -> None:
        """Look at all that is shared anew when it is needed next, as what was done last may not have been kept."""
        if self.sharing is not None:
            self.sharing.forget()

    def unshared(self) -> AbstractContextManager[object]:
        """What is changed meanwhile is not told to others who have the same store."""
        return nullcontext() if self.sharing is None else self.sharing.unshared()

    def doubt(self, error: StoreError) -> Refusal:
        """What a client is told whose request met trouble with the store; what is shared is looked at anew then."""
        self.forget()
        if not isinstance(error, Outdated):  # which is tried again
            self.worry(f"the store cannot be used: {error}")
        return Refusal(Reason.INTERNAL_ERROR, str(error))

    def open_account(self) -> Account:
        """A new account, which holds nothing."""
        return self.accounts.open(self._ids)

    def close_account(self, number: str) -> None:
        """Forget an account that was opened, and all it holds, or nothing of it. Raises LookupError, StoreError."""
        with whole(self):
            self.accounts.close(number)
            self.store.forget(number)
            self.records.remove(lambda address: address.account == number)
            self.clocks.release(number)
            self.faults.clear(number)

    def file(self, task_id: str) -> Iterator[bytes]:
        """The file of a task, which is nobody's download. Raises LookupError where there is none, or not now."""
        task = self.store.find(task_id)
        if task is None:
            raise LookupError(f"no task {task_id!r}")
        now = self.clocks.of(task.account).now()
        if phase(task, now) is not Phase.SUCCEEDED:
            raise LookupError(f"a task that is {phase(task, now)} has no file")
        return stream(self._services[task.api].own_export(task, now))

    def reset(self) -> None:
        """Forget every task, limit, fault and exchange; what was there at the start is there again. The clocks stay."""
        self.store.reset()
        self.preparation.end()
        self.records.reset()
        self.resources.reset()
        self.faults.clear()
        if self.journal is not None:
            self.journal.clear()
        self.after_reset()

    def _conclude(self, visit: Visit, account: Account | None, hits: Hits, done: Done) -> Response:
        """Date it, take it down, and harm it where a fault says so."""
        if visit.arrived.is_own:
            done = replace(done, response=_dated(done.response, visit.now))
        self._note(visit, account, done, hits)
        return self._harmed(done.response, hits, account) if hits else done.response

    def _refused(self, service: Service, visit: Visit, error: Refusal | StoreError) -> Done:
        refused = error if isinstance(error, Refusal) else self.doubt(error)
        return Done(_refuse(service, visit, refused), refusal=refused)

    def _patiently(self, service: Service, visit: Visit, hits: Hits, call: Call, outcome: Outcome) -> Response:
        """The answer to a request whose file has to be waited for."""
        try:
            done = Done(self._render(service, call, outcome, patient=self.preparation.is_waited_for), outcome)
        except Unready:
            done = self._refused(service, visit, Refusal(Reason.INTERNAL_ERROR, "the mock ended meanwhile"))
        except (Refusal, StoreError) as error:
            done = self._refused(service, visit, error)
        return self._conclude(visit, call.account, hits, done)

    def _perform(self, service: Service, call: Call) -> Outcome:
        """Spend, look, make room, act."""
        operation = call.operation
        trouble = trouble_with_search(operation, call.arguments)
        call = replace(call, trouble=trouble) if trouble else call
        with self.store.holdings(call.spec.name, call.account.number if call.account else "") as holdings:
            spend(service.limits[operation.id], holdings, call.now)
            require_own_project(call, service.tenants[operation.id])
            find_resources(call, service.references[operation.id], self.resources)
            keep_rules(operation, call.arguments, call.now)
            return ACTIONS[operation.action](service, call, holdings)

    def _render(self, service: Service, call: Call, outcome: Outcome, *, patient: bool) -> Response:
        """The answer. Raises Unready where it needs a file that takes long to write, and nobody is patient."""
        renderer, offered = service.renderers[call.operation.id], call.operation.transfer
        response = renderer.render(service.facts(call, outcome, patient=patient), call.operation.success.status)
        if call.operation.action is _DOWNLOAD and outcome.task is not None:
            from mockserver.transfer import Whole, send  # here, as it takes its time, and tests may never get there

            file = file_of(service.export(call, outcome.task), patient=patient)
            tag = file.tag() if Transfer.CONDITIONS in offered else ""
            response = send(call.request, offered, Whole(response, file.read, file.size, tag, outcome.task.ends))
            if not isinstance(response.body, bytes):  # else nothing of the file is sent
                count_download(self.store, outcome.task, call.now)
        return response

    def _arrived_at(self, account: str) -> Arrived | None:
        """Now by the account's own clock; None when it lives by the server's."""
        clock = self.clocks.own(account)
        return Arrived(clock.now(), clock.present(), is_own=True) if clock else None

    def _harmed(self, response: Response, hits: Hits, account: Account | None) -> Response:
        harm, clock = harm_of(hits), self.clocks.of(account.number if account else "")
        return Harmed(response.status, response.headers, response.body, harm, clock) if harm else response

    def _note(self, visit: Visit, account: Account | None, done: Done, hits: Hits) -> None:
        if self.journal is None:
            return
        explain = self._explanation(visit, done.refusal) if done.refusal else None
        facts = facts_of(visit, account, done, hits, self._steady() - visit.began)
        facts["diagnosis"] = explain
        self.journal.add(facts)

    def _explanation(self, visit: Visit, refusal: Refusal) -> Diagnosis | Diagnose | None:
        """What tells why a signature does not match, where it is that."""
        route, request = visit.route, visit.request
        if route.operation is None or refusal.reason not in DIAGNOSED:
            return None
        explain = diagnosing(visit, self.accounts, self._arrived_at)
        if len(request.body) > SHOWN:
            return explain(request)  # now, so that the journal need not keep a large body for later
        return explain


def _dated(response: Response, now: float) -> Response:
    """With the time of an account that has a clock of its own."""
    return replace(response, headers={**response.headers, "date": formatdate(int(now), usegmt=True)})


def _request_id(service: Service, now: float) -> str:
    """A new one, of the provider's form, or of another where that takes a store that cannot be used."""
    try:
        return service.new_request_id(now)
    except StoreError:  # whatever else needs the store will tell
        return service.tools.ids.uuid()


def _refuse(service: Service, visit: Visit, refusal: Refusal) -> Response:
    """The refusal in the provider's own code, status and envelope."""
    spec, operation, entry = visit.route.spec, visit.route.operation or visit.route.link, entry_of(visit, refusal)
    said = {"message": refusal.message, **refusal.details}
    message = sayable(template(entry.message).fill(lambda name: said.get(name, "")))
    title = PHRASES.get(entry.status, "")
    values = {"error.code": entry.code, "error.message": message, "error.title": title}
    owner = operation or next(iter(spec.operations.values()))
    call = Call(spec, owner, None, {}, visit.request, visit.request_id, visit.now)
    response = service.refusals[entry.response].render(service.facts(call, Outcome(values=values)), entry.status)
    seconds = refusal.details.get(RETRY_AFTER)
    return response if seconds is None else replace(response, headers={**response.headers, "retry-after": str(seconds)})
