"""What a server may get wrong about the values of a request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.mutation.facts import WORD, Facts, neighbours, removal
from contracts.mutation.mutant import Mutant
from openapi.clauses import Clause
from openapi.document import join
from openapi.members import members
from openapi.model import Json, Rule
from openapi.operations import JSON_TYPE
from openapi.reasons import Reason

OTHER_TYPES = {"string": ("integer",), "integer": ("string", "number"), "array": ("object",), "object": ("array",)}
MOST_WORDS = 6  # of an enum of which each is left out
_WIDEST = "int64"  # the format whose range every whole number has to fit into in any case
_COUNTS = frozenset({"minLength", "maxLength", "minItems", "maxItems"})
_PATH = "a path with an empty segment is another path, so that no request shows the difference"


def type_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Any type; in a body, one other type besides the documented one."""
    stated, is_text = str(clause.value), clause.detail.where != "body"
    same = "outside of a body every text is read as an array of one" if is_text and stated == "array" else ""
    if is_text and stated == "integer" and _is_ordered(facts, clause):
        same = "what cannot be compared is refused as such"
    free = _without_bounds(facts, clause.pointer.rpartition("/")[0])
    yield Mutant(clause, "any", f"type {stated} -> any", {**free, clause.pointer: None}, same=same)
    others = () if is_text else OTHER_TYPES.get(stated, ("string",))
    if stated == "integer" and _is_ordered(facts, clause):
        others = ("number",)  # a text would be read as a moment in another unit
    for other in others:
        told = f"type {stated} -> {stated} or {other}"
        yield Mutant(clause, f"or-{other}", told, {**free, clause.pointer: [stated, other]})


def required_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """No more required."""
    if clause.pointer.endswith("/required"):
        same = _still_refused(facts, clause)
        yield Mutant(clause, "optional", "required -> optional", {clause.pointer: False}, same=same)
    else:
        yield Mutant(clause, "optional", "required -> optional", removal(facts, clause.pointer))


def enum_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """Any word; a word of the list in other letters; each of the first words left out."""
    words = list(clause.value) if isinstance(clause.value, list) else []
    yield Mutant(clause, "any", "enum -> any value", {clause.pointer: None})
    other = next((_recased(word) for word in words if _recased(word) not in words), None)
    if other is not None:
        yield Mutant(clause, "recased", f"enum: {other!r} is taken too", {clause.pointer: [*words, other]})
    for index, word in enumerate(words[:MOST_WORDS] if len(words) > 1 else ()):
        rest = [each for each in words if each != word]
        yield Mutant(clause, f"without-{index + 1}", f"enum: {word!r} is not taken", {clause.pointer: rest})


def bound_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """A bound moved by one to either side; none at all."""
    keyword = clause.pointer.rpartition("/")[2]
    for name, value in neighbours(clause.value):
        if keyword in _COUNTS and isinstance(value, int) and value < 0:
            continue
        same = _hidden(facts, clause, value)
        yield Mutant(clause, name, f"{keyword} {clause.value} -> {value}", {clause.pointer: value}, same=same)
    if isinstance(clause.value, bool) or keyword.startswith("max") or keyword == "multipleOf":
        same = _out_of_order(facts, clause, upwards=True) if keyword == "maximum" else ""
        yield Mutant(clause, "none", f"{keyword} {clause.value} -> none", {clause.pointer: None}, same=same)


def pattern_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Any text; text around what matches."""
    stated = str(clause.value)
    file = facts.operation(clause).file
    is_query = file is not None and file.query == clause.detail.name
    excuse = "what does not match is no query either, and is refused as one that is wrong" if is_query else ""
    yield Mutant(clause, "any", f"pattern {stated} -> any text", {clause.pointer: None}, excuse=excuse)
    bare = stated.removeprefix("^").removesuffix("$")
    if bare != stated:
        same = "a moment with text around it is none, and is refused as such" if _is_ordered(facts, clause) else ""
        if bare.endswith(f"{{{clause.detail.schema.get('maxLength')}}}"):
            same = "nothing longer than what matches may be given"
        told = f"pattern {stated} -> {bare}"
        yield Mutant(clause, "unanchored", told, {clause.pointer: bare}, same=same, excuse=excuse)


def format_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """Any form; of whole numbers, another range."""
    same = "every whole number has to fit into this range in any case" if clause.value == _WIDEST else ""
    yield Mutant(clause, "any", f"format {clause.value} -> any", {clause.pointer: None}, same=same)
    if clause.value == _WIDEST:
        yield Mutant(clause, "narrower", f"format {clause.value} -> int32", {clause.pointer: "int32"})


def default_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Another value; no default, because the value has to be given."""
    for name, value in _other_values(clause):
        yield Mutant(clause, name, f"default {clause.value!r} -> {value!r}", {clause.pointer: value})
    yield from _made_required(facts, clause)


def unknown_member_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """What nobody knows is ignored where it ought to be refused, or the other way."""
    other = "ignore" if clause.value == "refuse" else "refuse"
    link = facts.spec.link
    if link is not None and clause.operation == link.operation and other == "refuse":
        return  # the signature of a link would be refused with everything else
    changes: dict[str, Any] = {f"{facts.operation(clause).pointer}/x-unknown": {"then": other}}
    if clause.pointer.endswith("/additionalProperties"):
        changes[clause.pointer] = True
    elif (
        other == "refuse"
        and facts.operation(clause).body is not None
        and "requestBody" in facts.places[clause.operation][0]
    ):
        body = facts.places[clause.operation][0].step("requestBody", "content", JSON_TYPE, "schema")
        changes[body.where("additionalProperties")] = False
    yield Mutant(clause, other, f"unknown members: {clause.value} -> {other}", changes)


def rule_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """The rule dropped, turned around, or off by a second; refused for another reason."""
    rule: Rule = clause.detail
    if rule.kind == "independent":  # it refuses nothing, so there is nothing to drop
        for kind in ("together", "requires"):
            yield Mutant(clause, kind, f"rule {rule.kind} -> {kind}", {f"{clause.pointer}/kind": kind})
        return
    yield Mutant(clause, "dropped", f"rule {rule.kind} -> none", removal(facts, clause.pointer))
    if rule.kind in {"ordered", "requires"}:
        turned = list(reversed(rule.parameters))
        yield Mutant(clause, "reversed", f"{rule.kind} {' '.join(turned)}", {f"{clause.pointer}/parameters": turned})
    if rule.kind == "not-older-than":
        for name, value in neighbours(rule.seconds):
            yield Mutant(clause, name, f"seconds {rule.seconds} -> {value}", {f"{clause.pointer}/seconds": value})
    other = facts.other_reason(rule.reason, facts.operation(clause))
    if other:
        yield Mutant(clause, "reason", f"refused as {other}", {f"{clause.pointer}/refuse": other})


def not_given_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """The value means something."""
    told = f"{clause.value!r} counts as a value"
    yield Mutant(clause, "given", told, removal(facts, clause.pointer))


def _hidden(facts: Facts, clause: Clause, value: Json) -> str:
    """Why no client can see that this value is the bound."""
    keyword, member = clause.pointer.rpartition("/")[2], clause.detail
    if keyword == "minLength" and not value and member.where == "path":
        return _PATH
    if keyword == "minLength" and not value and not re.search(member.schema.get("pattern", ""), ""):
        return "the pattern takes no empty text either"
    is_wider = (
        isinstance(value, int | float)
        and isinstance(clause.value, int | float)
        and (value < clause.value if keyword == "minimum" else value > clause.value)
    )
    given = any(value == each and type(value) is type(each) for each in facts.spec.not_given)
    if is_wider and keyword == "minimum" and member.where == "body" and given:
        return f"{value} means that nothing is given"
    return _out_of_order(facts, clause, upwards=keyword == "maximum") if is_wider and "imum" in keyword else ""


def _out_of_order(facts: Facts, clause: Clause, *, upwards: bool) -> str:
    """Why nothing beyond this bound is ever accepted: the other end of a range has the same bound."""
    for rule in facts.operation(clause).rules:
        names = list(rule.parameters) if rule.kind == "ordered" else []
        if clause.detail.argument not in names:
            continue
        beyond = (
            names[names.index(clause.detail.argument) + 1 :]
            if upwards
            else names[: names.index(clause.detail.argument)]
        )
        keyword = "maximum" if upwards else "minimum"
        schemas = {each.argument: each.schema for each in members(facts.operation(clause))}
        if any(schemas.get(name, {}).get(keyword) == clause.value for name in beyond):
            return f"{beyond[0]} has the same bound, and may not lie on the other side of {clause.detail.name}"
    return ""


def _still_refused(facts: Facts, clause: Clause) -> str:
    """Why a body that may be left out is refused all the same, with the same code."""
    operation = facts.operation(clause)
    needed = (operation.body or {}).get("required", ())
    if clause.detail.steps or not needed:
        return ""
    empty, missing = facts.code(operation, Reason.EMPTY_BODY), facts.code(operation, Reason.MISSING_PARAMETER)
    return "without a body, its required members are missing, which has the same code" if empty == missing else ""


def _without_bounds(facts: Facts, pointer: str) -> Mapping[str, Any]:
    """Away with the keywords that would refuse values of another type."""
    held = facts.stated(pointer, {})
    return {join(pointer, key): None for key in ("enum", "pattern", "format") if key in held}


def _recased(word: Json) -> Json:
    return word.swapcase() if isinstance(word, str) else word


def _is_ordered(facts: Facts, clause: Clause) -> bool:
    """Whether a rule compares the value with another one."""
    rules = facts.operation(clause).rules
    return any(rule.kind == "ordered" and clause.detail.name in rule.parameters for rule in rules)


def _other_values(clause: Clause) -> Iterator[tuple[str, Json]]:
    value, member = clause.value, clause.detail
    schema = member.schema
    words = [each for each in schema.get("enum", ()) if each != value]
    if words:
        yield "other", words[0]
    elif isinstance(value, bool):
        yield "other", not value
    elif isinstance(value, int | float):
        low, high = schema.get("minimum", value - 1), schema.get("maximum", value + 1)
        yield from ((name, each) for name, each in neighbours(value) if low <= each <= high)
    elif isinstance(value, str):
        yield "other", ("1" if value.startswith("0") else "0") + value[1:] if value else WORD


def _made_required(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """The member required, where it stands at the top of a body or outside of it."""
    member, told = clause.detail, f"{clause.detail.name} is required"
    owner, _, keyword = clause.pointer.rpartition("/")
    above = owner.rpartition("/")[0]
    if member.where != "body" and facts.stated(f"{above}/in") == member.where:
        yield Mutant(clause, "required", told, {f"{above}/required": True})
    elif above.endswith("/properties") and keyword == "default":
        schema = above.removesuffix("/properties")
        names = facts.stated(f"{schema}/required", [])
        yield Mutant(clause, "required", told, {f"{schema}/required": [*names, member.steps[-1]]})
