"""Does the journal keep the last exchanges, show what helps, and hide what is secret?"""

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.exchange import OVERHEAD, SHOWN
from mockserver.journal import Filter, Journal
from openapi.messages import Request, Response
from tests.mockserver.exchanged import ANSWERED, ASKED, facts_of

HEAD = 500  # bytes that all but the bodies of a short exchange does not take


def add(journal: Journal, request: Request = ASKED, response: Response = ANSWERED, **facts: Any) -> None:
    journal.add(facts_of(request, response, **facts))


@pytest.fixture
def journal() -> Journal:
    return Journal()


def test_an_exchange_is_shown_whole(journal: Journal) -> None:
    refused: dict[str, Any] = {"reason": "invalid", "code": "BadName", "message": "too long", "fault": ("BadName",)}
    add(journal, id="r", api="a", operation="Create", account="1", seconds=0.25, present=1.5, **refused)
    assert journal.find()[0].as_json() == {
        "number": 1,
        "at": "1970-01-01T00:00:00.500Z",
        "id": "r",
        "api": "a",
        "operation": "Create",
        "account": "1",
        "request": {
            "method": "POST",
            "path": "/v2/export",
            "query": "a=1",
            "headers": {"host": "127.0.0.1"},
            "body": '{"name": "x"}',
        },
        "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": '{"id": "1"}'},
        "reason": "invalid",
        "code": "BadName",
        "message": "too long",
        "fault": ["BadName"],
        "seconds": 0.25,
        "present": "1970-01-01T00:00:01.500Z",
        "near_misses": [],
        "unread": [],
        "diagnosis": None,
    }


def test_only_the_last_exchanges_are_kept() -> None:
    journal = Journal(capacity=3)
    for _ in range(5):
        add(journal)
    assert [exchange.number for exchange in journal.find()] == [3, 4, 5]


def test_fewer_are_kept_where_they_are_large() -> None:
    journal = Journal(room=2 * (OVERHEAD + SHOWN + HEAD))
    for _ in range(5):
        add(journal, Request("POST", "/", body=b"a" * SHOWN), Response(200, {}, b""))
    assert [exchange.number for exchange in journal.find()] == [4, 5]
    assert 2 * (OVERHEAD + SHOWN) < journal.weight <= 2 * (OVERHEAD + SHOWN + HEAD)
    journal.clear()
    assert (journal.weight, len(journal)) == (0, 0)


def test_the_newest_is_kept_however_large() -> None:
    journal = Journal(room=1)
    add(journal)
    add(journal)
    assert [exchange.number for exchange in journal.find()] == [2]


def test_who_follows_hears_of_each_exchange_until_the_end(journal: Journal) -> None:
    heard: list[tuple[int, str]] = []
    stop = journal.follow(lambda number, facts: heard.append((number, facts["api"])))
    add(journal, api="a")
    stop()
    add(journal, api="b")
    assert heard == [(1, "a")]


def test_numbers_go_on_after_it_was_cleared(journal: Journal) -> None:
    add(journal)
    journal.clear()
    add(journal)
    assert [exchange.number for exchange in journal.find()] == [2]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Filter(), [1, 2, 3]),
        (Filter(api="b"), [2]),
        (Filter(operation="List"), [2, 3]),
        (Filter(account="9"), [3]),
        (Filter(status=404), [3]),
        (Filter(number=2), [2]),
        (Filter(number=2, since=2), []),
        (Filter(since=1), [2, 3]),
        (Filter(limit=2), [2, 3]),
        (Filter(limit=0), []),
        (Filter(operation="List", status=200), [2]),
        (Filter(api="c"), []),
        (Filter(code="NotFound"), [3]),
        (Filter(path="/v2/*"), [1, 2]),
        (Filter(path="/V2/*"), []),
        (Filter(fault="*"), [2, 3]),
        (Filter(fault="slow"), [3]),
    ],
    ids=str,
)
def test_exchanges_are_found_by_what_they_were(journal: Journal, wanted: Filter, numbers: list[int]) -> None:
    add(journal, api="a", operation="Create", account="1")
    add(journal, api="b", operation="List", account="1", fault=("reset",))
    missing: dict[str, Any] = {"request": Request("GET", "/v3"), "response": Response(404, {}, b""), "code": "NotFound"}
    add(journal, api="a", operation="List", account="9", fault=("flaky", "slow"), **missing)
    assert [exchange.number for exchange in journal.find(wanted)] == numbers


def test_of_a_long_body_the_start_is_kept_and_its_size_is_told(journal: Journal) -> None:
    size = SHOWN + 10
    add(journal, Request("POST", "/", body=b"a" * size), Response(200, {}, b"b" * size))
    (exchange,) = journal.find()
    assert exchange.request["body"] == "a" * SHOWN + f"… ({size} bytes in all)"
    assert exchange.response["body"] == "b" * SHOWN + f"… ({size} bytes in all)"


def test_a_file_is_not_read_by_the_journal(journal: Journal) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"all of it"

    file = chunks()
    add(journal, response=Response(200, {}, file))
    assert journal.find()[0].response["body"] is None
    assert list(file) == [b"all of it"]


def test_a_diagnosis_is_made_once_when_it_is_read(journal: Journal) -> None:
    asked: list[Request] = []

    def diagnose(request: Request) -> dict[str, str]:
        asked.append(request)
        return {"cause": "skew"}

    add(journal, diagnosis=diagnose)
    assert not asked
    for _ in range(2):
        assert journal.find()[0].remarks.diagnosis == {"cause": "skew"}
    assert asked == [ASKED]


def test_bytes_that_are_no_text_can_be_shown(journal: Journal) -> None:
    add(journal, Request("GET", "/a\udcff", "b=\udcff", body=b"\xff"))
    (exchange,) = journal.find()
    assert (exchange.request["path"], exchange.request["query"], exchange.request["body"]) == ("/a�", "b=�", "�")


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("TC3 Credential=AK/d, SignedHeaders=a, Signature=5ec4e7", "TC3 Credential=AK/d, SignedHeaders=a, Signature=…"),
        ("SDK Access=AK, Signature=5ec4e7, SignedHeaders=a;b", "SDK Access=AK, Signature=…, SignedHeaders=a;…"),
        ("v1/ak/2015-04-27T08:23:49Z/1800/host/5ec4e7", "v1/ak/2015-04-27T08:23:49Z/1800/host/…"),
        ("Basic 5ec4e7==", "Basic …"),
        ("5ec4e7", "…"),
    ],
)  # fmt: skip
def test_the_signature_of_an_authorization_is_hidden(journal: Journal, header: str, shown: str) -> None:
    add(journal, Request("GET", "/", headers={"authorization": header}))
    assert journal.find()[0].request["headers"] == {"authorization": shown}


def test_a_word_of_any_length_is_looked_at_once(journal: Journal) -> None:
    header = f"{'a' * 100_000},"  # for minutes, if it were looked at from each of its characters
    add(journal, Request("GET", "/", headers={"authorization": header}))
    assert journal.find()[0].request["headers"] == {"authorization": header}


@pytest.mark.parametrize("name", ["x-auth-token", "X-Subject-Token", "x-security-token", "cookie"])
def test_a_header_that_is_a_secret_is_hidden(journal: Journal, name: str) -> None:
    add(journal, Request("GET", "/", headers={name: "5ec4e7"}), Response(200, {name: "5ec4e7"}, b""))
    (exchange,) = journal.find()
    assert exchange.request["headers"] == exchange.response["headers"] == {name: "…"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("Action=A&Signature=5ec4e7%3D&Nonce=1", "Action=A&Signature=…&Nonce=1"),
        ("q-sign-time=1;2&q-signature=5ec4e7", "q-sign-time=1;2&q-signature=…"),
        ("x-cos-security-token=5ec4e7", "x-cos-security-token=…"),
        ("authorization=v1%2Fak%2F5ec4e7", "authorization=…"),
        ("limit=10", "limit=10"),
    ],
)
def test_a_signature_in_a_query_is_hidden(journal: Journal, query: str, shown: str) -> None:
    add(journal, Request("GET", "/", query))
    assert journal.find()[0].request["query"] == shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (
            '{"password": {"user": {"name": "n", "password": "5ec\\"4e7"}}}',
            '{"password": {"user": {"name": "n", "password": "…"}}}',
        ),
        ('{"CosPath": "https://b/f?q-ak=a&q-signature=5ec4e7"}', '{"CosPath": "https://b/f?q-ak=a&q-signature=…"}'),
        ("SecretId=a&Signature=5ec4e7&Token=5ec4e7", "SecretId=a&Signature=…&Token=…"),
        ('{"password": "cut off', '{"password": "…"'),
        ('{"count": 1}', '{"count": 1}'),
    ],
)
def test_a_secret_in_a_body_is_hidden(journal: Journal, body: str, shown: str) -> None:
    add(journal, Request("POST", "/", body=body.encode()), Response(200, {}, body.encode()))
    (exchange,) = journal.find()
    assert exchange.request["body"] == exchange.response["body"] == shown
