"""No key of a user is locked, and no alarm is raised, by wrong signatures that a run sends on purpose."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts.calls.composing import compose, compose_fields, scheme_for, takes_fields
from contracts.safety.lockout import IN_A_ROW, IN_ALL, Failures, Proof
from contracts.target import Account, Errand, Unallowed
from openapi.messages import Credentials, Request
from openapi.model import Spec
from tests.contracts.bent import spec

CLS, IOTDA = spec("tencent-cls"), spec("huawei-iotda")
NOW = datetime(2026, 1, 31, 8, 9, 10, tzinfo=UTC)
OWN = Account(Credentials("AKIDOWN", "a secret"), "p", "a token")
READING = Errand(CLS, CLS.operations["DescribeExports"])


def failures(*, is_unbounded: bool = False) -> Failures:
    return Failures({"first": OWN}, is_unbounded)


def signed(api: Spec, errand: Errand, key: Credentials, scheme: str = "") -> Request:
    name = scheme or errand.operation.schemes[0]
    write = compose_fields if takes_fields(name) else compose
    bare = write(api, errand.operation, errand.operation.example, "cloud.example.com")
    return scheme_for(api, name).sign(bare, key, NOW)


@pytest.mark.parametrize("scheme", ["tc3-hmac-sha256", "hmac-v1"])
def test_what_a_signature_is_worth_is_known_before_it_is_sent(scheme: str) -> None:
    request = signed(CLS, READING, OWN.key, scheme)
    assert failures().prove(request, READING) == (Proof.GOOD, "first")
    wrong = signed(CLS, READING, replace(OWN.key, secret="another"), scheme)
    assert failures().prove(wrong, READING) == (Proof.WRONG, "first")


def test_a_request_that_was_altered_after_it_was_signed_is_wrong() -> None:
    request = signed(CLS, READING, OWN.key)
    assert failures().prove(replace(request, body=b"{}"), READING)[0] is Proof.WRONG


def test_a_key_that_nobody_has_and_no_signature_at_all_lock_nobody() -> None:
    stranger = signed(CLS, READING, Credentials("AKIDNOBODY", "x"))
    assert failures().prove(stranger, READING) == (Proof.NONE, "")
    bare = compose(CLS, READING.operation, READING.operation.example, "cloud.example.com")
    assert failures().prove(bare, READING) == (Proof.NONE, "")


def test_a_token_of_the_account_is_good_and_another_proves_nothing() -> None:
    errand = Errand(IOTDA, IOTDA.operations["ListExportTasks"])
    bare = compose(IOTDA, errand.operation, errand.operation.example, "cloud.example.com")
    own = replace(bare, headers={**bare.headers, "x-auth-token": "a token"})
    assert failures().prove(own, errand) == (Proof.TOKEN, "first")
    other = replace(bare, headers={**bare.headers, "x-auth-token": "b token"})
    assert failures().prove(other, errand) == (Proof.NONE, "")


def wrong(found: Failures, errand: Errand = READING) -> None:
    """One wrong signature, if that is let through."""
    found.require_few("first", errand)
    found.count("first", Proof.WRONG, is_refused=True)


def test_few_wrong_signatures_in_a_row_are_sent() -> None:
    found = failures()
    for _ in range(IN_A_ROW):
        wrong(found)
    with pytest.raises(Unallowed, match=rf"{IN_A_ROW} wrong signatures in a row.* may lock the key: allow\.exceed-lim"):
        wrong(found)


def test_a_good_one_between_begins_the_row_anew() -> None:
    found = failures()
    for _ in range(IN_A_ROW * 2):
        wrong(found)
        found.count("first", Proof.GOOD, is_refused=False)


def test_a_good_token_between_does_not_as_it_says_nothing_of_the_key() -> None:
    found = failures()
    for _ in range(IN_A_ROW):
        wrong(found)
        found.count("first", Proof.TOKEN, is_refused=False)
    with pytest.raises(Unallowed, match="in a row"):
        wrong(found)


def test_no_more_in_a_row_are_sent_than_are_documented_to_do_no_harm() -> None:
    strict = replace(CLS, authentication=replace(CLS.authentication, lock_failures=1, lock_seconds=300))
    found = failures()
    wrong(found, Errand(strict, READING.operation))
    with pytest.raises(Unallowed, match="1 wrong signatures in a row"):
        wrong(found, Errand(strict, READING.operation))


def test_only_so_many_are_sent_in_a_run() -> None:
    found = failures()
    for _ in range(IN_ALL):
        wrong(found)
        found.count("first", Proof.GOOD, is_refused=False)
    with pytest.raises(Unallowed, match=rf"{IN_ALL} wrong signatures were sent"):
        wrong(found)


def test_a_good_signature_that_is_refused_as_wrong_counts_too() -> None:
    found = failures()
    for _ in range(IN_A_ROW):
        found.count("first", Proof.GOOD, is_refused=True)
    with pytest.raises(Unallowed):
        wrong(found)


def test_where_limits_may_be_exceeded_nothing_is_held_back() -> None:
    found = failures(is_unbounded=True)
    for _ in range(IN_ALL * 2):
        wrong(found)


def test_where_limits_may_be_exceeded_a_key_that_is_documented_to_be_locked_is_only_locked_on_purpose() -> None:
    found, locking = failures(is_unbounded=True), IOTDA
    errand = Errand(locking, next(iter(locking.operations.values())))
    for _ in range(locking.authentication.lock_failures):
        found.require_few("first", errand)
        found.count("first", Proof.WRONG, is_refused=True)
    with pytest.raises(Unallowed, match="wrong signatures in a row were sent, and one more locks the key"):
        found.require_few("first", errand)
    found.require_few("first", replace(errand, locks=True))
