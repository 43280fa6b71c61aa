"""Exchanges told so that two sessions compare: what is another value each time is called by a name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import unquote, urlsplit

from contracts.calls.client import Reader, Reply
from contracts.calls.composing import encode
from contracts.cassettes.names import LONG, Names, is_name, moment_name
from contracts.moments import read_moment
from contracts.redaction import Redactor
from contracts.redaction.members import dated
from contracts.redaction.names import kind_of
from openapi.messages import Request, decode_pairs
from openapi.model import Action, Answer, Json, Operation, Schema, Spec
from openapi.signatures.encoding import is_form, to_bytes, to_text

PROJECT, REQUEST_ID, TIME = "<project>", "<request-id>", "<time>"
LINKS = "https://link.invalid"  # the origin of links in a cassette
_KINDS: Mapping[str, str] = {
    "task.id": "other-task",  # one that was created in the session has its name from then
    "task.link": "link",
    "tasks.last": "place",
    "token.value": "token",
    "account.project": "project-id",
    "account.number": "account",
    "account.name": "account",
    "account.domain": "account",
}
_SESSION = frozenset({"task.id", "task.link"})  # that later requests name
_TIMES = ("date", "last-modified", "expires")  # headers
Write = Callable[[Schema, Json], Json]


@dataclass
class Normaliser:
    """The names of one session, and what of it never leaves."""

    redactor: Redactor
    names: Names = field(default_factory=Names)
    is_foreign: bool = False  # nobody knows whose requests these were, or which resources they named

    def request(self, operation: Operation, request: Request, now: datetime) -> Request:
        """The request of an operation, sent at `now`."""
        schemas = _schemas(operation)

        def written(name: str, value: Json) -> Json:
            schema = schemas.get(name.partition(".")[0], {})
            return self._argument(schema, value, now)

        own = self.redactor.shown_by(request)
        headers = {name: self._header(name, text) for name, text in request.headers.items()}
        told = replace(
            request,
            path=self._path(operation, request.path, written),
            query=self._pairs(request.query, written),
            headers=headers,
            body=to_bytes(self.redactor.text(to_text(self._body(request, written)), own)),
        )
        return replace(told, query=self.redactor.text(told.query, own))

    def is_altered(self, request: Request) -> bool:
        """Whether it asks for what a link leads to, but otherwise than the link."""
        return any(unquote(urlsplit(link).path) == request.path for _, link in self.names.links())

    def followed(self, request: Request, origin: str) -> Request | None:
        """A request for a link that an answer gave; None: nobody gave this one."""
        for name, link in self.names.links():
            url = urlsplit(link)
            if (
                f"{url.scheme}://{url.netloc}" == origin
                and url.query == request.query
                and unquote(url.path) == request.path
            ):
                headers = {**self.redactor.headers(request.headers), "host": urlsplit(LINKS).netloc}
                return replace(request, path=f"/{name}", query="", headers=headers)
        return None

    def answer(self, answer: Answer, body: Json) -> Json:
        """A body, told by its schema."""
        return self._told(answer.schema or {}, body)

    def headers(self, answer: Answer, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers of an answer."""
        found = {}
        for name, value in self.redactor.headers(headers).items():
            schema = answer.headers.get(name, {})
            is_id = "request.id" in f"{schema.get('x-bind', '')}{schema.get('x-value', '')}"
            told = TIME if name in _TIMES else REQUEST_ID if is_id else self.names.text(value)
            found[name] = told
        return found

    def plain(self, body: bytes) -> bytes:
        """A body that is no JSON; of one that is no text, nothing."""
        try:
            return to_bytes(str(self._plain(body.decode("utf-8"))))
        except UnicodeDecodeError:
            return b""

    def meet(self, operation: Operation, values: Mapping[str, Json]) -> None:
        """Take down the name of a task that was created just now."""
        if operation.action is Action.CREATE and values.get("task.id") not in (None, ""):
            self.names.name("task", values["task.id"])

    def _header(self, name: str, value: str) -> str:
        """Proofs of who sends it, and when, are another each time."""
        kind = kind_of(name)
        return f"<{kind}>" if kind else TIME if name in dated() else str(self._plain(value))

    def _path(self, operation: Operation, path: str, written: Callable[[str, Json], Json]) -> str:
        names, given = operation.path.split("/"), path.split("/")
        if len(names) != len(given):
            return self.redactor.text(path)
        pairs = zip(names, given, strict=True)
        return "/".join(str(written(name[1:-1], each)) if name.startswith("{") else each for name, each in pairs)

    def _pairs(self, text: str, written: Callable[[str, Json], Json]) -> str:
        """A query or a form; as it stands where nothing in it has a name."""
        pairs = decode_pairs(text)
        told = [(name, str(written(name, value))) for name, value in pairs]
        return encode(told) if told != pairs else text

    def _body(self, request: Request, written: Callable[[str, Json], Json]) -> bytes:
        if is_form(request):
            return to_bytes(self._pairs(to_text(request.body), written))
        try:
            body = json.loads(request.body)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict) or not (self.is_foreign or dumped(body) == request.body):  # its form may matter
            return to_bytes(self.names.text(to_text(request.body)))
        return dumped({name: written(name, value) for name, value in body.items()})

    def _argument(self, schema: Schema, value: Json, now: datetime) -> Json:
        """An argument, its items and members included."""
        if isinstance(value, dict):
            parts = schema.get("properties", {})
            return {name: self._argument(parts.get(name, {}), each, now) for name, each in value.items()}
        if isinstance(value, list):
            return [self._argument(schema.get("items", {}), each, now) for each in value]
        if isinstance(value, bool) or not isinstance(value, str | int) or is_name(str(value)):
            return value
        is_meant = len(str(value)) >= LONG or schema.keys() & {"x-resource", "x-bind", "x-tenant"}
        known = self.names.known(value) if is_meant else ""
        return known or self._by_type(schema, value, now) or self._plain(value)

    def _by_type(self, schema: Schema, value: str | int, now: datetime) -> str:
        if schema.get("x-tenant") and self.is_foreign:
            return PROJECT
        if schema.get("x-resource") and self.is_foreign and value != "":
            return self.names.name(f"{schema['x-resource']} usable", value)
        is_long = isinstance(value, str) or schema.get("type") == "integer"
        return moment_name(value, now) if is_long else ""

    def _plain(self, value: Json) -> Json:
        return self.names.text(self.redactor.text(value)) if isinstance(value, str) else value

    def _told(self, schema: Schema, value: Json) -> Json:
        """A part of an answer."""
        if isinstance(value, dict):
            parts = schema.get("properties", {})
            return {name: self._told(parts.get(name, {}), each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._told(schema.get("items", {}), each) for each in value]
        return value if value in (None, "") or isinstance(value, bool) else self._scalar(schema, value)

    def _scalar(self, schema: Schema, value: Json) -> Json:
        if "x-time" in schema:
            return TIME if is_time(schema, value) else self._plain(value)
        bound = str(schema.get("x-bind", schema.get("x-value", "")))
        if "request.id" in bound:
            return REQUEST_ID
        told = self._plain(value)
        if bound in _KINDS and (told == value or bound in _SESSION):
            return self.names.name(_KINDS[bound], value)
        known = self.names.known(value) if isinstance(value, str) and len(value) >= LONG else ""
        return known or (PROJECT if schema.get("x-tenant") and told == value else told)


def dumped(body: Json) -> bytes:
    """JSON as the suite writes it."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


def is_time(schema: Schema, value: Json) -> bool:
    """Whether a value is a moment in the documented form, or its name."""
    return value == TIME or read_moment(schema, value) is not None


def answer_of(spec: Spec, operation: Operation, reader: Reader, reply: Reply) -> Answer:
    """Which of the documented answers a reply is: the success, or the form of the refusal."""
    if reply.accepted:
        return operation.success
    envelope = next((form for form in reader.refusals.forms if form.is_valid(reply.body)), None)
    return envelope.answer if envelope else spec.failure


def _schemas(operation: Operation) -> dict[str, Schema]:
    """The schemas of the arguments, by name."""
    inside: dict[str, Schema] = dict((operation.body or {}).get("properties", {}))
    return inside | {parameter.name: parameter.schema for parameter in operation.parameters}
