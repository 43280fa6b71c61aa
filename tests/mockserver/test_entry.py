"""Is what a journal keeps of an exchange all that was known of it, in few bytes?"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockserver.exchange import SHOWN, Entry, seen_in
from mockserver.journal import CAPACITY, Filter, Journal
from openapi.messages import Request, Response
from openapi.model import Phase
from tests.mockserver.exchanged import ANSWERED, ASKED, facts_of
from tests.mockserver.test_rendering import TASK


class Word(StrEnum):
    """A text of another type than `str`."""

    A = "a"


class Text(str):
    """The same."""

    __slots__ = ()


texts = some.text(some.characters(exclude_categories=["Cs"]) | some.sampled_from("\udc80\udcff\n"))
words = some.lists(texts, max_size=2).map(tuple)
headers = some.dictionaries(texts, texts, max_size=3)
bodies = some.binary() | texts.map(lambda text: text.encode(errors="surrogateescape"))
seconds = some.floats(allow_nan=False, allow_infinity=False)
requests = some.builds(Request, texts, texts, texts, headers, bodies)
responses = some.builds(Response, some.integers(100, 599), headers, bodies | some.just(()))
NAMES = ("reason", "code", "message", "id", "api", "operation", "account")
known = some.fixed_dictionaries(
    {
        **dict.fromkeys(NAMES, texts),
        **dict.fromkeys(("causes", "fault"), words),
        **dict.fromkeys(("at", "seconds", "present"), seconds),
        "lost": some.booleans(),
        "seen": some.lists(some.tuples(texts, some.sampled_from([*map(str, Phase)])), max_size=2).map(tuple),
        "page": some.just((TASK,)),
        "diagnosis": some.sampled_from([None, {"cause": "skew"}, len]),
    }
)


@given(requests, responses, known)
def test_what_is_read_is_what_was_known(request: Request, response: Response, told: dict[str, Any]) -> None:
    facts = facts_of(request, response, **told)
    assert Entry.of(facts).facts() == facts


@pytest.mark.parametrize(
    ("request_", "response"),
    [
        (replace(ASKED, headers={"a": Word.A, Text("b"): Text("c")}), ANSWERED),
        (replace(ASKED, path=Text("/\udcff"), headers={Word.A: Text("\udcff")}), ANSWERED),
        (replace(ASKED, headers=MappingProxyType({"a": "b"})), replace(ANSWERED, headers=MappingProxyType({"c": "d"}))),
        (ASKED, replace(ANSWERED, status=HTTPStatus.CREATED, headers={"a": Word.A})),
    ],
)
def test_types_that_are_derived_from_others_are_read_as_what_they_equal(request_: Request, response: Response) -> None:
    facts = facts_of(request_, response, reason=Word.A, causes=(Word.A, Text("b")))
    assert Entry.of(facts).facts() == facts


@pytest.mark.parametrize("size", [SHOWN - 1, SHOWN, SHOWN + 1])
@pytest.mark.parametrize("letter", ["a", "\n", "ü", "\udcff"])
def test_of_long_bodies_the_start_is_kept(letter: str, size: int) -> None:
    body = (letter * size).encode(errors="surrogateescape")[:size]
    facts = facts_of(replace(ASKED, body=body), replace(ANSWERED, body=body + b"b"))
    read = Entry.of(facts).facts()
    assert (read["request"].body, read["response"].body) == (body[:SHOWN], (body + b"b")[:SHOWN])
    assert read["sizes"] == (size, size + 1)


def test_a_file_is_not_read_and_told_from_an_empty_answer() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"all of it"

    file = chunks()
    kept, empty = (Entry.of(facts_of(response=Response(200, {}, body))).facts() for body in (file, b""))
    assert (kept["response"].body, kept["sizes"]) == ((), (len(ASKED.body), None))
    assert (empty["response"].body, empty["sizes"]) == (b"", (len(ASKED.body), 0))
    assert list(file) == [b"all of it"]


def test_tasks_are_told_as_they_were_seen() -> None:
    moments = (TASK.created, TASK.starts, TASK.ends, TASK.expires)
    kept = [Entry.of(facts_of(at=at, seen=(("other", "failed"),), page=(TASK,))) for at in moments]
    assert [seen_in(each.facts())[0] for each in kept] == [("other", "failed")] * len(moments)
    phases = [seen_in(each.facts())[1] for each in kept]
    assert phases == [(TASK.id, str(each)) for each in (Phase.QUEUED, Phase.RUNNING, Phase.SUCCEEDED, Phase.EXPIRED)]


def test_what_happens_to_the_values_later_changes_nothing() -> None:
    headers = {"host": "h"}
    entry = Entry.of(facts_of(replace(ASKED, headers=headers)))
    headers["host"] = "other"
    assert entry.facts()["request"].headers == {"host": "h"}


@pytest.mark.parametrize("wanted", [Filter(since=1), Filter(number=2), Filter(limit=1)], ids=str)
def test_whoever_asks_by_number_has_nothing_else_made_values_of(wanted: Filter) -> None:
    journal = Journal()
    for _ in range(2):
        journal.add(facts_of())
    journal._entries[0].content = b"of which nothing can be made"
    assert [each.number for each in journal.find(wanted)] == [2]
    assert [number for number, _ in journal.facts(since=1)] == [2]
    assert journal.numbers() == [1, 2]


def test_what_it_says_that_it_weighs_is_about_what_it_occupies() -> None:
    journal = Journal()
    tracemalloc.start()
    try:
        for number in range(CAPACITY):
            journal.add(facts_of(replace(ASKED, body=b"%d" % number), at=number / 3, id=str(number)))
        weight, occupied = journal.weight, tracemalloc.get_traced_memory()[0]
        journal.clear()
        occupied -= tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert 0.75 < weight / occupied < 1.25
