"""Does the gateway do what its tests of others rely on?"""

from pathlib import Path

import pytest
import requests

from tests.contracts.raw import http, talking
from tests.contracts.rough.certificates import Authority
from tests.contracts.rough.gateway import Gateway, Rule, after, every, first, gateway
from tests.contracts.rough.misdeeds import (
    Misdeed,
    chunk,
    compress,
    cut_short,
    dribble,
    empty,
    fail,
    forget,
    half_close,
    hang_up,
    redirect,
    reset,
    reset_after,
    throttle,
)

BODY = b'{"id": "0123456789", "ids": [1, 2, 3]}'


def get(opened: Gateway, count: int = 1, trusted: Path | None = None) -> list[requests.Response]:
    with requests.Session() as session:
        session.trust_env = False
        verify = str(trusted) if trusted else True
        return [
            session.get(f"{opened.url}/tasks?n={number}", timeout=60, allow_redirects=False, verify=verify)
            for number in range(count)
        ]


@pytest.mark.parametrize("misdeed", [dribble, compress, chunk, half_close])
def test_what_an_answer_says_is_left_as_it_is(misdeed: Misdeed) -> None:
    with talking(lambda _: [http(BODY)]) as behind, gateway(behind, rules=[Rule(misdeed)]) as opened:
        assert [each.content for each in get(opened, 2)] == [BODY, BODY]
    assert opened.answered == [200, 200]


def test_a_connection_that_was_to_be_kept_is_ended() -> None:
    with talking(lambda _: [http(BODY)]) as behind, gateway(behind, rules=[Rule(forget)]) as opened:
        for _ in range(2):
            answer = get(opened)[0]
            assert (answer.content, answer.headers.get("connection")) == (BODY, None)


@pytest.mark.parametrize("misdeed", [reset, hang_up, cut_short, reset_after])
def test_a_connection_is_broken(misdeed: Misdeed) -> None:
    errors = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
    with (
        talking(lambda _: [http(BODY)]) as behind,
        gateway(behind, rules=[Rule(misdeed)]) as opened,
        pytest.raises(errors),
    ):
        get(opened)
    assert len(opened.seen) == 1
    assert opened.answered == ([] if misdeed in (reset, hang_up) else [200])


@pytest.mark.parametrize(
    ("misdeed", "status", "header"),
    [
        (fail(502), 502, ("content-type", "text/html")),
        (throttle("3"), 429, ("retry-after", "3")),
        (redirect("http://elsewhere.example"), 307, ("location", "http://elsewhere.example/tasks?n=0")),
    ],
)
def test_the_gateway_answers_by_itself(misdeed: Misdeed, status: int, header: tuple[str, str]) -> None:
    with gateway(rules=[Rule(misdeed)]) as opened:
        answer = get(opened)[0]
    assert (answer.status_code, answer.headers[header[0]]) == (status, header[1])


def test_an_answer_is_emptied() -> None:
    with gateway(rules=[Rule(empty)]) as opened:
        assert get(opened)[0].content == b""


@pytest.mark.parametrize(
    ("rule", "statuses"),
    [
        (Rule(fail(), first(2)), [502, 502, 200, 200]),
        (Rule(fail(), after(3)), [200, 200, 200, 502]),
        (Rule(fail(), every(2)), [200, 502, 200, 502]),
        (Rule(fail(), where="n=2"), [200, 200, 502, 200]),
        (Rule(fail(), first(1), where="GET"), [502, 200, 200, 200]),
        (Rule(fail(), where="DELETE"), [200, 200, 200, 200]),
    ],
)
def test_a_rule_counts_the_requests_that_it_is_about(rule: Rule, statuses: list[int]) -> None:
    with gateway(rules=[rule]) as opened:
        assert [each.status_code for each in get(opened, 4)] == statuses


def test_what_comes_is_remembered() -> None:
    with gateway() as opened:
        get(opened, 2)
    assert [(each.method, each.target, each.connection) for each in opened.seen] == [
        ("GET", "/tasks?n=0", 1),
        ("GET", "/tasks?n=1", 1),
    ]


def test_a_client_that_trusts_its_authority_is_content(tmp_path: Path) -> None:
    authority = Authority()
    trusted = authority.write(tmp_path / "authority.pem")
    with gateway(context=authority.context()) as opened:
        assert get(opened, trusted=trusted)[0].status_code == 200


@pytest.mark.parametrize("certificate", ["other-host", "expired", "self-signed"])
def test_no_client_accepts_a_wrong_certificate(certificate: str, tmp_path: Path) -> None:
    authority = Authority()
    trusted = authority.write(tmp_path / "authority.pem")
    with gateway(context=authority.context(certificate)) as opened, pytest.raises(requests.exceptions.SSLError):
        get(opened, trusted=trusted)
    assert opened.seen == []


def test_links_lead_through_the_gateway(tmp_path: Path) -> None:
    authority, said = Authority(), list[bytes]()
    trusted = authority.write(tmp_path / "authority.pem")
    with talking(lambda _: said) as behind, gateway(behind, authority.context()) as opened:
        said.append(http({"url": opened.url.replace("https", "http") + "/file"}))
        assert get(opened, trusted=trusted)[0].json() == {"url": f"{opened.url}/file"}
