"""What one answer shows by itself: its status, type, headers, body, request id, and the code of a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

from contracts.calls.client import REFUSED
from contracts.calls.codes import codes_of, difference
from contracts.calls.envelopes import REQUEST_ID, Envelopes, envelopes
from contracts.checks.answers import header_form, is_valid_header
from contracts.checks.error_codes import message_form
from contracts.proxy.points import Book, Kept, Observed, Point, Unkept
from openapi.clauses import Clause, ClauseKind
from openapi.model import Answer, Transfer
from openapi.validation import Validator, validator

KEPT_IDS = 1 << 16  # of requests, that are remembered
NOISE = frozenset(  # what anything on the way to a server may answer
    {
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


@dataclass
class Answers:
    """Judges each answer by what is stated of answers; remembers the ids of requests."""

    book: Book
    ids: dict[str, None] = field(default_factory=dict[str, None])  # in the order in which they came
    forms: Envelopes = field(init=False)
    _validators: dict[str, Validator] = field(default_factory=dict[str, Validator])  # by pointer of the answer

    def __post_init__(self) -> None:
        self.forms = envelopes(self.book.spec)

    def judge(self, seen: Observed) -> Iterator[Point]:
        """What the answer shows."""
        reply, operation = seen.reply, seen.operation
        if not reply.error_code and reply.status in NOISE:
            return
        if not seen.is_plain:
            yield from self._part_of_file(seen)
            return
        if not reply.error_code and reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            clause = self.book.first(ClauseKind.CONFORMANCE, operation.id)
            yield Unkept(clause, "no error of the server itself", f"status {reply.status}")
            return
        is_refusal = bool(reply.error_code) or (not reply.accepted and reply.status >= REFUSED)
        answer = self._form(seen) if is_refusal else operation.success
        if is_refusal:
            yield from self._code(seen)
        else:
            yield from self._status(seen)
        yield from self._headers(seen, answer, is_refusal=is_refusal)
        if seen.is_whole:
            yield from self._body(seen, answer, is_refusal=is_refusal)

    def _form(self, seen: Observed) -> Answer:
        """The documented form of a refusal; where its code comes in several, the one that it has."""
        reply, name = seen.reply, seen.operation.id
        usual = self.forms.of(name, reply.error_code, reply.status)
        wanted = [
            self.book.spec.refusal_of(each) for each in codes_of(self.book.spec, name, reply.error_code, reply.status)
        ]
        having = (each for each in self.forms.forms if each.answer in wanted and each.is_valid(reply.body))
        return next(having, usual).answer

    def _status(self, seen: Observed) -> Iterator[Point]:
        stated = self.book.of(ClauseKind.STATUS, seen.operation.id)
        if any(each.subject and each.value == seen.reply.status for each in stated):
            return  # another documented success, of which no page says when it comes
        for each in (each for each in stated if not each.subject):
            kept = each.value == seen.reply.status
            yield Kept(each.id) if kept else Unkept(each.id, f"status {each.value}", f"status {seen.reply.status}")

    def _code(self, seen: Observed) -> Iterator[Point]:
        """The code is one that the operation documents, with its status, and in its words."""
        reply, spec, name = seen.reply, self.book.spec, seen.operation.id
        if not reply.error_code:
            return  # the form of its body is judged
        codes = codes_of(spec, name, reply.error_code)
        stated = [each.id for each in self._error_clauses(seen) if each.detail.error_code in codes]
        found = difference(spec, name, reply, counts_assumed=False)
        if found is not None:
            clauses = stated[:1] if found.is_of_status else [self.book.first(ClauseKind.REFUSAL, name)]
            yield from (Unkept(each, found.expected, found.received, is_refusal=True) for each in clauses)
        elif len(codes) == 1 and reply.status == codes[0].status:
            yield from (Kept(each, "its status and its form") for each in stated)
            yield from self._message(seen)

    def _error_clauses(self, seen: Observed) -> list[Clause]:
        return [*self.book.of(ClauseKind.ERROR_CODE, seen.operation.id), *self.book.of(ClauseKind.ERROR_CODE)]

    def _message(self, seen: Observed) -> Iterator[Point]:
        said = str(seen.reply.values.get("error.message", ""))
        stated = [*self.book.of(ClauseKind.MESSAGE, seen.operation.id), *self.book.of(ClauseKind.MESSAGE)]
        for each in stated:
            code = each.detail.error_code
            if code.code != seen.reply.error_code or code.status != seen.reply.status:
                continue
            kept = message_form(str(each.value)).fullmatch(said) is not None
            yield (
                Kept(each.id)
                if kept
                else Unkept(each.id, f"the message: {each.value}", said or "none", is_refusal=True)
            )

    def _headers(self, seen: Observed, answer: Answer, *, is_refusal: bool) -> Iterator[Point]:
        reply, name = seen.reply, seen.operation.id
        found = reply.headers.get("content-type", "")
        for each in self.book.of_answer(ClauseKind.CONTENT_TYPE, name, answer, is_refusal=is_refusal):
            if reply.raw and (not is_refusal or reply.error_code):
                kept = found == each.value
                yield Kept(each.id) if kept else Unkept(each.id, f"content-type: {each.value}", found or "none")
        for each in self.book.of_answer(ClauseKind.HEADER, name, answer, is_refusal=is_refusal):
            yield self._header(seen, each)
        for each in self.book.of_answer(ClauseKind.REQUEST_ID, name, answer, is_refusal=is_refusal):
            yield from self._request_id(seen, each)

    def _header(self, seen: Observed, clause: Clause) -> Point:
        name = clause.subject.rpartition(":")[2]
        schema = clause.detail.headers.get(name.lower(), {})
        found, stated = seen.reply.headers.get(name.lower(), ""), str(schema.get("x-value", "")) or "{value}"
        if found and header_form(stated).fullmatch(found) and is_valid_header(schema, found):
            return Kept(clause.id)
        return Unkept(clause.id, f"{name}: {stated}", found or "none")

    def _request_id(self, seen: Observed, clause: Clause) -> Iterator[Point]:
        name = clause.subject.rpartition(":")[2]
        is_header = name.lower() in clause.detail.headers
        if not is_header and not (seen.is_whole and seen.reply.values):
            return
        found = str((seen.reply.headers.get(name.lower()) if is_header else seen.reply.values.get(REQUEST_ID)) or "")
        key = f"{name} {found}"
        if not found or key in self.ids:
            yield Unkept(clause.id, f"an id that no other answer has, as {name}", found or "none")
            return
        yield Kept(clause.id)
        self.ids[key] = None
        if len(self.ids) > KEPT_IDS:
            del self.ids[next(iter(self.ids))]

    def _body(self, seen: Observed, answer: Answer, *, is_refusal: bool) -> Iterator[Point]:
        reply = seen.reply
        if answer.schema is None:
            return
        if answer.pointer not in self._validators:
            self._validators[answer.pointer] = validator(answer.schema)
        problems = [each.message for each in self._validators[answer.pointer].problems(reply.body)]
        for each in self.book.of_answer(ClauseKind.RESPONSE_SCHEMA, seen.operation.id, answer, is_refusal=is_refusal):
            if reply.body is not None and not problems:
                yield Kept(each.id)
            else:
                received = f"{reply.status} {reply.raw[:200].decode('utf-8', 'replace')}"
                what = "a refusal" if is_refusal else "a body"
                shown = f"{problems[0]}, in {received}" if problems else received
                yield Unkept(each.id, f"{what} that the documented schema takes", shown)

    def _part_of_file(self, seen: Observed) -> Iterator[Point]:
        """A part of a file says which part it is, and is that long."""
        reply, asked = seen.reply, seen.reply.exchange.request.headers.get("range", "")
        if Transfer.RANGES not in seen.operation.transfer or reply.status != HTTPStatus.PARTIAL_CONTENT or not asked:
            return
        stated, length = reply.headers.get("content-range", ""), seen.passed.response_body.length
        for each in self.book.of(ClauseKind.RANGES, seen.operation.id):
            if stated.startswith("bytes ") and _length(stated) in {length, None}:
                yield Kept(each.id, "a part that is as long as it says")
            else:
                yield Unkept(
                    each.id, "a part that is as long as its Content-Range says", f"{stated or 'none'}, {length} bytes"
                )


def _length(content_range: str) -> int | None:
    """How long a part is that a Content-Range states; None where it states no part, or several."""
    first, _, last = content_range.removeprefix("bytes ").partition("/")[0].partition("-")
    return int(last) - int(first) + 1 if first.isdecimal() and last.isdecimal() else None
