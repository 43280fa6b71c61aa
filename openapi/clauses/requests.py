"""What is stated about the values of a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from openapi.clauses.clause import Clause, ClauseKind
from openapi.clauses.place import Place
from openapi.members import ITEM, Member
from openapi.model import Citation, Json, Operation, Spec
from openapi.operations import JSON_TYPE

_NOBODY = Citation(None, "", "the root of the spec cites nobody for it: x-cites may have an entry for x-not-given")

KINDS: Mapping[str, ClauseKind] = {
    "type": ClauseKind.TYPE,
    "enum": ClauseKind.ENUM,
    "minimum": ClauseKind.MINIMUM,
    "maximum": ClauseKind.MAXIMUM,
    "multipleOf": ClauseKind.MINIMUM,
    "minLength": ClauseKind.LENGTH,
    "maxLength": ClauseKind.LENGTH,
    "minItems": ClauseKind.ITEMS,
    "maxItems": ClauseKind.ITEMS,
    "uniqueItems": ClauseKind.ITEMS,
    "pattern": ClauseKind.PATTERN,
    "format": ClauseKind.FORMAT,
    "default": ClauseKind.DEFAULT,
}


def request_clauses(spec: Spec, operation: Operation, place: Place, item: Place) -> Iterator[Clause]:
    """One clause per keyword of each parameter and of each member of the body, and per rule between them."""
    draft = Draft(spec.name, operation.id)
    for parameter in (*place.each("parameters"), *item.each("parameters")):
        yield from draft.parameter(parameter)
    if "requestBody" in place:
        yield from draft.body(place.step("requestBody"))
    yield from _unknown(spec, operation, place)
    for rule in operation.rules:
        subject = f"{'+'.join(rule.parameters)}:{rule.kind}"
        kind, value = ClauseKind.RULE, rule.seconds or rule.kind
        yield Clause(spec.name, operation.id, kind, subject, value, rule.citation, rule.pointer, rule)


@dataclass(frozen=True, slots=True)
class Draft:
    """Writes the clauses of one operation's request."""

    api: str
    operation: str

    def parameter(self, place: Place) -> Iterator[Clause]:
        schema = replace(place.step("schema"), cites=place.node.get("x-cites", {}))
        marks = {key: value for key, value in place.node.items() if key.startswith("x-")}
        required = bool(place.node.get("required"))
        where, name = place.node["in"], place.node["name"]
        member = Member(where, (name,), {**schema.resolved(), **marks}, required)
        if required and where != "path":  # a path without one of its segments is another path
            yield self._required(member, place.cite("required"), place.where("required"))
        yield from self._keywords(member, schema)

    def body(self, place: Place) -> Iterator[Clause]:
        if JSON_TYPE not in place.node.get("content", {}):
            return
        schema = place.step("content", JSON_TYPE, "schema")
        member = Member("body", (), schema.resolved(), bool(place.node.get("required")))
        if member.required:
            yield self._required(member, place.cite("required"), place.where("required"))
        yield from self._schema(member, schema)

    def _schema(self, member: Member, place: Place) -> Iterator[Clause]:
        yield from self._keywords(member, place)
        required = place.node.get("required", [])
        for name in place.node.get("properties", {}):
            part = place.step("properties", name)
            inner = Member("body", (*member.steps, name), part.resolved(), name in required)
            if inner.required:
                stated = "required" in place.node.get("x-cites", {})
                citation = place.cite("required") if stated else part.own_cite() or place.cite("required")
                yield self._required(inner, citation, place.where("required", required.index(name)))
            yield from self._schema(inner, part)
        if isinstance(place.node.get("items"), dict):
            part = place.step("items")
            yield from self._schema(Member("body", (*member.steps, ITEM), part.resolved(), required=False), part)
        for part in place.each("allOf"):
            yield from self._schema(replace(member, schema=part.resolved()), part)

    def _keywords(self, member: Member, place: Place) -> Iterator[Clause]:
        for keyword, kind in KINDS.items():
            if keyword not in place or (keyword == "type" and _is_any_text(member)):
                continue
            yield self._clause(member, kind, place.node[keyword], place.cite(keyword), place.where(keyword))

    def _required(self, member: Member, citation: Citation, pointer: str) -> Clause:
        return self._clause(member, ClauseKind.REQUIRED, True, citation, pointer)  # noqa: FBT003 - the stated value

    def _clause(self, member: Member, kind: ClauseKind, value: Json, citation: Citation, pointer: str) -> Clause:
        stated = pointer.rpartition("/")[2]
        keyword = stated if stated in KINDS and stated != kind else ""
        return Clause(self.api, self.operation, kind, member.name, value, citation, pointer, member, keyword)


def _is_any_text(member: Member) -> bool:
    """Outside a body everything is text, so nothing can have another type than text."""
    return member.where != "body" and member.schema.get("type") == "string"


def _unknown(spec: Spec, operation: Operation, place: Place) -> Iterator[Clause]:
    """What becomes of members that nobody knows: the schema of the body says so, or x-unknown does."""
    owner = place if "x-unknown" in place else Place.root(spec)
    closed = operation.body is not None and operation.body.get("additionalProperties") is False
    if closed:
        stated, keyword = place.step("requestBody", "content", JSON_TYPE, "schema"), "additionalProperties"
    elif "x-unknown" in owner:
        stated, keyword = owner.step("x-unknown"), "then"
    else:
        return
    value = "refuse" if closed else operation.unknown_members
    pointer, citation = stated.where(keyword), stated.cite(keyword)
    yield Clause(spec.name, operation.id, ClauseKind.UNKNOWN_MEMBER, "", value, citation, pointer, operation)


def not_given_clauses(spec: Spec, root: Place) -> Iterator[Clause]:
    """The values that mean that a member was not given."""
    cited = "x-not-given" in root.node.get("x-cites", {})
    citation = root.cite("x-not-given") if cited else _NOBODY
    for index, value in enumerate(spec.not_given):
        subject = repr(value) if value != "" else "empty"
        pointer = root.where("x-not-given", index)
        yield Clause(spec.name, "", ClauseKind.NOT_GIVEN, subject, value, citation, pointer)
