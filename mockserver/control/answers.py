"""What the control plane answers where it is more than a plain object: the schema of an exchange, types of content."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.control.schemas import Schema, described, object_of
from mockserver.state.schema import STATE

TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
HEADERS: Schema = {"type": "object", "additionalProperties": TEXT}
MAYBE: Schema = {"type": ["string", "null"]}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


DIFFERENCE = described(
    "One thing in which a request differs from those that an operation takes.",
    object_of(
        {
            "part": {"enum": ["method", "host", "path", "header", "query", "body"]},
            "name": described("Of the header, parameter or member; of a path the number of the segment.", TEXT),
            "problem": {"enum": ["missing", "different", "unknown"]},
            "expected": MAYBE,
            "actual": MAYBE,
        }
    ),
)
NEAR_MISS = described(
    "An operation that a request may have been meant for.",
    object_of({"api": TEXT, "operation": TEXT, "sentence": TEXT, "differences": _list(DIFFERENCE)}),
)
UNREAD = described(
    "Something that was sent in vain.",
    object_of(
        {
            "part": {"enum": ["header", "query", "body"]},
            "name": described("Empty: the whole body.", TEXT),
            "near": described("What may have been meant; empty: nothing is like it.", TEXT),
        }
    ),
)
DIAGNOSIS = described(
    "Why a signature does not match.",
    object_of(
        {
            "part": {"enum": ["canonical-request", "scope", "time", "key", "signature", "unknown", "none"]},
            "cause": TEXT,
            "canonical_request": described("Made of the request that arrived.", TEXT),
            "string_to_sign": TEXT,
            "variant": described("A deviation that reproduces the client's signature; empty: none does.", TEXT),
            "client_canonical_request": MAYBE,
            "client_string_to_sign": MAYBE,
            "first_difference": {"type": ["integer", "null"], "description": "The byte in which the two part."},
            "ours": MAYBE,
            "theirs": MAYBE,
        }
    ),
)
EXCHANGE = described(
    "One request and its answer, secrets taken out.",
    object_of(
        {
            "number": {"type": "integer", "minimum": 1},
            "at": described("By the mock's clock.", MOMENT),
            "present": described("By the machine's.", MOMENT),
            "id": described("Of the request, as the provider's answer names it.", TEXT),
            "api": TEXT,
            "operation": described("Empty: it addressed none.", TEXT),
            "account": described("Its number; empty: nobody was recognized.", TEXT),
            "request": object_of({"method": TEXT, "path": TEXT, "query": TEXT, "headers": HEADERS, "body": TEXT}),
            "response": object_of({"status": {"type": "integer"}, "headers": HEADERS, "body": MAYBE}),
            "reason": described("Of a refusal, in the mock's words; empty: it was none.", TEXT),
            "code": described("The provider's error code; empty: it was not refused.", TEXT),
            "message": TEXT,
            "fault": described("The faults that hit it.", _list(TEXT)),
            "seconds": {"type": "number", "minimum": 0, "description": "That the mock took to answer."},
            "near_misses": described("Nearest first; where it reached no operation.", _list(NEAR_MISS)),
            "unread": _list(UNREAD),
            "diagnosis": {"anyOf": [{"type": "null"}, DIAGNOSIS]},
        }
    ),
)
MATCHED = described(
    "An exchange that shows it; `/_mock/requests/{number}` has all of it.",
    object_of(
        {
            "number": {"type": "integer", "minimum": 1},
            "at": MOMENT,
            "api": TEXT,
            "operation": TEXT,
            "account": TEXT,
            "arguments": {"type": "object"},
            "status": {"type": "integer"},
            "code": TEXT,
        }
    ),
)
VERIFIED = object_of({"sentence": described("What was seen.", TEXT), "exchanges": _list(MATCHED)})
OF_A_VIEW: Mapping[str, Mapping[int, str]] = {
    "verify": {409: "What was asserted does not hold; the message tells why, and lists what was sent."},
}  # statuses that a view answers besides those of all
ANY: Schema = {"type": "object"}
JSON = "application/json"
CONTENT: Mapping[str, Mapping[str, Schema]] = {
    "list_requests": {JSON: object_of({"requests": _list(EXCHANGE)})},
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
