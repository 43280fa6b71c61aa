"""Results to compare: a clause in any state, on a mock or on a real endpoint."""

from dataclasses import replace
from typing import Any

from contracts.drift.ruling import Relation
from contracts.drift.side import Side, State
from contracts.result import Result
from tests.contracts.reports.results import API, broken, entry, learned, unseen, warned
from tests.contracts.reports.results import result as result_of

NAME = f"{API}/a"
CLOUD = "https://cls.example.com"
Entry = dict[str, Any]


def in_state(state: State, *, is_mock: bool = False, **more: Any) -> Entry:
    """The clause in a state, as a result of a mock or of a real endpoint has it."""
    assumed = {"standing": "assumed", "source": None, "quote": ""}
    if state is State.OTHERWISE:
        return broken("a", **{**assumed, **more}) if is_mock else learned("a", **more)
    if state is State.READING:
        return entry("a", **{"follows": {"count-maximum": "10-million"}, "severity": "learned", **more})
    made = {State.HELD: entry, State.BROKEN: broken, State.UNSEEN: unseen}[state]
    found: Entry = made("a", **more)
    return found


def as_warning(found: Entry) -> Entry:
    """The same clause, said by an SDK alone and judged on a real endpoint."""
    return warned("a", received=found["received"])


def side(*entries: Entry, path: str = "a.json", result: Result | None = None, **head: Any) -> Side:
    """A side with these entries, and one beside them that is held by everybody."""
    found = result or result_of(*entries, entry("zzz"))
    given = {"target": CLOUD, "is_mock": False, **head}
    found.head = replace(found.head, **given)
    return Side(path, found)


def mock(*entries: Entry, **head: Any) -> Side:
    return side(*entries, **{"target": "embedded mock", "is_mock": True, **head})


def sides(relation: Relation, first: list[Entry], second: list[Entry]) -> tuple[Side, Side]:
    """Two sides that are this to each other; of a mock and an endpoint the mock is the first."""
    if relation is Relation.TWO_MOCKS:
        return mock(*first), mock(*second, path="b.json")
    if relation is Relation.MOCK_AND_ENDPOINT:
        return mock(*first), side(*second, path="b.json")
    target = CLOUD if relation is Relation.SAME_ENDPOINT else "https://cls.example.org"
    return side(*first), side(*second, path="b.json", target=target)
