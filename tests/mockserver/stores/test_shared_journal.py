"""Does every mock that has a store tell of what came by all of them?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import psycopg
import pytest

from mockserver.accounts import FIRST
from mockserver.control.stream import Streams
from mockserver.exchange import SHOWN, Entry, Facts
from mockserver.ids import new_key
from mockserver.journal import CAPACITY
from mockserver.noted import Noted
from mockserver.state.encoding import to_bytes
from mockserver.state.exchanges import read, written
from mockserver.state.journal import TRIMMED, SharedTally
from mockserver.stores.opening import open_store
from mockserver.tally import MOST, OTHERS, Kind
from openapi.messages import Request, Response
from tests.mockserver.cloud import specs
from tests.mockserver.control_plane import API, TOPIC, Control
from tests.mockserver.exchanged import facts_of
from tests.mockserver.stores.machines import Machines
from tests.mockserver.stores.races import PATIENCE
from tests.mockserver.test_metrics import scrape, value

LISTED = {"request": {"operation": "DescribeExports"}, "times": 2}


def listing(*mocks: Control) -> None:
    for each in mocks:
        each.cloud.example(API, "DescribeExports")


def requests(mock: Control) -> list[Mapping[str, Any]]:
    return list(mock.ask("GET", "/requests").json["requests"])


def test_all_tell_of_all_exchanges_in_one_order(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    listing(one, other, other, one)
    assert [each["number"] for each in requests(one)] == [1, 2, 3, 4]
    assert requests(one) == requests(other)
    assert one.ask("GET", "/requests/3").json == other.ask("GET", "/requests/3").json == requests(one)[2]


def test_what_was_answered_is_verified_wherever_that_is_asked(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    for asked, verifies in ((one, other), (other, one)):
        listing(asked)
        verifies.ask("POST", "/verify", LISTED)
    assert [each.ask("POST", "/verify", LISTED).status for each in (one, other)] == [200, 200]
    listing(one)
    assert other.ask("POST", "/verify", LISTED).status == 409


def test_the_scorecard_of_a_client_is_the_same_everywhere(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    one.create()
    listing(other, one)
    one.cloud.wait(60)
    other.cloud.wait(60)
    listing(one, other)
    card = other.ask("GET", f"/report?account={FIRST.number}").json
    assert card == one.ask("GET", f"/report?account={FIRST.number}").json
    scores = {each["habit"]: each["score"] for each in card["habits"]}
    assert (card["requests"], scores["stops-looking"], scores["signs-right"]) == (5, "bad", "good")


def test_what_is_worked_out_of_an_exchange_is_told_by_a_mock_that_it_did_not_come_by(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    example = dict(one.cloud.operation(API, "DescribeExports").example)
    one.cloud.send(one.cloud.sign(one.cloud.make(API, "DescribeExports", **example, Nobody=1), API, "DescribeExports"))
    signed = one.cloud.sign(one.cloud.make(API, "DescribeExports", **example), API, "DescribeExports")
    one.cloud.send(signed.with_headers({**signed.headers, "authorization": signed.headers["authorization"][:-1] + "x"}))
    one.cloud.send(signed.with_headers({name: text for name, text in signed.headers.items() if name != "x-tc-version"}))
    unread, forged, missed = requests(other)
    assert [each["name"] for each in unread["unread"]] == ["Nobody"]
    assert forged["diagnosis"]["cause"]
    assert missed["near_misses"][0]["operation"] == "DescribeExports"
    assert requests(one) == [unread, forged, missed]


def test_exchanges_that_are_forgotten_at_one_are_forgotten_at_all(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    listing(one, other)
    assert len(requests(one)) == 2
    other.ask("DELETE", "/requests")
    assert requests(one) == []
    listing(one)
    assert [each["number"] for each in requests(other)] == [3]
    one.ask("POST", "/reset")
    assert requests(other) == []


def test_they_are_there_after_a_restart(machines: Machines) -> None:
    one = machines.start()
    listing(one)
    before = requests(one)
    again = machines.start()
    listing(again)
    assert requests(again)[:1] == before
    assert [each["number"] for each in requests(again)] == [1, 2]


def test_the_last_are_kept_and_that_others_were_not_is_told_everywhere(machines: Machines) -> None:
    one = machines.start()
    wanted = CAPACITY + TRIMMED
    listing(one)
    ((_, facts),) = one.cloud.journal.facts()
    for _ in range(wanted - 1):
        one.cloud.journal.add(facts)
    other = machines.start()
    for journal in (one.cloud.journal, other.cloud.journal):
        assert [number for number, _ in journal.facts()] == [*range(TRIMMED + 1, wanted + 1)]
        assert (len(journal), journal.forgotten, journal.number) == (CAPACITY, TRIMMED, wanted)
    assert value(scrape(other), "request_seconds_count", api=API, operation="DescribeExports") == wanted


def test_all_count_what_came_by_any(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    listing(one, other)
    one.cloud.send(one.cloud.make(API, "DescribeExports"))
    one.ask("POST", "/reset")
    listing(other)
    for samples in (scrape(one), scrape(other)):
        assert value(samples, "requests_total", api=API, operation="DescribeExports", status="200", code="") == 3
        assert value(samples, "request_seconds_count", api=API, operation="DescribeExports") == 4
        assert value(samples, "request_seconds_sum", api=API, operation="DescribeExports") > 0
        assert value(samples, "journal_exchanges") == 1


def test_who_follows_one_is_told_what_happens_at_the_other(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    streams = one.app.extensions["mock"].streams
    stream = streams.follow(one.app.extensions["mock"].feed.start())
    next(stream)
    listing(other)
    assert b'"operation": "DescribeExports"' in next(stream)
    other.ask("POST", "/resources", {**TOPIC, "id": "mine"})
    assert b'"what": "resources"' in next(stream)
    stream.close()


def test_who_followed_one_goes_on_at_the_other_and_misses_nothing(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    listing(one)
    other.ask("POST", "/resources", {**TOPIC, "id": "mine"})
    at = events(one, f"/events?after={position(one)}")[-1]["id"]
    listing(other)
    one.ask("POST", "/resources", {**TOPIC, "id": "yours"})
    kinds = [each["event"] for each in events(other, f"/events?after={at}")]
    assert kinds == ["hello", "request", "change"]


def test_a_number_that_nobody_ever_had_is_no_gap(database: str) -> None:
    machines = Machines(database, [])
    one = machines.start()
    with psycopg.connect(database, autocommit=True) as other:
        at = position(one)
        other.execute("SELECT nextval(pg_get_serial_sequence('mockserver_exchanges', 'number'))")
        listing(one)
        assert [each["event"] for each in events(one, f"/events?after={at}")] == ["hello", "request"]
        assert [each["number"] for each in requests(one)] == [2]
    machines.opened[0].close()


def test_kinds_of_exchanges_are_told_apart_up_to_a_number(lasting: str) -> None:
    store = open_store(lasting, PATIENCE)
    assert store.exchanges is not None
    noted = Noted(b"", 1, json.dumps(Kind("api", "operation", 200, "before")), 0, 0.5, new_key())
    store.exchanges.add(noted, lambda _: None)
    tally = SharedTally({}, store.exchanges)
    facts = facts_of(response=Response(200, {}, b""), api="api", operation="operation", code="before")
    codes = [Facts(**{**facts, "code": str(number)}) for number in range(MOST + 5)]
    found, texts = {*map(tally.kind_of, codes)}, {*map(tally.text_of, codes)}
    assert (len(found), OTHERS in found, tally.kind_of(facts) is OTHERS) == (MOST, True, False)
    assert texts == {to_bytes([*kind]).decode() for kind in found}
    store.close()


def position(mock: Control) -> str:
    return str(mock.app.extensions["mock"].feed.start(backlog=9))


def events(mock: Control, path: str) -> list[dict[str, str]]:
    """What a stream tells that nobody can hold."""
    controls = mock.app.extensions["mock"]
    streams = Streams(controls.feed, lambda _: None, controls.engine.look)
    text = b"".join(streams.follow(type(controls.feed.start()).read(path.rpartition("=")[2]))).decode()
    blocks = [dict(line.split(": ", 1) for line in block.split("\n") if ": " in line) for block in text.split("\n\n")]
    return [each for each in blocks if "event" in each]


@pytest.mark.parametrize(
    "body", [b"", b'{"a": 1}', b"\x00\xff\xfe", "ü".encode(), b"123456789012345678901234567890"], ids=repr
)
def test_an_exchange_is_read_as_it_was_written(body: bytes) -> None:
    request, response = Request("POST", "/\udcff", "a=%FF", {"host": "h"}, body), Response(200, {"x": "\udcfe"}, body)
    told: dict[str, Any] = {"causes": ("a", "b"), "fault": ("slow",), "seen": (("id", "running"),)}
    facts = facts_of(request, response, api=API, operation="DescribeExports", diagnosis={"cause": "told"}, **told)
    again = read(written(facts), specs(), {})  # type: ignore[arg-type]  # nobody is looked up
    assert again == facts
    assert json.dumps(again["request"].path) == '"/\\udcff"'


def test_an_exchange_is_read_as_versions_before_wrote_it() -> None:
    said = {"reason": "", "code": "", "message": "", "causes": [], "at": 0.5, "id": "r", "api": API}
    said |= {"operation": "DescribeExports", "account": "1", "fault": ["slow"], "lost": False, "seconds": 0.1}
    said |= {"present": 0.6, "seen": [["id", "running"]]}
    asked, answered = ["POST", "/", "", {"host": "h"}, "a"], [200, {"x": "y"}, None]
    content = json.dumps([[1, 0], asked, answered, None, said]).encode()  # a file, whose size was 0
    again = read(content, specs(), {})  # type: ignore[arg-type]  # nobody is looked up
    request, response = Request("POST", "/", "", {"host": "h"}, b"a"), Response(200, {"x": "y"}, ())
    told: dict[str, Any] = {**said, "causes": (), "fault": ("slow",), "seen": (("id", "running"),)}
    assert again == facts_of(request, response, **told)
    assert Entry.of(again).facts() == again


@pytest.mark.parametrize("place", [{"api": "another"}, {"api": API, "operation": "Renamed"}], ids=str)
def test_a_wrong_signature_is_not_explained_where_no_spec_has_its_operation_any_more(place: dict[str, Any]) -> None:
    facts = facts_of(**place, reason="wrong-signature", diagnosis=len)
    again = read(written(facts), specs(), {})  # type: ignore[arg-type]  # nobody is looked up
    assert again == {**facts, "diagnosis": None}


def test_of_an_exchange_with_a_file_or_a_long_body_the_start_is_written() -> None:
    facts = facts_of(Request("POST", "/", "", {}, b"x" * (SHOWN + 1)), Response(200, {}, iter([b"all of it"])))
    again = read(written(facts), specs(), {})  # type: ignore[arg-type]  # nobody is looked up
    assert (again["request"].body, again["response"].body, again["sizes"]) == (b"x" * SHOWN, (), (SHOWN + 1, None))


def test_why_the_signature_of_a_long_request_was_refused_is_told_by_all(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    signed = one.cloud.sign(one.cloud.make(API, "DescribeExports"), API, "DescribeExports")
    long = signed.body + b" " * SHOWN
    one.cloud.send(replace(signed, body=long))
    assert sha256(long).hexdigest() in requests(other)[0]["diagnosis"]["canonical_request"]
