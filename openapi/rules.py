"""The `x-` keywords of a whole API, read into the nouns of the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openapi.citations import Citer
from openapi.document import Document, join
from openapi.model import (
    Addressing,
    Authentication,
    Citation,
    ClientHint,
    Condition,
    CredentialFile,
    CredentialPlaces,
    CredentialVariables,
    ErrorCode,
    FileSpec,
    Lifecycle,
    Link,
    Phase,
    PythonClient,
    Quota,
    RateLimit,
    Reading,
    Resource,
    SizeLimit,
)

Raw = Mapping[str, Any]
INCLUDED = "included"


def error_codes(document: Document, citer: Citer) -> tuple[ErrorCode, ...]:
    """Every error code, in the order in which they are asked."""
    return tuple(
        ErrorCode(
            code=raw["code"],
            status=raw["status"],
            message=raw["message"],
            when=tuple(raw["when"]),
            operations=frozenset(raw.get("operations", ())),
            citation=citer.cite(raw),
            pointer=join("", "x-error-codes", index),
            response=raw.get("response", ""),
            assumed=frozenset(key for key in ("code", "status", "when") if citer.cite(raw, key).standing == "assumed"),
        )
        for index, raw in enumerate(document.get("x-error-codes", ()))
    )


def rate_limits(owner: Raw, pointer: str, citer: Citer) -> tuple[RateLimit, ...]:
    """The rate limits that a document or an operation declares."""
    return tuple(
        RateLimit(
            requests=raw["requests"],
            seconds=raw["seconds"],
            reason=raw.get("refuse", "rate-limited"),
            citation=citer.cite(raw),
            pointer=join(pointer, "x-rate-limits", index),
        )
        for index, raw in enumerate(owner.get("x-rate-limits", ()))
    )


def quotas(document: Document, citer: Citer) -> tuple[Quota, ...]:
    """How many tasks an account may have."""
    return tuple(
        Quota(
            id=raw["id"],
            counts=raw["counts"],
            limit=raw["limit"],
            when_full=raw["when-full"],
            reason=raw.get("refuse", ""),
            citation=citer.cite(raw),
            pointer=join("", "x-quotas", index),
        )
        for index, raw in enumerate(document.get("x-quotas", ()))
    )


def sizes(document: Document, citer: Citer) -> tuple[SizeLimit, ...]:
    """How large the parts of a request may be."""
    return tuple(
        SizeLimit(
            of=raw["of"],
            limit=raw["limit"],
            scheme=raw.get("scheme", ""),
            reason=raw["refuse"],
            citation=citer.cite(raw),
            pointer=join("", "x-size-limits", index),
        )
        for index, raw in enumerate(document.get("x-size-limits", ()))
    )


def resources(document: Document, citer: Citer) -> dict[str, Resource]:
    """What requests refer to, by kind."""
    return {
        kind: Resource(kind, raw["default"], dict(_conditions(kind, raw, citer.inside(raw))))
        for kind, raw in document.get("x-resources", {}).items()
    }


def _conditions(kind: str, raw: Raw, citer: Citer) -> Iterator[tuple[str, Condition]]:
    for name, each in raw.get("conditions", {}).items():
        pointer = join("", "x-resources", kind, "conditions", name)
        yield name, Condition(name, each["refuse"], each.get("example", ""), citer.cite(each), pointer)


def lifecycle(document: Document, citer: Citer) -> Lifecycle | None:
    """The life of a task, if the API has tasks."""
    raw = document.get("x-lifecycle")
    if raw is None:
        return None
    citer = citer.inside(raw)
    kept = raw.get("expires-after")
    progress = raw.get("progress", {})
    return Lifecycle(
        words={Phase(phase): each["word"] for phase, each in raw["phases"].items()},
        citations={Phase(phase): citer.cite(each) for phase, each in raw["phases"].items()},
        queued_seconds=raw["timetable"]["queued"],
        running_seconds=raw["timetable"]["running"],
        kept_seconds=kept["seconds"] if kept else None,
        kept_citation=citer.cite(kept) if kept else None,
        progress=(progress.get("minimum", 0), progress.get("maximum", 100)),
        task_id=raw["task-id"],
    )


def authentication(document: Document, citer: Citer) -> Authentication:
    """How requests prove who sent them."""
    raw = document["x-authentication"]
    citer = citer.inside(raw)
    keywords = [key for key in raw if not key.startswith("x-")]
    return Authentication(
        schemes=tuple(raw["schemes"]),
        skew_seconds=raw.get("skew", {}).get("seconds", 0),
        variants=tuple(raw.get("variants", ())),
        lock_failures=raw.get("lock", {}).get("failures", 0),
        lock_seconds=raw.get("lock", {}).get("seconds", 0),
        token_seconds=raw.get("token", {}).get("seconds", 0),
        service=raw.get("service", ""),
        citations={key: _cite_keyword(citer, raw, key) for key in keywords},
        pointer="/x-authentication",
    )


def _cite_keyword(citer: Citer, raw: Raw, key: str) -> Citation:
    value = raw[key]
    return citer.cite(value) if isinstance(value, dict) else citer.cite(raw, key)


def addressing(document: Document, citer: Citer) -> Addressing | None:
    """Where the action and the version stand, if the path does not say."""
    raw = document.get("x-addressing")
    if raw is None:
        return None
    return Addressing(
        action_header=raw["action"]["header"].lower(),
        action_parameter=raw["action"]["parameter"],
        version_header=raw["version"]["header"].lower(),
        version_parameter=raw["version"]["parameter"],
        version=raw["version"]["value"],
        methods=tuple(raw["methods"]),
        common_parameters=frozenset(raw["common-parameters"]),
        citation=citer.cite(raw),
        pointer="/x-addressing",
    )


def link(document: Document, citer: Citer) -> Link | None:
    """The signed address of a file, if the API hands one out."""
    raw = document.get("x-link")
    if raw is None:
        return None
    return Link(raw["operation"], raw["scheme"], raw["seconds"], raw["url"], citer.cite(raw, "seconds"), "/x-link")


def file(owner: Raw, pointer: str, citer: Citer) -> FileSpec | None:
    """The file of a document or of one creator, if it declares one."""
    raw = owner.get("x-file")
    if raw is None:
        return None
    order, edges = raw.get("order", {}), raw.get("edges", {})
    return FileSpec(
        rows=raw["rows"],
        columns=tuple(raw["columns"]),
        formats=raw["formats"],
        format=raw.get("format", ""),
        archive=raw.get("archive", "none"),
        name=raw["name"],
        member=raw.get("member", ""),
        window=(raw["window"][0], raw["window"][1]) if "window" in raw else None,
        edges=(edges.get("first", INCLUDED) == INCLUDED, edges.get("last", INCLUDED) == INCLUDED),
        time=raw.get("time", ""),
        fields=raw.get("fields", ""),
        query=raw.get("query", ""),
        syntaxes=raw.get("syntaxes", {}),
        syntax=raw.get("syntax", ""),
        limit=raw.get("limit", ""),
        order=order.get("by", ""),
        descending=order.get("descending", ""),
        citation=citer.cite(raw),
        pointer=join(pointer, "x-file"),
    )


def readings(document: Document) -> dict[str, Reading]:
    """The open questions, by id."""
    return {
        name: Reading(
            id=name,
            question=raw["question"],
            default=str(raw["default"]),
            answers={str(answer): each.get("change", {}) for answer, each in raw["answers"].items()},
            sources={str(answer): each["source"] for answer, each in raw["answers"].items()},
            pointer=join("", "x-readings", name),
        )
        for name, raw in document.get("x-readings", {}).items()
    }


def clients(document: Document) -> tuple[ClientHint, ...]:
    """How official clients are pointed at another address."""
    return tuple(
        ClientHint(raw["name"], raw.get("env", {}), raw["settings"], _python(raw.get("python")))
        for raw in document.get("x-clients", ())
    )


def _python(raw: Raw | None) -> PythonClient | None:
    return PythonClient(tuple(raw["packages"]), raw["client"], raw.get("http", "")) if raw else None


CREDENTIALS = ("key-id", "secret", "session-token", "project")


def credentials(document: Document, citer: Citer) -> CredentialPlaces:
    """Where official clients look for credentials."""
    raw = document.get("x-credentials", {})
    files = (
        CredentialFile(
            path=each["path"],
            variable=each.get("variable", ""),
            form=each["form"],
            section=each.get("section", ""),
            names=_credentials(each),
            citation=citer.cite(each),
        )
        for each in raw.get("files", ())
    )
    variables = (CredentialVariables(_credentials(each), citer.cite(each)) for each in raw.get("variables", ()))
    return CredentialPlaces(tuple(variables), tuple(files))


def _credentials(raw: Raw) -> dict[str, str]:
    return {part: raw[part] for part in CREDENTIALS if part in raw}
