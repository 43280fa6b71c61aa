"""What the JSON form of a state has to be, member by member."""

from __future__ import annotations

from mockserver.clock import FASTEST, LATEST
from mockserver.control.schemas import AMOUNT, Schema
from mockserver.state.tasks import MOMENT, NAME, PAST, TASK, TEXT, closed, nullable

VERSION = 1
COUNT: Schema = {"type": "integer", "minimum": 0}
BOOLEAN: Schema = {"type": "boolean"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _by_name(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _about(text: str, schema: Schema) -> Schema:
    return {**schema, "description": text}


COURSE = closed(
    at={"type": "number", "minimum": 0, "maximum": LATEST},
    scale={"type": "number", "exclusiveMinimum": 0, "maximum": FASTEST},
    frozen=BOOLEAN,
    strict=_about("Whether it was set, so that clients have to sign by it.", BOOLEAN),
)
KEY = closed(key_id=NAME, secret=TEXT, token=TEXT)
ACCOUNT = closed(
    number=NAME,
    name=TEXT,
    domain=TEXT,
    key=KEY,
    project=TEXT,
    token=TEXT,
    password=TEXT,
    temporary=nullable(KEY),
    condition=TEXT,
)
RESOURCE = closed(api=NAME, kind=NAME, id=NAME, condition=TEXT)

TIMETABLE: Schema = {
    "type": "object",
    "properties": dict.fromkeys(("queued", "running", "kept"), AMOUNT),
    "additionalProperties": False,
}
STANDING = closed(
    fault=_about("As POST /_mock/faults takes it.", {"type": "object", "required": ["effect"]}),
    id={**NAME, "maxLength": 100},
    set=_about("The ready-made set that it came with.", TEXT),
    met=COUNT,
    fired=COUNT,
)
CALLS = closed(
    api=NAME,
    account=TEXT,
    limit=_about("The operation, and where its rate limit stands in the spec.", NAME),
    at=_list(PAST),
)
RECORDS = closed(
    seed=_about("What tasks know them by.", NAME),
    api=NAME,
    kind=NAME,
    account=TEXT,
    resource=TEXT,
    current=_about("Whether an export that is created from now on finds them.", BOOLEAN),
    columns=_list(TEXT),
    rows=_list({"type": "object"}),
)
STATE: Schema = closed(
    version={"const": VERSION},
    apis=_about("That were served.", _list(NAME)),
    readings=_about("That were chosen, by API/READING.", _by_name(TEXT)),
    clock=closed(
        server=_about("Null: real time.", nullable(COURSE)),
        accounts=_about("Those that have a clock of their own, by number.", _by_name(nullable(COURSE))),
    ),
    secret=_about(
        "That seals the tokens which the mock issues, in hexadecimal digits.",
        {"type": "string", "pattern": "^([0-9a-f]{2}){16,512}$"},
    ),
    accounts=_list(ACCOUNT),
    resources=closed(any=_about("Whether every id exists.", BOOLEAN), known=_list(RESOURCE)),
    timetables=_by_name(TIMETABLE),
    faults=closed(set=_list(STANDING), number=_about("How many were ever set.", COUNT), hidden_until=MOMENT),
    tasks=_list(TASK),
    calls=_about("When the calls were that rate limits may still count, oldest first.", _list(CALLS)),
    numbers=_about("The last that was given, by API.", _by_name(COUNT)),
    strikes=_about(
        "Failed authentications since the last good one, by access key.", _by_name(closed(failures=COUNT, last=PAST))
    ),
    records=_list(RECORDS),
)
