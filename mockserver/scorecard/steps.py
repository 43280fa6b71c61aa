"""What one client did, step by step, as far as habits show in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from mockserver.exchange import Facts, seen_in
from openapi.members import takes_task
from openapi.model import UNFINISHED, Action, Operation, Spec
from openapi.reasons import Reason

TOO_MANY = 429
FAILURE = 500  # where statuses begin that blame the server
LOOKING = frozenset({Action.LIST, Action.SHOW, Action.LINK})
# What stays refused however often it is sent: these lie in the request itself.
LASTING = frozenset(
    {reason for reason in Reason if list(Reason).index(reason) < list(Reason).index(Reason.RATE_LIMITED)}
    - {Reason.STALE_SIGNATURE, Reason.EXPIRED_TOKEN, Reason.LOCKED_KEY}
)


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a client, and how it went."""

    number: int
    operation: Operation
    at: float  # by the mock's clock, epoch seconds
    present: float  # by the machine's
    sent: str  # the same for the same request, its signature aside
    signature: str  # the same for the same one; empty: it carried none
    retry_after: float | None  # seconds that the answer asked to wait
    is_refused: bool
    is_throttled: bool  # for calling too often
    is_failure: bool  # of the server
    is_lasting: bool  # whether the same request can never be accepted
    is_forged: bool  # whether the signature did not match
    is_lost: bool  # whether a fault kept the answer from the client
    effects: tuple[str, ...]  # of the faults that showed here
    is_deletable: bool  # whether the API lets its tasks be deleted
    seen: Mapping[str, bool]  # tasks that the answer is about, and whether they have ended

    @property
    def is_passing(self) -> bool:
        """Whether it was refused for a while only, or its answer was lost."""
        return self.is_throttled or self.is_failure or self.is_lost

    def since(self, earlier: Step) -> float:
        """Seconds from the one to the other: by the clock that went further, as time may be let pass or be real."""
        return max(self.at - earlier.at, self.present - earlier.present)


def steps_of(entries: Iterable[tuple[int, Facts]], specs: Mapping[str, Spec]) -> Iterator[Step]:
    """The steps that exchanges are, oldest first; those that address no operation are none."""
    for number, facts in entries:
        spec = specs.get(facts["api"])
        if spec is not None and facts["operation"] in spec.operations:
            yield _step(number, facts, spec)


def _step(number: int, facts: Facts, spec: Spec) -> Step:
    operation = spec.operations[facts["operation"]]
    deletes = (each.action is Action.DELETE and takes_task(each) for each in spec.operations.values())
    request, response, causes = facts["request"], facts["response"], set(facts["causes"])
    limits = {limit.reason for limit in operation.rate_limits} | {Reason.RATE_LIMITED}
    signature = request.headers.get("authorization", "")
    sent = (request.method, request.path, request.query if not signature else "", request.body)
    return Step(
        number=number,
        operation=operation,
        at=facts["at"],
        present=facts["present"],
        sent=sha256(repr(sent).encode("utf-8", "surrogatepass")).hexdigest(),
        signature=sha256(signature.encode("utf-8", "surrogatepass")).hexdigest() if signature else "",
        retry_after=_seconds(response.headers.get("retry-after", "")),
        is_refused=bool(facts["reason"]),
        is_throttled=bool(causes & limits) or response.status == TOO_MANY,
        is_failure=Reason.INTERNAL_ERROR in causes or response.status >= FAILURE,
        is_lasting=bool(causes) and causes <= LASTING,
        is_forged=Reason.WRONG_SIGNATURE in causes,
        is_lost=facts["lost"],
        effects=tuple(name.rpartition("-")[0] for name in facts["fault"]),
        is_deletable=any(deletes),
        seen={task: phase not in UNFINISHED for task, phase in seen_in(facts)},
    )


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() else None
