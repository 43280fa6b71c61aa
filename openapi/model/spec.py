"""One API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from openapi.model.access import Addressing, Authentication, ClientHint, CredentialPlaces
from openapi.model.files import Link
from openapi.model.life import Lifecycle
from openapi.model.limits import Quota, SizeLimit
from openapi.model.operation import Answer, Operation
from openapi.model.resources import Resource
from openapi.model.sources import Citation, Page
from openapi.model.values import Json
from openapi.reasons import widening


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One error code: how it is spelled, and the situations that it answers."""

    code: str
    status: int
    message: str  # with {placeholders} filled from the refusal
    when: tuple[str, ...]  # reasons; empty: nothing a client does provokes it
    operations: frozenset[str]  # empty: every operation
    citation: Citation
    pointer: str
    response: str = ""  # the name of the response that it comes in; empty: the usual one of the spec
    assumed: frozenset[str] = frozenset()  # which of code, status and when nobody documents

    def answers(self, operation: str, reason: str) -> bool:
        return reason in self.when and self.belongs_to(operation)

    def belongs_to(self, operation: str) -> bool:
        return not self.operations or operation in self.operations


@dataclass(frozen=True, slots=True)
class Reading:
    """A place where the pages contradict each other or are silent; each answer is a change of the document."""

    id: str
    question: str
    default: str
    answers: Mapping[str, Mapping[str, Json]]  # answer: {JSON pointer: value}; null removes
    sources: Mapping[str, str]  # answer: who says so
    pointer: str


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """One API, as its YAML tells it. Equal to itself alone, so that what is worked out of it can be remembered."""

    name: str
    title: str
    document: Mapping[str, Any]  # the OpenAPI document, included files merged, references resolved
    path: str  # of the YAML file
    hosts: tuple[str, ...]  # patterns of the provider's own host names, as `servers` has them: `*` for a variable
    operations: Mapping[str, Operation]
    failure: Answer  # the usual refusal; its status is that of the error code
    failures: Mapping[str, Answer]  # the others, by the name that error codes give
    error_codes: tuple[ErrorCode, ...]  # the first that answers is taken
    authentication: Authentication
    addressing: Addressing | None
    sizes: tuple[SizeLimit, ...]
    lifecycle: Lifecycle | None  # None: the API has no tasks
    quotas: tuple[Quota, ...]
    resources: Mapping[str, Resource]
    link: Link | None
    request_id: str  # template of the ids of requests: {uuid}, {hex32}
    not_given: tuple[Json, ...]  # values of a body's members that mean that the member was not given
    readings: Mapping[str, Reading]
    pages: Mapping[str, Page]
    companions: tuple[str, ...]  # specs that are served along with it
    clients: tuple[ClientHint, ...]
    credentials: CredentialPlaces  # where official clients look for them
    by_reason: Mapping[str, tuple[ErrorCode, ...]] = field(
        init=False, repr=False, compare=False
    )  # each that answers it
    own_codes: frozenset[str] = field(init=False, repr=False, compare=False)  # parameters that have some

    def __post_init__(self) -> None:
        found: dict[str, tuple[ErrorCode, ...]] = {}
        for error_code in self.error_codes:
            for reason in dict.fromkeys(error_code.when):
                found[reason] = (*found.get(reason, ()), error_code)
        object.__setattr__(self, "by_reason", found)
        object.__setattr__(self, "own_codes", frozenset(reason.partition("/")[2] for reason in found))

    def error_code(self, operation: str, reason: str, parameter: str = "") -> ErrorCode:
        """How the provider spells `reason`, about this parameter. Raises LookupError when no code answers it."""
        found = _answering(self, operation, reason, parameter if parameter in self.own_codes else "")
        if found is None:
            raise LookupError(f"{self.name}: no error code answers {reason!r} for {operation or 'any operation'}")
        return found

    @property
    def refusals(self) -> tuple[Answer, ...]:
        """The forms that a refusal may have, the usual one first."""
        return (self.failure, *self.failures.values())

    def refusal_of(self, error_code: ErrorCode) -> Answer:
        """The form in which an error code comes."""
        return self.failures[error_code.response] if error_code.response else self.failure

    def refusal(self, operation: str, code: str, status: int) -> Answer:
        """The form in which an operation refuses with this code and status; the usual one where nobody says so."""
        same = [each for each in self.error_codes if each.code == code and each.belongs_to(operation)]
        found = [each for each in same if each.status == status] or same
        return self.refusal_of(found[0]) if found else self.failure


@lru_cache(4096)
def _answering(spec: Spec, operation: str, reason: str, parameter: str) -> ErrorCode | None:
    """How the provider spells `reason`; None where no code answers it."""
    for wider in widening(reason):
        for wanted in (f"{wider}/{parameter}", wider):
            for error_code in spec.by_reason.get(wanted, ()):
                if error_code.belongs_to(operation):
                    return error_code
    return None
