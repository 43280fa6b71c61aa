"""The forms in which an API refuses: which of them an answer has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from openapi.binding import read
from openapi.model import Answer, Json, Spec
from openapi.validation import Validator, validator

CODE = "error.code"  # as schemas bind it
REQUEST_ID = "request.id"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One documented form of a refusal, compiled."""

    answer: Answer
    validator: Validator
    code: str  # where the form itself names none: the only error code that comes in it

    def values(self, body: Json) -> dict[str, Json]:
        """What a body says, by the names that the schema of this form binds, such as `error.code`."""
        said = self.said(body)
        return read(self.answer.schema or {}, body) if said is None else said

    def said(self, body: Json) -> dict[str, Json] | None:
        """What a body says that has this form and tells which error it is; None of any other."""
        if not self.validator.is_valid(body):
            return None
        found = read(self.answer.schema or {}, body)
        if self.code and CODE not in found:
            found[CODE] = self.code
        return found if isinstance(found.get(CODE), str | int) else None

    def is_valid(self, body: Json) -> bool:
        """Whether a body has this form and says which error it is."""
        return self.said(body) is not None


@dataclass(frozen=True, slots=True)
class Envelopes:
    """All forms of one API, the usual one first."""

    spec: Spec
    forms: tuple[Envelope, ...]

    def take(self, body: Json) -> bool:
        """Whether a body has one of the forms."""
        return any(form.is_valid(body) for form in self.forms)

    def open(self, body: Json) -> tuple[dict[str, Json], bool]:
        """What a refusal says, and whether it has one of the forms; of no form, what can be read by any of them."""
        for form in self.forms:
            said = form.said(body)
            if said is not None:
                return said, True
        return next((found for form in self.forms if CODE in (found := form.values(body))), {}), False

    def of(self, operation: str, code: str, status: int) -> Envelope:
        """The form in which an operation refuses with this code; the usual one for a code that nobody documents."""
        wanted = self.spec.refusal(operation, code, status)
        return next(form for form in self.forms if form.answer is wanted)


@lru_cache(64)
def envelopes(spec: Spec) -> Envelopes:
    """The forms in which an API refuses."""
    return Envelopes(spec, tuple(_envelope(spec, answer) for answer in spec.refusals))


def _envelope(spec: Spec, answer: Answer) -> Envelope:
    schema = answer.schema or {}
    codes = {each.code for each in spec.error_codes if spec.refusal_of(each) is answer}
    return Envelope(answer, validator(schema), codes.pop() if len(codes) == 1 and CODE not in str(schema) else "")
