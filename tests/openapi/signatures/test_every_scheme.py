"""What holds of every scheme, whatever cloud it belongs to."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openapi.messages import Credentials, Request
from openapi.signatures import Malformed, Presigner, Scheme, schemes
from openapi.signatures.diagnosis import explain
from openapi.signatures.encoding import encode_pairs
from openapi.signatures.verification import is_genuine

NOW = datetime(2026, 1, 31, 23, 59, 10, tzinfo=UTC)
KEY = Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
FORM = "application/x-www-form-urlencoded"
STEADY = settings(deadline=None, derandomize=True)  # the same examples on every machine, however busy
SIGNING = [name for name in schemes() if name != "x-auth-token"]
PRESIGNING = ["bce-auth-v1", "cos"]
# Names that a scheme writes itself, or reads in a way of its own, are left out.
ANYTHING = st.characters(exclude_categories=())
WORD = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAME = st.text("abcxyz09-_.~%/+ é", min_size=1, max_size=8).filter(lambda name: name[:2] not in {"q-", "x-"})
CREDENTIALS = st.builds(
    Credentials, st.text("abcXYZ019-_", min_size=1, max_size=20), WORD.filter(bool), st.sampled_from(["", "TOKEN"])
)
MOMENT = st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
PLAIN = st.builds(
    lambda method, path, pairs, body: Request(
        method, "/" + path, encode_pairs(pairs), {"host": "127.0.0.1:4010", "content-type": FORM}, body
    ),
    st.sampled_from(["GET", "POST", "DELETE"]),
    WORD,
    st.lists(st.tuples(NAME, WORD), max_size=4),
    st.binary(max_size=20),
)
HOSTILE = st.text(ANYTHING, max_size=30)
INTERESTING = [
    "authorization", "host", "content-type", "x-tc-timestamp", "x-tc-action", "x-sdk-date", "x-sdk-content-sha256",
    "x-auth-token", "x-bce-date", "content-md5",
]  # fmt: skip


def form_or_query(name: str) -> Request:
    if name == "hmac-v1":
        return Request("POST", "/", headers={"host": "h:80", "content-type": FORM}, body=b"Action=CreateExport&Count=1")
    return Request("POST", "/a/b", "x=1&y=2", {"host": "h:80", "content-type": "application/json"}, b'{"a":1}')


def changed_header(name: str) -> Callable[[Request], Request]:
    return lambda request: replace(request, headers={**request.headers, name: request.headers[name] + "1"})


METHOD = ("method", lambda request: replace(request, method="PUT" if request.method == "POST" else "POST"))
PATH = ("path", lambda request: replace(request, path=request.path + "c"))
QUERY = ("query", lambda request: replace(request, query=request.query.replace("x=1", "x=3")))
BODY = ("body", lambda request: replace(request, body=request.body.replace(b"1", b"2", 1)))
HOST = ("host", changed_header("host"))
TYPE = ("content-type", changed_header("content-type"))
COVERED = {
    "tc3-hmac-sha256": [METHOD, PATH, BODY, HOST, TYPE],
    "hmac-v1": [PATH, BODY, HOST],
    "cos": [METHOD, PATH, QUERY, HOST],
    "bce-auth-v1": [METHOD, PATH, QUERY, HOST, TYPE, ("x-bce-date", changed_header("x-bce-date"))],
    "sdk-hmac-sha256": [METHOD, PATH, QUERY, BODY, HOST, TYPE],
    "v11-hmac-sha256": [METHOD, PATH, QUERY, BODY, HOST, TYPE],
}
ALTERATIONS = [pytest.param(name, change, id=f"{name} {part}") for name in COVERED for part, change in COVERED[name]]


def genuine(scheme: Scheme, request: Request, secret: str = KEY.secret) -> bool:
    return is_genuine(scheme, request, scheme.read(request), secret)


def test_the_schemes_are_found_by_the_names_that_specs_use() -> None:
    assert sorted(schemes()) == sorted([*SIGNING, "x-auth-token"])
    assert set(COVERED) == set(SIGNING)


@pytest.mark.parametrize("name", SIGNING)
@STEADY
@given(plain=PLAIN, credentials=CREDENTIALS, now=MOMENT)
def test_what_is_signed_is_read_back_and_genuine(
    name: str, plain: Request, credentials: Credentials, now: datetime
) -> None:
    scheme = schemes()[name]
    if name == "hmac-v1" and plain.method != "GET":
        plain = replace(plain, body=plain.query.encode())
    signed = scheme.sign(plain, credentials, now)
    claim = scheme.read(signed)
    assert scheme.is_used(signed)
    assert (claim.key_id, claim.token) == (credentials.key_id, credentials.token)
    assert claim.signed_at == now.replace(microsecond=0)
    assert is_genuine(scheme, signed, claim, credentials.secret)


@pytest.mark.parametrize("name", PRESIGNING)
@STEADY
@given(plain=PLAIN, credentials=CREDENTIALS, now=MOMENT, seconds=st.integers(0, 10**9))
def test_a_link_is_good_for_as_long_as_asked(
    name: str, plain: Request, credentials: Credentials, now: datetime, seconds: int
) -> None:
    scheme: Presigner = schemes()[name]  # type: ignore[assignment]
    link = scheme.presign(plain, credentials, now, seconds)
    claim = scheme.read(link)
    assert (claim.signed_at, claim.valid_seconds) == (now.replace(microsecond=0), seconds)
    assert (link.path, link.headers, link.body) == (plain.path, plain.headers, plain.body)
    assert is_genuine(scheme, link, claim, credentials.secret)


@pytest.mark.parametrize(("name", "change"), ALTERATIONS)
def test_a_changed_part_breaks_the_signature(name: str, change: Callable[[Request], Request]) -> None:
    scheme = schemes()[name]
    signed = scheme.sign(form_or_query(name), KEY, NOW)
    altered = change(signed)
    assert genuine(scheme, signed)
    assert altered != signed
    assert not is_genuine(scheme, altered, scheme.read(signed), KEY.secret)


@pytest.mark.parametrize("name", ["tc3-hmac-sha256", "hmac-v1"])
def test_a_changed_query_of_a_get_breaks_the_signature(name: str) -> None:
    scheme = schemes()[name]
    signed = scheme.sign(Request("GET", "/", "Count=1&Order=asc", {"host": "h"}), KEY, NOW)
    assert genuine(scheme, signed)
    assert not genuine(scheme, replace(signed, query=signed.query.replace("Count=1", "Count=2")))


@pytest.mark.parametrize("name", SIGNING)
def test_another_secret_breaks_the_signature(name: str) -> None:
    scheme = schemes()[name]
    signed = scheme.sign(form_or_query(name), KEY, NOW)
    assert not genuine(scheme, signed, "SECRETEXAMPLf")


@pytest.mark.parametrize("name", SIGNING)
def test_a_signature_is_claimed_by_its_own_scheme_only(name: str) -> None:
    signed = schemes()[name].sign(form_or_query(name), KEY, NOW)
    assert [scheme.name for scheme in schemes().values() if scheme.is_used(signed)] == [name]


@pytest.mark.parametrize("text", ["Basic QUJD", "tc4", "AWS4-HMAC-SHA256 Credential=a", "SKIP", "", "bce-auth-v2/a"])
def test_an_authorization_of_an_unknown_scheme_is_claimed_by_nobody(text: str) -> None:
    request = Request("POST", "/", headers={"authorization": text})
    assert not any(scheme.is_used(request) for scheme in schemes().values())


def probe(scheme: Scheme, request: Request) -> None:
    """Everything that an untrusted request goes through; only `Malformed` may come of it."""
    scheme.is_used(request)
    with suppress(Malformed):
        claim = scheme.read(request)
        explain(scheme, request, claim, "SECRETEXAMPLE")


@pytest.mark.parametrize("name", list(schemes()))
@STEADY
@given(data=st.data())
def test_nothing_but_malformed_comes_of_hostile_text(name: str, data: st.DataObject) -> None:
    scheme = schemes()[name]
    signed = scheme.sign(form_or_query(name), Credentials("AKIDEXAMPLE", "SECRETEXAMPLE", "TOKEN"), NOW)
    headers = data.draw(st.dictionaries(st.sampled_from(INTERESTING), HOSTILE, max_size=4))
    text = data.draw(HOSTILE)
    part = data.draw(st.sampled_from(["headers", "path", "query", "body", "authorization"]))
    authorization = signed.headers.get("authorization", "")
    cut = data.draw(st.integers(0, len(authorization)))
    probe(
        scheme,
        {
            "headers": replace(signed, headers={**signed.headers, **headers}),
            "path": replace(signed, path="/" + text),
            "query": replace(signed, query=signed.query + "&" + text),
            "body": replace(signed, body=signed.body + b"&" + text.encode(errors="surrogatepass")),
            "authorization": replace(
                signed,
                headers={**signed.headers, "authorization": authorization[:cut] + text + authorization[cut:]},
            ),
        }[part],
    )


LONG = ["a" * 100_000, ";" * 100_000, " " * 100_000, "/" * 100_000, "%" * 100_000, "&" * 100_000, "\ud800" * 100_000]
SPLICES = [
    "{long}",
    "TC3-HMAC-SHA256{long}",
    "TC3-HMAC-SHA256 Credential={long}/2026-01-31/{long}/tc3_request, SignedHeaders={long}, Signature={long}",
    "TC3-HMAC-SHA256 Credential=a/b/c/tc3_request, SignedHeaders=content-type;host;{long}, Signature={long}",
    "SDK-HMAC-SHA256 Access=a, SignedHeaders=host;x-sdk-date;{long}, Signature={long}",
    "V11-HMAC-SHA256 Credential=a/20260131/{long}/c, SignedHeaders=host;x-sdk-date, Signature={long}",
    "bce-auth-v1/{long}/2026-01-31T08:09:10Z/1800/host;{long}/" + "0" * 64,
]


@pytest.mark.parametrize("splice", SPLICES)
@pytest.mark.parametrize("name", list(schemes()))
def test_long_hostile_text_costs_linear_time(name: str, splice: str) -> None:
    scheme = schemes()[name]
    stamps = {"x-tc-timestamp": "1769846350", "x-sdk-date": "20260131T080910Z", "host": "h", "content-type": FORM}
    started = time.process_time()
    for long in LONG:
        headers = {**stamps, "x-auth-token": long, "authorization": splice.format(long=long)}
        request = Request(
            "GET", "/" + long, "q-signature=" + long, headers, b"Signature=" + long.encode(errors="ignore")
        )
        with suppress(Malformed):
            claim = scheme.read(request)
            scheme.expected(request, claim, "SECRETEXAMPLE")
    assert time.process_time() - started < 5  # a quadratic expression takes minutes
