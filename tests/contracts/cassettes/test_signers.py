"""Whose a signature is, and whether it is what its holder would have made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contracts.cassettes.signers import Signer, signer_of
from contracts.target import Account
from openapi.messages import Credentials, Request
from openapi.signatures import schemes
from tests.contracts.bent import spec

NOW = datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC)
FIRST = Account(Credentials("AKIDfirst0123", "first-secret"), "", "first-token")
SECOND = Account(Credentials("AKIDsecond0123", "second-secret"), "", "second-token")
ACCOUNTS = {"first": FIRST, "second": SECOND}
API = "huawei-iotda"


def signed(name: str, account: Account, at: datetime = NOW) -> Request:
    key = Credentials("", "", account.token) if name == "x-auth-token" else account.key
    return schemes()[name].sign(Request("GET", "/v5", headers={"host": "h"}), key, at)


@pytest.mark.parametrize("name", ["sdk-hmac-sha256", "v11-hmac-sha256", "x-auth-token"])
def test_the_holder_of_a_genuine_signature_is_found(name: str) -> None:
    assert signer_of(spec(API), signed(name, SECOND), ACCOUNTS, NOW) == Signer("second", name)


@pytest.mark.parametrize("name", ["sdk-hmac-sha256", "v11-hmac-sha256", "x-auth-token"])
def test_a_signature_of_nobody_is_known(name: str) -> None:
    stranger = Account(Credentials("AKIDfirst0123", "guessed"), "", "guessed")
    assert not signer_of(spec(API), signed(name, stranger), ACCOUNTS, NOW).is_genuine


def test_a_signature_of_another_time_is_told_by_how_far_it_is_ahead() -> None:
    late = signed("sdk-hmac-sha256", FIRST, NOW - timedelta(minutes=14))
    assert signer_of(spec(API), late, ACCOUNTS, NOW) == Signer("first", "sdk-hmac-sha256", -840.0)


def test_a_request_without_any_is_nobodys() -> None:
    assert signer_of(spec(API), Request("GET", "/"), ACCOUNTS, NOW) == Signer()
