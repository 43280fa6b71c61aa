from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from openapi.messages import Credentials, Request
from openapi.signatures import Malformed
from openapi.signatures.huawei import AuthToken, SdkHmacSha256, V11HmacSha256
from openapi.signatures.verification import is_genuine

PROJECT = "0123456789abcdef0123456789abcdef"
KEY = Credentials("AKEXAMPLE00000000001", "SKexample0000000000000000000000000000001")
NOW = datetime(2026, 1, 31, 8, 9, 10, tzinfo=UTC)
STAMP = {"host": "127.0.0.1:8080", "x-sdk-date": "20260131T080910Z"}
JSON = {"content-type": "application/json"}
OWN = {"x-project-id": PROJECT}
NAMES = "content-type;host;x-project-id;x-sdk-date"
BODY = b'{"resource_type": "BatchTask", "resource_condition": {"task_id": "5f433ce0c24389024365fdfa"}}'
LIST_QUERY = "file_name=a%20b%2A%2B%C3%A9~&is_download=true&limit=20&offset=0&status=SUCCESS"


def authorized(request: Request, names: str, signature: str) -> Request:
    text = f"SDK-HMAC-SHA256 Access={KEY.key_id}, SignedHeaders={names}, Signature={signature}"
    return replace(request, headers={**STAMP, **request.headers, "authorization": text})


VECTORS = [
    authorized(
        Request("GET", f"/v2/{PROJECT}/export-tasks", LIST_QUERY, {**JSON, **OWN}),
        NAMES,
        "49e37732daff469d0b54d1148047b54080729fc8c6d20c2cf280584a52c6636e",
    ),
    authorized(
        Request(
            "POST",
            f"/v5/iot/{PROJECT}/export-tasks",
            headers={"content-type": "application/json;charset=utf-8", **OWN},
            body=BODY,
        ),
        NAMES,
        "e8d6d09d4d493e382e0b56a1faa477eb85cf6d489f901071a320645cd66e5b23",
    ),
    authorized(
        Request("POST", f"/v1/{PROJECT}/physicalservers/srv-1/logs/exports", headers={**JSON, **OWN}),
        NAMES,
        "924f60c22eb8c73c252ef0459a9d68acaa0892a547aa7198e006b31f6335f09a",
    ),
    authorized(
        Request(
            "GET",
            f"/v1/{PROJECT}/physicalservers/srv-1/logs/exports/1/content",
            headers={"x-security-token": "STOKEN"},
        ),
        "host;x-sdk-date;x-security-token",
        "a9fb8a502216dee5d7a4515099b2ec227e73a00af605d2de2819ffc6772ea380",
    ),
]
DERIVED = Request(
    "GET",
    f"/v5/iot/{PROJECT}/export-tasks",
    "resource_type=BatchTask",
    {
        **STAMP,
        **OWN,
        "authorization": (
            f"V11-HMAC-SHA256 Credential={KEY.key_id}/20260131/cn-north-4/iotdm, "
            "SignedHeaders=host;x-project-id;x-sdk-date, "
            "Signature=074b989289ea42c6429fe70725ab1e7342bd2737e66391ad41cbff33cda40e01"
        ),
    },
)


def genuine(request: Request) -> bool:
    scheme = SdkHmacSha256()
    return is_genuine(scheme, request, scheme.read(request), KEY.secret)


@pytest.mark.parametrize("request_", VECTORS, ids=["list", "create", "empty post", "token"])
def test_a_signature_of_the_official_signer_is_genuine(request_: Request) -> None:
    assert genuine(request_)


def test_a_derived_signature_of_the_official_signer_is_genuine() -> None:
    scheme = V11HmacSha256()
    assert is_genuine(scheme, DERIVED, scheme.read(DERIVED), KEY.secret)


def test_a_derived_claim_tells_its_scope() -> None:
    claim = V11HmacSha256().read(DERIVED)
    assert claim.scope == {"date": "20260131", "region": "cn-north-4", "service": "iotdm"}
    assert claim.signed_at == NOW


@pytest.mark.parametrize(("old", "new"), [("/20260131/", "/20260201/"), ("cn-north-4", "cn-north-1"), ("iotdm", "iam")])
def test_another_scope_breaks_a_derived_signature(old: str, new: str) -> None:
    scheme = V11HmacSha256()
    authorization = DERIVED.headers["authorization"].replace(old, new)
    moved = replace(DERIVED, headers={**DERIVED.headers, "authorization": authorization})
    assert not is_genuine(scheme, moved, scheme.read(moved), KEY.secret)


def test_a_claim_tells_the_token_of_temporary_credentials() -> None:
    claim = SdkHmacSha256().read(VECTORS[3])
    assert (claim.key_id, claim.token, claim.signed_at) == (KEY.key_id, "STOKEN", NOW)


def test_the_order_of_the_query_does_not_matter() -> None:
    assert genuine(replace(VECTORS[0], query="&".join(reversed(LIST_QUERY.split("&")))))


def signed_with_hash(declared: str) -> Request:
    headers = {"host": "h", "x-sdk-content-sha256": declared}
    return SdkHmacSha256().sign(Request("POST", "/v1", headers=headers, body=b"data"), KEY, NOW)


def test_a_declared_unsigned_payload_may_be_changed() -> None:
    assert genuine(replace(signed_with_hash("UNSIGNED-PAYLOAD"), body=b"changed"))


def test_a_declared_hash_has_to_be_that_of_the_body() -> None:
    signed = signed_with_hash("3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7")
    assert genuine(signed)
    assert not genuine(replace(signed, body=b"changed"))


def test_a_missing_date_is_named() -> None:
    headers = {name: value for name, value in VECTORS[0].headers.items() if name != "x-sdk-date"}
    with pytest.raises(Malformed) as caught:
        SdkHmacSha256().read(replace(VECTORS[0], headers=headers))
    assert caught.value.missing == "X-Sdk-Date"


@pytest.mark.parametrize("text", ["2026-01-31T08:09:10Z", "20260231T080910Z", "20260131T080910", "٢" * 8, "0" * 400])
def test_a_date_that_is_none_is_malformed(text: str) -> None:
    with pytest.raises(Malformed, match="must be a UTC time"):
        SdkHmacSha256().read(replace(VECTORS[0], headers={**VECTORS[0].headers, "x-sdk-date": text}))


@pytest.mark.parametrize("names", ["host", "x-sdk-date", ""])
def test_the_headers_that_have_to_be_signed_are_demanded(names: str) -> None:
    with pytest.raises(Malformed, match="must include host and x-sdk-date"):
        SdkHmacSha256().read(authorized(VECTORS[0], names, "ab"))


@pytest.mark.parametrize("word", ["SDK-HMAC-SHA256", "V11-HMAC-SHA256"])
def test_a_garbled_authorization_is_claimed_by_the_scheme_it_names(word: str) -> None:
    request = Request("GET", "/", headers={**STAMP, "authorization": f"{word} Access"})
    claimed = [scheme for scheme in (SdkHmacSha256(), V11HmacSha256()) if scheme.is_used(request)]
    assert len(claimed) == 1
    with pytest.raises(Malformed, match=f"Authorization must read {word}"):
        claimed[0].read(request)


def test_a_token_is_carried_but_proves_nothing_by_itself() -> None:
    scheme = AuthToken()
    request = scheme.sign(Request("GET", "/"), Credentials("a", "s", "TOKENEXAMPLE"), NOW)
    claim = scheme.read(request)
    assert (claim.key_id, claim.token, claim.signature) == ("", "TOKENEXAMPLE", "")
    assert not is_genuine(scheme, request, claim, "s")


def test_an_empty_token_is_a_missing_one() -> None:
    request = Request("GET", "/", headers={"x-auth-token": " "})
    assert AuthToken().is_used(request)
    with pytest.raises(Malformed) as caught:
        AuthToken().read(request)
    assert caught.value.missing == "X-Auth-Token"
