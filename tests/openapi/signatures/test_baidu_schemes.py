from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from openapi.messages import Credentials, Request
from openapi.signatures import Malformed
from openapi.signatures.baidu import BceAuthV1
from openapi.signatures.verification import is_genuine

SCHEME = BceAuthV1()
KEY = Credentials("a" * 32, "b" * 32)
SIGNED_AT = datetime(2015, 4, 27, 8, 23, 49, tzinfo=UTC)
DEFAULT_SET = "d74a04362e6a848f5b39b15421cb449427f419c95a480fd6b8cf9fc783e2999e"
HOST_AND_DATE = "1b8de5a23a56eef657c69f94c621e7acd227d049a4ba577f537d5e5cebf0cf32"
EXAMPLE = Request(
    "PUT",
    "/v1/test/myfolder/readme.txt",
    "partNumber=9&uploadId=a44cc9bab11cbd156984767aad637851",
    {
        "host": "bj.bcebos.com",
        "content-type": "text/plain",
        "content-length": "8",
        "content-md5": "NFzcPqhviddjRNnSOGo4rw==",
        "x-bce-date": "2015-04-27T08:23:49Z",
        "user-agent": "not signed",
    },
)


def authorized(rest: str, request: Request = EXAMPLE) -> Request:
    return replace(request, headers={**request.headers, "authorization": f"bce-auth-v1/{KEY.key_id}/{rest}"})


def genuine(request: Request) -> bool:
    return is_genuine(SCHEME, request, SCHEME.read(request), KEY.secret)


@pytest.mark.parametrize(("listed", "signature"), [("", DEFAULT_SET), ("host;x-bce-date", HOST_AND_DATE)])
def test_the_published_example_is_genuine_in_both_header_forms(listed: str, signature: str) -> None:
    assert genuine(authorized(f"2015-04-27T08:23:49Z/1800/{listed}/{signature}"))


def test_a_claim_tells_who_signed_when_and_for_how_long() -> None:
    claim = SCHEME.read(authorized(f"2015-04-27T08:23:49Z/1800/host;x-bce-date/{'0' * 64}"))
    assert (claim.key_id, claim.signature) == (KEY.key_id, "0" * 64)
    assert (claim.signed_at, claim.valid_seconds) == (SIGNED_AT, 1800)
    assert claim.signed_headers == ("host", "x-bce-date")


def test_an_empty_list_stands_for_the_default_set() -> None:
    claim = SCHEME.read(authorized(f"2015-04-27T08:23:49Z/1800//{DEFAULT_SET}"))
    assert claim.signed_headers == ()
    names = [line.split(":")[0] for line in SCHEME.canonical_request(EXAMPLE, claim).split("\n")[3:]]
    assert names == ["content-length", "content-md5", "content-type", "host", "x-bce-date"]


def test_a_header_that_arrives_empty_is_not_signed() -> None:
    request = authorized(f"2015-04-27T08:23:49Z/1800//{DEFAULT_SET}")
    assert genuine(replace(request, headers={**request.headers, "x-bce-meta": " "}))
    assert not genuine(replace(request, headers={**request.headers, "x-bce-meta": "1"}))


def test_the_order_of_the_query_does_not_matter() -> None:
    request = authorized(f"2015-04-27T08:23:49Z/1800//{DEFAULT_SET}")
    assert genuine(replace(request, query="&".join(reversed(request.query.split("&")))))


def test_a_link_carries_its_authorization_in_the_query_and_signs_the_rest_of_it() -> None:
    plain = Request("GET", "/bucket/a b", "x=1%2F2", {"host": "127.0.0.1:4010"})
    link = SCHEME.presign(plain, KEY, SIGNED_AT, 600)
    assert link.query.startswith(f"x=1%2F2&authorization=bce-auth-v1%2F{KEY.key_id}%2F2015-04-27T08%3A23%3A49Z%2F600")
    assert SCHEME.is_used(link)
    assert SCHEME.read(link).valid_seconds == 600
    assert genuine(link)
    assert not genuine(replace(link, query=link.query.replace("x=1", "x=2")))


def test_a_link_takes_a_header_that_is_somebody_elses() -> None:
    link = SCHEME.presign(Request("GET", "/a", headers={"host": "h", "authorization": "Basic QQ=="}), KEY, SIGNED_AT, 9)
    assert genuine(link)


def test_a_link_for_temporary_credentials_carries_and_signs_their_token() -> None:
    temporary = Credentials(KEY.key_id, KEY.secret, "T/1")
    link = SCHEME.presign(Request("GET", "/a", headers={"host": "h"}), temporary, SIGNED_AT, 9)
    assert SCHEME.read(link).token == "T/1"
    assert not genuine(replace(link, query=link.query.replace("T%2F1", "T%2F2")))


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "2015-04-27T08:23:49Z/1800/host",
        f"2015-04-27T08:23:49Z/1800/host/{'0' * 63}",
        f"2015-04-27T08:23:49Z/1800/host/{'G' * 64}",
        f"2015-04-27T08:23:49Z/-1/host/{'0' * 64}",
        f"2015-04-27T08:23:49Z/{'9' * 400}/host/{'0' * 64}",
        f"2015-04-27T08:23:49Z/1800/host/{'0' * 64}/",
    ],
)
def test_a_garbled_authorization_is_malformed(rest: str) -> None:
    with pytest.raises(Malformed, match="the authorization must read") as caught:
        SCHEME.read(authorized(rest))
    assert caught.value.missing == ""


@pytest.mark.parametrize("time", ["2015-04-27 08:23:49Z", "2015-13-27T08:23:49Z", "2015-04-27T08:23:49+00:00", "٢٠١٥"])
def test_a_time_that_is_none_is_malformed(time: str) -> None:
    with pytest.raises(Malformed, match="must be a UTC time"):
        SCHEME.read(authorized(f"{time}/1800/host/{'0' * 64}"))


def test_a_list_without_the_host_is_malformed() -> None:
    with pytest.raises(Malformed, match="must include host"):
        SCHEME.read(authorized(f"2015-04-27T08:23:49Z/1800/x-bce-date/{'0' * 64}"))
