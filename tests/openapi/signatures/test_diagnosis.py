from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from openapi.messages import Credentials, Request
from openapi.signatures import schemes
from openapi.signatures.diagnosis import RIGHT, UNKNOWN, Arrival, Diagnosis, explain, first_difference

KEY = Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
NOW = datetime(2026, 1, 31, 8, 9, 10, tzinfo=UTC)
TC3, BCE = schemes()["tc3-hmac-sha256"], schemes()["bce-auth-v1"]
SIGNED = TC3.sign(Request("POST", "/", headers={"host": "cls.example"}, body=b"{}"), KEY, NOW)


def changed(request: Request, **headers: str) -> Request:
    return replace(request, headers={**request.headers, **{k.replace("_", "-"): v for k, v in headers.items()}})


def diagnose(request: Request, secret: str = KEY.secret, arrival: Arrival | None = None) -> Diagnosis:
    return explain(TC3, request, TC3.read(request), secret, arrival)


def test_a_right_signature_is_said_to_be_right() -> None:
    assert diagnose(SIGNED).cause == RIGHT


def test_a_port_that_was_not_signed_is_found_with_the_byte_where_the_texts_part() -> None:
    diagnosis = diagnose(changed(SIGNED, host="cls.example:4010"))
    assert diagnosis.cause == "the Host header carries a port that was not signed"
    assert diagnosis.first_difference == diagnosis.canonical_request.index(":4010")
    assert diagnosis.client_canonical_request == diagnosis.canonical_request.replace(":4010", "")
    assert diagnosis.client_string_to_sign != diagnosis.string_to_sign


def test_a_wrong_secret_cannot_be_told_from_an_unknown_cause() -> None:
    diagnosis = diagnose(SIGNED, secret="OTHER")
    assert diagnosis.cause == UNKNOWN
    assert (diagnosis.variant, diagnosis.client_canonical_request, diagnosis.first_difference) == ("", None, None)


def test_a_signed_header_that_did_not_arrive_is_named() -> None:
    request = TC3.sign(changed(SIGNED, x_tc_action="CreateExport"), KEY, NOW)
    arrived = {name: value for name, value in request.headers.items() if name != "x-tc-action"}
    assert diagnose(replace(request, headers=arrived)).cause == "a signed header is missing: x-tc-action"


def test_a_scope_of_another_day_is_told_with_both_days() -> None:
    # What a client makes that takes the day from its local clock, eight hours ahead.
    local = TC3.sign(SIGNED, KEY, NOW + timedelta(days=1)).headers["authorization"]
    request = changed(SIGNED, authorization=local)
    expected = "the scope's date 2026-02-01 differs from the timestamp, whose date in UTC is 2026-01-31"
    assert diagnose(request).cause == expected


def test_a_body_that_is_not_the_one_hashed_was_changed() -> None:
    request = changed(replace(SIGNED, body=b"[]"), content_md5="mZFLkyvTekALRmHr9kxLKQ==")
    assert diagnose(request).cause == "the body was changed after signing: Content-MD5 is not its hash"


@pytest.mark.parametrize(("seconds", "side"), [(301, "behind"), (-301, "ahead of")])
def test_a_time_that_is_off_is_told_in_seconds(seconds: int, side: str) -> None:
    arrival = Arrival(NOW + timedelta(seconds=seconds), 300)
    assert diagnose(SIGNED, arrival=arrival).cause == (
        f"the timestamp is 301 s off: {side} the server's clock; 300 s are allowed"
    )


def test_a_time_at_the_limit_is_not_off() -> None:
    assert diagnose(SIGNED, arrival=Arrival(NOW + timedelta(seconds=300), 300)).cause == RIGHT


def test_a_signature_past_its_own_period_is_said_to_have_expired() -> None:
    request = BCE.sign(Request("GET", "/", headers={"host": "h"}), KEY, NOW)
    arrival = Arrival(NOW + timedelta(seconds=1860))
    assert explain(BCE, request, BCE.read(request), KEY.secret, arrival).cause == "the signature expired 60 s ago"


@pytest.mark.parametrize("name", [name for name in schemes() if name != "x-auth-token"])
def test_a_diagnosis_never_holds_the_secret(name: str) -> None:
    scheme = schemes()[name]
    plain = Request("GET", "/", "Action=CreateExport", {"host": "h:80"})
    request = replace(scheme.sign(plain, KEY, NOW), path="/other")
    text = repr(explain(scheme, request, scheme.read(request), KEY.secret))
    assert KEY.secret not in text
    assert scheme.expected(request, scheme.read(request), KEY.secret).signature not in text


@pytest.mark.parametrize(
    ("ours", "theirs", "index"), [("abc", "abd", 2), ("é1", "é2", 2), ("ab", "abc", 2), ("", "a", 0), ("a", "a", None)]
)
def test_the_first_difference_is_counted_in_bytes(ours: str, theirs: str, index: int | None) -> None:
    assert first_difference(ours, theirs) == index
