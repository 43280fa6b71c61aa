"""A request of a cassette, made ready to be sent again: live values for its names, the host of the target."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

from contracts.calls.composing import encode, scheme_for, takes_token
from contracts.cassettes.entry import Entry, Mark
from contracts.cassettes.names import Names, filled, moment_of
from contracts.cassettes.normalising import dumped
from contracts.redaction.members import dated
from contracts.redaction.names import kind_of
from contracts.target import Account, Target
from openapi.messages import Credentials, Request, decode_pairs
from openapi.model import Json, Operation, Spec
from openapi.signatures.encoding import is_form, to_bytes, to_text

_OWN = frozenset({"host", "content-length", "connection", "accept-encoding", "transfer-encoding", "te", "keep-alive"})


@dataclass
class Composer:
    """Knows what the names of a cassette stand for at a target."""

    target: Target
    names: Names
    _provided: dict[tuple[str, str, str], list[str]] = field(default_factory=dict[tuple[str, str, str], list[str]])

    def forget(self) -> None:
        """The target has forgotten everything."""
        self._provided.clear()

    def compose(self, spec: Spec, operation: Operation, entry: Entry) -> tuple[Request, str]:
        """The signed request, and the origin it goes to. Raises Nameless, and Unavailable for what the target lacks."""
        if Mark.LINK in entry.marks:
            return self._following(entry)
        account, now = self.target.account(entry.account), self.target.now()

        def value_of(name: str) -> Json:
            return self._value(spec, name, now)

        old = entry.request
        headers = {name: str(filled(text, value_of)) for name, text in old.headers.items() if not _is_made_anew(name)}
        request = Request(
            old.method,
            "/".join(str(filled(each, value_of)) for each in old.path.split("/")),
            _pairs(old.query, value_of),
            {**headers, "host": urlsplit(self.target.base_url).netloc},
            _body(old, value_of),
        )
        scheme = _scheme(operation, account, entry.scheme)
        if not scheme:
            return request, ""
        key = Credentials("", "", account.token) if takes_token(scheme) else account.key
        at = datetime.fromtimestamp(now.timestamp() + entry.skew, now.tzinfo)
        return scheme_for(spec, scheme).sign(request, key, at), ""

    def _following(self, entry: Entry) -> tuple[Request, str]:
        url = urlsplit(str(self.names.value(entry.request.path.removeprefix("/"))))
        headers = {name: text for name, text in entry.request.headers.items() if name not in _OWN}
        path = unquote(url.path, errors="surrogateescape") or "/"
        request = Request(entry.request.method, path, url.query, {"host": url.netloc, **headers}, entry.request.body)
        return request, f"{url.scheme}://{url.netloc}"

    def _value(self, spec: Spec, name: str, now: datetime) -> Json:
        what, _, whose = name.strip("<>").partition(" of ")
        if what in {"project", "access key"}:
            owner = self.target.account(whose or "first")
            return owner.project if what == "project" else owner.key.key_id
        at = moment_of(name, now)
        if at is not None:
            return at
        kind, _, rest = what.partition(" ")
        condition, _, number = rest.rpartition("-")
        if kind in spec.resources and number.isdecimal():
            return self._resource(spec.name, kind, "" if condition == "usable" else condition, int(number))
        return self.names.value(name)

    def _resource(self, api: str, kind: str, condition: str, number: int) -> str:
        key = (api, kind, condition)
        if len(self._provided.get(key, ())) < number:
            self._provided[key] = self.target.provide(api, kind, condition, number)
            for index, each in enumerate(self._provided[key], start=1):
                self.names.bind(f"<{kind} {condition or 'usable'}-{index}>", each)
        return self._provided[key][number - 1]


def _is_made_anew(header: str) -> bool:
    return header in _OWN or header in dated() or kind_of(header) is not None


def _scheme(operation: Operation, account: Account, recorded: str | None) -> str:
    """That of the cassette if the account has what it takes, else the first documented one; empty: unsigned."""
    if recorded == "":
        return ""
    wanted = ([recorded] if recorded else []) + list(operation.schemes)
    return next((each for each in wanted if (account.token if takes_token(each) else account.key.key_id)), "")


def _pairs(text: str, value_of: Callable[[str], Json]) -> str:
    pairs = decode_pairs(text)
    found = [(name, str(filled(value, value_of))) for name, value in pairs]
    return encode(found) if found != pairs else text


def _body(request: Request, value_of: Callable[[str], Json]) -> bytes:
    if is_form(request):
        return to_bytes(_pairs(to_text(request.body), value_of))
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or dumped(body) != request.body:
        return to_bytes(str(filled(to_text(request.body), value_of)))
    return dumped(_filled(body, value_of))


def _filled(value: Json, value_of: Callable[[str], Json]) -> Json:
    if isinstance(value, str):
        return filled(value, value_of)
    if isinstance(value, dict):
        return {name: _filled(each, value_of) for name, each in value.items()}
    return [_filled(each, value_of) for each in value] if isinstance(value, list) else value
