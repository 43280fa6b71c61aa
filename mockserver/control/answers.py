"""What the control plane answers where it is more than a plain object: the schema of an exchange, types of content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.state.schema import STATE

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
HEADERS: Schema = {"type": "object", "additionalProperties": TEXT}
MAYBE: Schema = {"type": ["string", "null"]}


def _object(description: str, members: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "description": description,
        "required": [*members],
        "properties": {**members},
        "additionalProperties": False,
    }


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


DIFFERENCE = _object(
    "One thing in which a request differs from those that an operation takes.",
    {
        "part": {"enum": ["method", "host", "path", "header", "query", "body"]},
        "name": _said(TEXT, "Of the header, parameter or member; of a path the number of the segment."),
        "problem": {"enum": ["missing", "different", "unknown"]},
        "expected": MAYBE,
        "actual": MAYBE,
    },
)
NEAR_MISS = _object(
    "An operation that a request may have been meant for.",
    {"api": TEXT, "operation": TEXT, "sentence": TEXT, "differences": _list(DIFFERENCE)},
)
UNREAD = _object(
    "Something that was sent in vain.",
    {
        "part": {"enum": ["header", "query", "body"]},
        "name": _said(TEXT, "Empty: the whole body."),
        "near": _said(TEXT, "What may have been meant; empty: nothing is like it."),
    },
)
DIAGNOSIS = _object(
    "Why a signature does not match.",
    {
        "part": {"enum": ["canonical-request", "scope", "time", "key", "signature", "unknown", "none"]},
        "cause": TEXT,
        "canonical_request": _said(TEXT, "Made of the request that arrived."),
        "string_to_sign": TEXT,
        "variant": _said(TEXT, "A deviation that reproduces the client's signature; empty: none does."),
        "client_canonical_request": MAYBE,
        "client_string_to_sign": MAYBE,
        "first_difference": {"type": ["integer", "null"], "description": "The byte in which the two part."},
        "ours": MAYBE,
        "theirs": MAYBE,
    },
)
EXCHANGE = _object(
    "One request and its answer, secrets taken out.",
    {
        "number": {"type": "integer", "minimum": 1},
        "at": _said(MOMENT, "By the mock's clock."),
        "present": _said(MOMENT, "By the machine's."),
        "id": _said(TEXT, "Of the request, as the provider's answer names it."),
        "api": TEXT,
        "operation": _said(TEXT, "Empty: it addressed none."),
        "account": _said(TEXT, "Its number; empty: nobody was recognized."),
        "request": _object("", {"method": TEXT, "path": TEXT, "query": TEXT, "headers": HEADERS, "body": TEXT}),
        "response": _object("", {"status": {"type": "integer"}, "headers": HEADERS, "body": MAYBE}),
        "reason": _said(TEXT, "Of a refusal, in the mock's words; empty: it was none."),
        "code": _said(TEXT, "The provider's error code; empty: it was not refused."),
        "message": TEXT,
        "fault": _said(_list(TEXT), "The faults that hit it."),
        "seconds": {"type": "number", "minimum": 0, "description": "That the mock took to answer."},
        "near_misses": _said(_list(NEAR_MISS), "Nearest first; where it reached no operation."),
        "unread": _list(UNREAD),
        "diagnosis": {"anyOf": [{"type": "null"}, DIAGNOSIS]},
    },
)
MATCHED = _object(
    "An exchange that shows it; `/_mock/requests/{number}` has all of it.",
    {
        "number": {"type": "integer", "minimum": 1},
        "at": MOMENT,
        "api": TEXT,
        "operation": TEXT,
        "account": TEXT,
        "arguments": {"type": "object"},
        "status": {"type": "integer"},
        "code": TEXT,
    },
)
VERIFIED = _object("", {"sentence": _said(TEXT, "What was seen."), "exchanges": _list(MATCHED)})
OF_A_VIEW: Mapping[str, Mapping[int, str]] = {
    "verify": {409: "What was asserted does not hold; the message tells why, and lists what was sent."},
}  # statuses that a view answers besides those of all
ANY: Schema = {"type": "object"}
JSON = "application/json"
CONTENT: Mapping[str, Mapping[str, Schema]] = {
    "list_requests": {JSON: _object("", {"requests": _list(EXCHANGE)})},
    "show_request": {JSON: EXCHANGE},
    "verify": {JSON: VERIFIED},
    "read_state": {JSON: STATE},
    "show_snapshot": {JSON: STATE},
    "metrics": {"text/plain": TEXT},
    "follow": {"text/event-stream": TEXT},
    "show_page": {"text/html": TEXT},
    "show_part": {"*/*": TEXT},
    "download": {"application/octet-stream": {**TEXT, "format": "binary"}},
}  # by view; the others answer an object in JSON
