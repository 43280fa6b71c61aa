"""The paths of a document, read into operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi import rules
from openapi.citations import Citer
from openapi.document import Document, SpecError, follow, join, resolve
from openapi.model import (
    Action,
    Answer,
    Authentication,
    Filter,
    Listing,
    Operation,
    Paging,
    Parameter,
    Phase,
    RateLimit,
    Rule,
    Sorting,
    Transfer,
)

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
JSON_TYPE = "application/json"
Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the operations of one document."""

    api: str
    document: Document
    citer: Citer
    authentication: Authentication

    def operations(self) -> Iterator[Operation]:
        shared = rules.rate_limits(self.document, "", self.citer)
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    pointer = join("", "paths", path, method)
                    try:
                        yield self._operation(
                            path, method, item[method] | {"parameters": _parameters(item, method)}, shared
                        )
                    except (SpecError, LookupError, TypeError, ValueError) as error:
                        message = f"{pointer}: {_cause(error)}"
                        raise SpecError(message) from error

    def _operation(self, path: str, method: str, raw: Raw, shared: tuple[RateLimit, ...]) -> Operation:
        pointer = join("", "paths", path, method)
        citer = self.citer.inside(raw)
        bare, _, fragment = path.partition("#")
        content, body_required = self._body(raw)
        parameters = tuple(self._parameter(each, pointer, i) for i, each in enumerate(raw["parameters"]))
        return Operation(
            id=raw["operationId"],
            api=self.api,
            method=method.upper(),
            path=bare,
            action=Action(raw["x-action"]),
            action_name=fragment.partition("=")[2],
            parameters=parameters,
            body=resolve(self.document, content["schema"]) if content else None,
            body_required=body_required,
            success=self.success(raw["responses"], join(pointer, "responses")),
            schemes=tuple(raw.get("x-schemes", self.authentication.schemes)),
            rate_limits=(*rules.rate_limits(raw, pointer, citer), *shared),
            phase_refusals={
                Phase(phase): (each["refuse"], citer.cite(each)) for phase, each in raw.get("x-phases", {}).items()
            },
            rules=tuple(self._rules(raw, pointer, citer)),
            overwrites=tuple(raw.get("x-overwrites", {}).get("same", ())),
            overwrites_citation=citer.cite(raw["x-overwrites"]) if "x-overwrites" in raw else None,
            missing=raw.get("x-missing", {}).get("then", "refuse"),
            listing=_listing(raw, pointer, citer),
            file=rules.file(raw, pointer, citer) or rules.file(self.document, "", self.citer),
            transfer=frozenset(each for each in Transfer if each.value in raw.get("x-transfer", {})),
            unknown_members=raw.get("x-unknown", self.document.get("x-unknown", {})).get("then", "refuse"),
            example=self._example(raw, content),
            citation=citer.cite(raw),
            pointer=pointer,
        )

    def success(self, responses: Raw, pointer: str) -> Answer:
        """The first documented answer with a status below 300."""
        status = min((key for key in responses if key.startswith("2")), default="")
        if not status:
            raise SpecError("no answer has a status from 200 to 299: what is said when all is well?")
        return self.answer(responses[status], int(status), join(pointer, status))

    def answer(self, raw: Any, status: int, pointer: str) -> Answer:
        """One documented answer; of a `oneOf` the first, which is the success."""
        raw, pointer = follow(self.document, raw, pointer)
        contents: Mapping[str, Any] = raw.get("content", {})
        content_type = next(iter(contents), "")
        content: Raw = contents.get(content_type, {})
        schema = resolve(self.document, content.get("schema")) if content else None
        if schema and "oneOf" in schema:
            schema = schema["oneOf"][0]
        headers = {name.lower(): _header(resolve(self.document, each)) for name, each in raw.get("headers", {}).items()}
        is_file = not schema or schema.get("format") == "binary"
        return Answer(status, content_type, None if is_file else schema, headers, pointer)

    def _body(self, raw: Raw) -> tuple[Raw, bool]:
        body, _ = follow(self.document, raw.get("requestBody", {}), "")
        content: Raw = body.get("content", {}).get(JSON_TYPE, {})
        return content, body.get("required", False)

    def _parameter(self, raw: Any, pointer: str, index: int) -> Parameter:
        each, where = follow(self.document, raw, join(pointer, "parameters", index))
        schema = resolve(self.document, each["schema"])
        marks = {key: value for key, value in each.items() if key.startswith("x-") and not key.startswith("x-cite")}
        return Parameter(each["name"], each["in"], each.get("required", False), {**schema, **marks}, where)

    def _rules(self, raw: Raw, pointer: str, citer: Citer) -> Iterator[Rule]:
        for index, each in enumerate(raw.get("x-rules", ())):
            reason = each.get("refuse", "" if each["kind"] == "independent" else "conflicting-parameters")
            where = join(pointer, "x-rules", index)
            yield Rule(each["kind"], tuple(each["parameters"]), each.get("seconds", 0), reason, citer.cite(each), where)

    def _example(self, raw: Raw, content: Raw) -> dict[str, Any]:
        followed = [follow(self.document, each, "")[0] for each in raw["parameters"]]
        given = {each["name"]: each["example"] for each in followed if "example" in each}
        return {**given, **content.get("example", {}), **raw.get("x-example", {})}


def _parameters(item: Raw, method: str) -> list[Any]:
    return [*item[method].get("parameters", ()), *item.get("parameters", ())]


def _header(raw: Raw) -> dict[str, Any]:
    marks = {key: value for key, value in raw.items() if key.startswith("x-")}
    return {**raw.get("schema", {}), **marks}


def _listing(raw: Raw, pointer: str, citer: Citer) -> Listing | None:
    each = raw.get("x-listing")
    if each is None:
        return None
    pointer, citer = join(pointer, "x-listing"), citer.inside(each)
    filters = tuple(
        Filter(f["parameter"], f["field"], f.get("match", "equal"), citer.cite(f), join(pointer, "filters", index))
        for index, f in enumerate(each.get("filters", ()))
    )
    sorting, paging, total = each["sorting"], each.get("paging"), each.get("total", {"counts": "matching"})
    return Listing(filters, _sorting(sorting, pointer, citer), _paging(paging, pointer, citer), total["counts"])


def _sorting(raw: Raw, pointer: str, citer: Citer) -> Sorting:
    return Sorting(
        by=raw.get("by", ""),
        fields=raw.get("fields", {}),
        direction=raw.get("direction", ""),
        ascending=raw.get("ascending", ""),
        descending=raw.get("descending", ""),
        default_field=raw["default"]["field"],
        default_descending=raw["default"]["order"] == "descending",
        citation=citer.cite(raw),
        pointer=join(pointer, "sorting"),
    )


def _paging(raw: Raw | None, pointer: str, citer: Citer) -> Paging | None:
    if raw is None:
        return None
    return Paging(
        limit=raw.get("limit", ""),
        offset=raw.get("offset", ""),
        number=raw.get("number", ""),
        marker=raw.get("marker", ""),
        begins_at=raw.get("begins-at", ""),
        citation=citer.cite(raw),
        pointer=join(pointer, "paging"),
    )


def _cause(error: Exception) -> str:
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
