"""The result as SARIF 2.1.0: one rule per kind of clause, one finding per broken clause, at the line of its YAML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from contracts.reports.places import FileLine, Places
from contracts.result import Entry, Result, is_known
from contracts.wording import page, promise
from openapi.clauses import ClauseKind
from openapi.model import Spec

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LONGEST = 1000  # characters of what was received, in a message
Json = dict[str, Any]


def render(result: Result, specs: Mapping[str, Spec]) -> str:
    """The JSON text. A finding that is known is suppressed; a clause that was not observed is no finding."""
    broken, places = result.with_verdict("broken"), Places(specs)
    kinds = sorted({str(entry["kind"]) for entry in broken})
    run = {
        "tool": {"driver": {**_tool(result), "rules": list(map(_rule, kinds))}},
        "invocations": [_invocation(result)],
        "columnKind": "unicodeCodePoints",
        "results": [
            {"ruleIndex": kinds.index(entry["kind"]), **_finding(entry, places.of(entry))} for entry in _ordered(broken)
        ],
        "properties": {"target": result.target, **result.count(result.entries)},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: str(entry["id"]))


def _tool(result: Result) -> Json:
    version = {"version": result.head.version} if result.head.version else {}
    return {"name": "contracts", "fullName": "contracts of documented APIs", **version}


def _rule(kind: str) -> Json:
    words = kind.replace("-", " ")
    return {
        "id": kind,
        "name": "".join(map(str.title, words.split())),
        "shortDescription": {"text": f"A documented statement about: {words}"},
        "fullDescription": {"text": f"The server keeps what its documentation states ({ClauseKind(kind).value})."},
        "defaultConfiguration": {"level": "error"},
    }


def _invocation(result: Result) -> Json:
    troubles = [*result.mistakes, *([result.stopped] if result.stopped else [])]
    found: Json = {"executionSuccessful": not troubles}
    if result.head.started:
        began = datetime.fromisoformat(result.head.started)
        ended = began + timedelta(seconds=result.duration)
        found |= {"startTimeUtc": _utc(began), "endTimeUtc": _utc(ended)}
    if troubles:
        told = [{"level": "error", "message": {"text": trouble}} for trouble in troubles]
        found["toolExecutionNotifications"] = told
    return found


def _utc(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _finding(entry: Entry, place: FileLine | None) -> Json:
    location: Json = {"logicalLocations": [{"fullyQualifiedName": entry["id"], "kind": "member"}]}
    if place is not None:
        where = {"artifactLocation": {"uri": _uri(place.file)}, "region": {"startLine": place.line}}
        location["physicalLocation"] = where
    digest = sha256(str(entry["id"]).encode()).hexdigest()[:16]
    found: Json = {
        "ruleId": entry["kind"],
        "level": "warning" if entry["standing"] == "assumed" else entry["severity"],
        "message": {"text": _message(entry)},
        "locations": [location],
        "partialFingerprints": {"clauseId/v1": entry["id"], "primaryLocationLineHash": f"{digest}:1"},
        "properties": {"standing": entry["standing"], "page": entry["source"] and entry["source"]["url"]},
        **_exchange(entry),
    }
    if is_known(entry):
        known = entry["known"]
        told = f"{known['reason']} ({known['owner']}, until {known['until']})"
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": told}]
    return found


def _message(entry: Entry) -> str:
    received = str(entry["received"])
    shown = received if len(received) <= LONGEST else f"{received[:LONGEST]}…"
    return f"{entry['id']}: expected {entry['reason']}; received {shown}. The promise: {promise(entry)} ({page(entry)})"


def _exchange(entry: Entry) -> Json:
    """The exchange that decided."""
    if not entry["evidence"]:
        return {}
    request, response = entry["evidence"][-1]["request"], entry["evidence"][-1]["response"]
    return {
        "webRequest": {
            "method": request["method"],
            "target": request["url"],
            "headers": request["headers"],
            "body": {"text": request["body"]},
        },
        "webResponse": {
            "statusCode": response["status"],
            "headers": response["headers"],
            "body": {"text": response["body"]},
        },
    }


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(file)
