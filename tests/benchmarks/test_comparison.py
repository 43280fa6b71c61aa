"""Does the comparison ask all servers the same, and count what they answer?"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from benchmarks import client, comparison, entrants, ranking
from benchmarks.entrants import FLASK, MOCK
from benchmarks.peers import catalogue, document
from tests.contracts.proxy.between import answering, scripted


def test_the_document_of_the_peers_is_openapi_and_has_nothing_of_ours() -> None:
    plain = document.plain(entrants.API, (entrants.CREATE, entrants.LIST))
    validate(plain)
    (item,) = plain["paths"].values()
    assert {"post", "get"} <= item.keys()
    assert "x-action" not in item["post"]


def test_who_is_not_installed_is_absent_with_a_reason(tmp_path: Path) -> None:
    peers = [catalogue.Peer("Nobody", "npm:@nobody/nothing", "", catalogue.flask), catalogue.PEERS[-1]]
    found, absent = entrants.entrants(tmp_path, peers)
    assert [each.name for each in found] == [*entrants.OWN]
    assert "npm:@nobody/nothing is not installed" in absent["Nobody"]
    assert "no package of this name" in absent["Counterfact"]


@pytest.mark.parametrize(
    ("head", "body", "whole"),
    [
        (b"http/1.1 200 ok\r\ncontent-length: 2", b"{", False),
        (b"http/1.1 200 ok\r\ncontent-length: 2", b"{}", True),
        (b"http/1.1 200 ok\r\ntransfer-encoding: chunked", b"2\r\n{}\r\n", False),
        (b"http/1.1 200 ok\r\ntransfer-encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n", True),
        (b"http/1.1 204 no content", b"", True),
    ],
)
def test_an_answer_is_whole_when_its_body_is(head: bytes, body: bytes, whole: bool) -> None:  # noqa: FBT001
    assert client.is_whole(head, body) is whole


def test_a_client_waits_for_an_answer_however_short_it_asks(tmp_path: Path) -> None:
    message, file = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n", tmp_path / "requests"
    file.write_bytes(b"%d\n%b" % (len(message), message))
    with scripted(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as url:
        assert client.run(int(url.rpartition(":")[2]), file, seconds=0, connections=1)["requests"] == 1


def test_a_ratio_is_that_of_figures_of_one_round() -> None:
    found = {"client": "a client", "servers": {MOCK: server(100, 400), FLASK: server(50, 100)}, "absent": {"A": "why"}}
    told = ranking.lines(found)
    assert any(each.startswith(f"| {FLASK} | 75 | 3.00 (2.00 to 4.00) | ") for each in told)
    assert any(each.startswith("| the mock | 250 (100 to 400) | 3.00 | 1.0 | 2.0 | 100 | 0 |") for each in told)
    assert told[-1] == "- A is absent: why."


def server(*rates: float) -> dict[str, Any]:
    figures = {"p50": 0.001, "p99": 0.002, "processor": 0.0001, "refused": 0, "failed": 0}
    told = {"version": "", "leaves out": "", "startup": 0.5, "memory": 1, "memory after": 2, "idle": 0, "command": []}
    rounds = {"rounds": {work: [{**figures, "rate": rate} for rate in rates] for work in entrants.BY_ALL}}
    return {**told, **rounds, "refuses": {"a wrong value": True}}


def test_the_folders_of_a_machine_are_not_told() -> None:
    told = ranking.shown(["/usr/bin/java", "-Da.b=/tmp/x/file.json", "--store", "sqlite:////tmp/store.db", "-jar"])
    assert told == "java -Da.b=file.json --store sqlite:store.db -jar"


def test_it_asks_the_same_of_all_and_counts_what_they_answer(tmp_path: Path) -> None:
    works = {name: entrants.works()[name] for name in ("create", "list, one path")}
    every, _ = entrants.entrants(tmp_path, ())
    chosen = [replace(each, works=works) for each in every if each.name in (MOCK, FLASK)]
    found = comparison.rounds(argparse.Namespace(rounds=1, seconds=0.1, warm_up=0), chosen, {})
    for each in found["servers"].values():
        assert [round_["refused"] + round_["failed"] for (round_,) in each["rounds"].values()] == [0] * 2
    assert all(found["servers"][MOCK]["refuses"].values())
    assert not any(found["servers"][FLASK]["refuses"].values())


def test_who_answers_something_else_is_absent_from_then_on(tmp_path: Path) -> None:
    mock, flask = (each for each in entrants.entrants(tmp_path, ())[0] if each.name in (MOCK, FLASK))
    refused = {"create": lambda port: [entrants.wrong()["a wrong value"](port)]}
    twice = replace(mock, name="refusing", works=refused, first=flask.probe)
    found = comparison.rounds(argparse.Namespace(rounds=1, seconds=0.1, warm_up=0), [twice], {})
    assert found["servers"] == {}
    assert "it refuses to create: 400" in found["absent"]["refusing"]
