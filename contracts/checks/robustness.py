"""Hostile requests: whatever is sent, the answer is a documented one, and the next call is answered as ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import zip_longest
from random import Random
from urllib.parse import urlsplit

from contracts.calls.client import Api, Reply
from contracts.calls.codes import codes_of
from contracts.calls.composing import compose
from contracts.calls.envelopes import Envelopes, envelopes
from contracts.check import Broken, NotObserved, check
from contracts.expect import expect_accepted
from contracts.files.links import as_request, is_linked, link_to
from contracts.fuzz.families import status_of
from contracts.fuzz.ration import Ration, ration_of
from contracts.provocations.hostile_requests import Attack, Hostility
from contracts.situations.tasks import arguments_for, finished_task
from contracts.target import Unreachable
from openapi.clauses import Clause, ClauseKind
from openapi.messages import Request
from openapi.model import Action, Answer, Operation

PAUSE = 1.0  # seconds after which a request is sent again that was answered as if the server were ill
RISKY = frozenset({"queries", "paths", "methods"})  # a gateway that tidies these up takes them for forgeries

Send = Callable[[Request], Reply]


@check(ClauseKind.ROBUSTNESS)
def answers_hostile_requests_as_documented_and_goes_on(api: Api, clause: Clause) -> str:
    """No hostile request gets an error of the server or an undocumented answer; after each series a call succeeds."""
    operation = api.operation(clause.operation)
    if api.target.is_mock:
        siege, hostility = _besiege(api, operation)
        for sort, attacks in hostility.series(everything=True):
            siege.endure(attacks, f"{len(attacks)} hostile {sort}")
        return ""
    api.toll = ration = ration_of(api.target, api.spec, operation.id, hostile=True)
    try:
        return _besiege_sparingly(api, operation, ration)
    finally:
        api.toll = None


def _besiege(api: Api, operation: Operation) -> tuple[Siege, Hostility]:
    """What sends attacks on an operation, and those. Raises NotObserved."""
    send, hostility = _start(api, operation)
    reply = send(hostility.right)
    if not reply.accepted:
        raise NotObserved(f"a request that is right was refused as {reply.error_code or reply.status}")
    return Siege(api, operation, send, hostility.right, envelopes(api.spec)), hostility


def _besiege_sparingly(api: Api, operation: Operation, ration: Ration) -> str:
    """As many attacks on a real endpoint as its ration allows, of each sort by turns: how many that were."""
    siege, hostility = _besiege(api, operation)
    spares = bool(api.spec.authentication.lock_failures)
    sorts = [each for sort, each in hostility.series(everything=False) if not (spares and sort in RISKY)]
    for each in sorts:
        Random(f"{api.run.seed} {operation.id}").shuffle(each)  # noqa: S311 - few of them are sent
    attacks = [attack for turn in zip_longest(*sorts) for attack in turn if attack is not None]
    most = len(attacks) if operation.action is not Action.CREATE or ration.may_create else 0
    chosen = attacks[: min(max(ration.requests - 1, 0), most)]
    if not chosen:
        lacking = "requests" if most else "tasks"
        raise NotObserved(f"the part of the budget of {lacking} that is for hostile requests is too small")
    siege.endure(chosen, f"{len(chosen)} hostile requests")
    return "" if len(chosen) == len(attacks) else f"{len(chosen)} of {len(attacks)} hostile requests were sent"


def _start(api: Api, operation: Operation) -> tuple[Send, Hostility]:
    """What sends the requests of an operation, and the attacks on it. Raises NotObserved."""
    from contracts.fuzz.transport import Transport  # which takes its time to load

    transport = Transport(api, operation)
    if is_linked(api, operation):
        right = as_request(link_to(api, finished_task(api)))
        if not api.target.is_mock:  # whose links are signed with a key that nobody knows
            origin = f"https://{right.headers['host']}"
            return lambda request: api.send(operation, request, origin), Hostility(api.spec, operation, right, {})
        return transport.deliver, Hostility(api.spec, operation, replace(right, query=""), {})
    given = arguments_for(api, operation)
    right = compose(api.spec, operation, given, urlsplit(api.target.base_url).netloc)
    return transport.deliver, Hostility(api.spec, operation, right, given)


@dataclass(frozen=True, slots=True)
class Siege:
    """Attacks on one operation, and what is expected of each answer."""

    api: Api
    operation: Operation
    send: Send
    right: Request
    envelopes: Envelopes

    def endure(self, attacks: Sequence[Attack], what: str) -> None:
        """Send attacks, and then a call that is right. Raises Broken, Unreachable."""
        for attack in attacks:
            self.attack(attack)
        if attacks:
            self.end(what)

    def attack(self, attack: Attack) -> None:
        """Send a hostile request, and once more where the answer was wrong: some noise is nobody's fault.

        Raises Broken, and Unreachable when the server answers nothing else either.
        """
        try:
            reply, expected = self._sent(attack.request)
        except Unreachable as error:
            self.api.target.reset()  # which takes it for gone
            send, hostility = _start(self.api, self.operation)
            _expect_success(send(hostility.right), attack.name)
            raise Broken(f"an answer to {attack.name}", received=str(error)) from error
        if expected:
            raise Broken(f"{expected}: {attack.name}", reply)

    def end(self, what: str) -> None:
        """Make a call that is right. Raises Broken when it does not succeed."""
        right = self.right
        if self.operation.action is Action.DELETE:  # what it named is gone
            right = _start(self.api, self.operation)[1].right
        _expect_success(self.send(right), what)

    def _sent(self, request: Request) -> tuple[Reply, str]:
        """The answer, and what was expected instead; empty when nothing else was."""
        reply = self.send(request)
        if not self._missed(reply):
            return reply, ""
        self.api.target.wait(PAUSE)
        reply = self.send(request)
        return reply, self._missed(reply)

    def _missed(self, reply: Reply) -> str:
        """What was expected of an answer that is not as documented; empty when it is."""
        codes = codes_of(self.api.spec, self.operation.id, reply.error_code, reply.status)
        if max(reply.status, status_of(self.api.spec, codes) if codes else 0) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return "no error of the server itself"
        if reply.exchange.request.method == "HEAD":
            return ""
        if not reply.accepted and not self.envelopes.open(reply.body)[1]:
            return "the documented success or a documented refusal"
        found = (each for each in self.api.spec.error_codes if each.code == reply.error_code)
        if self.api.target.is_mock and not reply.accepted and reply.status not in {each.status for each in found}:
            return "a documented error code with its status"  # the pages do not list every code of a real endpoint
        wanted = self._answer(reply).content_type
        return f"content-type: {wanted}" if reply.raw and reply.headers.get("content-type", "") != wanted else ""

    def _answer(self, reply: Reply) -> Answer:
        if reply.accepted:
            return self.operation.success
        return self.api.spec.refusal(self.operation.id, reply.error_code, reply.status)


def _expect_success(reply: Reply, what: str) -> None:
    expect_accepted(reply, f"a call that is right, after {what}")
