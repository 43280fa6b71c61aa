"""Results to report: entries made by hand, and the schema that every result file has to obey."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

import contracts.reports
from contracts.result import Head, Result

HERE = Path(contracts.reports.__file__).parent
API = "tencent-cls"
PAGE = {"title": "CreateExport", "url": "https://example.com/create", "date": "2026-01-31"}
CURL = "curl -sS -i -X POST http://127.0.0.1:4010/"
EXCHANGE = {
    "request": {"method": "POST", "url": "http://127.0.0.1:4010/", "headers": {"host": "127.0.0.1:4010"}, "body": "{}"},
    "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": "{}"},
    "curl": CURL,
}
KNOWN = {"reason": "ticket 4711", "owner": "the data team", "until": "2027-01-31", "expired": False}


def entry(name: str, verdict: str = "held", **more: Any) -> dict[str, Any]:
    """An entry of a result, of the first API unless another is named."""
    return {
        "id": f"{more.get('api', API)}/{name}",
        "api": API,
        "operation": "CreateExport",
        "kind": "maximum",
        "standing": "documented",
        "value": 50,
        "quote": "at most 50",
        "note": "",
        "source": PAGE,
        "pointer": "/components/schemas/CreateExportRequest/properties/Count/maximum",
        "readings": [],
        "verdict": verdict,
        "severity": "error" if verdict == "broken" else "none",
        "check": "judges_the_bounds",
        "reason": "",
        "received": "",
        "evidence": [EXCHANGE],
        "steps": 1,
        "findings": [],
        "told_at": [],
        "found_by": "",
        "seconds": 0.25,
        "started": 1.5,
        "worker": "main",
        "text": "",
        **more,
    }


def broken(name: str, **more: Any) -> dict[str, Any]:
    return entry(name, "broken", **{"reason": "refused as InvalidParameter: Count is 51", "received": "200 {}", **more})


def unseen(name: str, reason: str = "it cannot be seen", **more: Any) -> dict[str, Any]:
    return entry(name, "not-observed", **{"reason": reason, **more})


def warned(name: str, **more: Any) -> dict[str, Any]:
    return broken(name, **{"standing": "sdk", "severity": "warning", **more})


def learned(name: str, **more: Any) -> dict[str, Any]:
    """What nobody documents, and a real endpoint does otherwise."""
    reason = "nobody documents it, and the server does otherwise: accepted was assumed"
    told = {"standing": "assumed", "severity": "learned", "source": None, "quote": "", "received": "400 {}"}
    return unseen(name, reason, **{**told, **more})


def result(*entries: dict[str, Any], **more: Any) -> Result:
    head = Head("http://127.0.0.1:4010", (API,), version="0.1.0", started="2026-01-31T08:09:10.123456+00:00")
    return Result(head, [*entries], **{"selected": len(entries), "duration": 2.5, **more})


@cache
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((HERE / "result.schema.json").read_text()), validate_formats=True)


def objections(content: Any) -> list[str]:
    """What the published schema has against the content of a result file."""
    return [f"{list(each.instance_path)}: {each.message}" for each in schema().iter_errors(content)]
