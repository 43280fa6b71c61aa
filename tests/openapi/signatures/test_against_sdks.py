"""The official signers make signatures; ours says whether they are right, and of which parts."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from baidubce.auth import bce_v1_signer
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.bce_client_configuration import BceClientConfiguration
from baidubce.services.bos.bos_client import BosClient
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import DerivationAKSKSigner, Signer
from hypothesis import given, settings
from hypothesis import strategies as st
from tencentcloud.cls.v20201016.cls_client import ClsClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.http.request import RequestInternal
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from openapi.messages import Credentials, Request
from openapi.signatures import schemes
from openapi.signatures.encoding import encode_pairs, percent_encode
from openapi.signatures.verification import is_genuine

KEY = Credentials("AKIDEXAMPLE", "SECRETEXAMPLE", "TOKENEXAMPLE")
STEADY = settings(deadline=None, derandomize=True)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PARAMETERS = st.dictionaries(TEXT.filter(bool), TEXT, max_size=5)
SEGMENTS = st.lists(TEXT, max_size=3)
FORM_NAME = st.text("abcXYZ019.", min_size=1, max_size=6)
HOST = "127.0.0.1:4010"


def genuine(name: str, request: Request) -> bool:
    scheme = schemes()[name]
    claim = scheme.read(request)
    assert (claim.key_id, claim.token) == (KEY.key_id, KEY.token)
    return scheme.is_used(request) and is_genuine(scheme, request, claim, KEY.secret)


def tencent_request(sign_method: str, method: str, params: dict[str, object], *, unsigned: bool = False) -> Request:
    """What the client would send, without sending it."""
    profile = ClientProfile(
        signMethod=sign_method,
        httpProfile=HttpProfile(protocol="http", endpoint=HOST, reqMethod=method),
    )
    profile.unsignedPayload = unsigned
    client = ClsClient(Credential(KEY.key_id, KEY.secret, KEY.token), "ap-guangzhou", profile)
    built = RequestInternal(HOST, method, "/")
    client._build_req_inter("CreateExport", params, built)
    headers = {"host": HOST, **{name.lower(): value for name, value in built.header.items()}}
    if method == "GET":
        return Request("GET", "/", built.data, headers)
    return Request("POST", "/", "", headers, built.data.encode())


@pytest.mark.parametrize(
    ("sign_method", "scheme"),
    [("TC3-HMAC-SHA256", "tc3-hmac-sha256"), ("HmacSHA1", "hmac-v1"), ("HmacSHA256", "hmac-v1")],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
@STEADY
@given(params=st.dictionaries(FORM_NAME, TEXT, max_size=4))
def test_what_tencents_client_signs_is_genuine(
    sign_method: str, scheme: str, method: str, params: dict[str, object]
) -> None:
    params = {"Query": "level:error AND é/+*~", "DerivedFields": ["a", "b"], "Count": 1, **params}
    assert genuine(scheme, tencent_request(sign_method, method, params))


def test_what_tencents_client_sends_with_an_unsigned_payload_is_genuine() -> None:
    request = tencent_request("TC3-HMAC-SHA256", "POST", {"Count": 1}, unsigned=True)
    assert request.headers["x-tc-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert genuine("tc3-hmac-sha256", request)


def huawei_request(segments: list[str], query: list[tuple[str, object]], body: str, content_type: str) -> SdkRequest:
    return SdkRequest(
        "POST",
        "http",
        HOST,
        "/" + "/".join(percent_encode(segment) for segment in segments),
        query_params=query,
        header_params={"Content-Type": content_type, "X-Project-Id": "0123", "X-Security-Token": KEY.token},
        body=body,
    )


def received(signed: SdkRequest) -> Request:
    """The request as a server sees it: headers are bytes, read as UTF-8; the path is decoded."""
    headers = {name.lower(): value.encode("latin-1").decode() for name, value in signed.header_params.items()}
    parts = urlsplit("http://h" + signed.uri)
    path, query = signed.uri.partition("?")[0], parts.query
    return Request(signed.method, decoded(path), query, headers, signed.body or b"")


def decoded(path: str) -> str:
    return bytes_of(path).decode(errors="surrogateescape")


def bytes_of(path: str) -> bytes:
    head, *rest = path.encode().split(b"%")
    return head + b"".join(bytes.fromhex(part[:2].decode()) + part[2:] for part in rest)


@pytest.mark.parametrize("content_type", ["application/json;charset=utf-8", "text/plain"])
@STEADY
@given(segments=SEGMENTS, query=PARAMETERS, body=TEXT)
def test_what_huaweis_signer_signs_is_genuine(
    content_type: str, segments: list[str], query: dict[str, str], body: str
) -> None:
    pairs: list[tuple[str, object]] = [*query.items(), ("list", ["b", "a"]), ("flag", True)]
    signed = Signer(BasicCredentials(KEY.key_id, KEY.secret)).sign(huawei_request(segments, pairs, body, content_type))
    assert genuine("sdk-hmac-sha256", received(signed))


@STEADY
@given(segments=SEGMENTS, query=PARAMETERS, body=TEXT)
def test_what_huaweis_derived_signer_signs_is_genuine(segments: list[str], query: dict[str, str], body: str) -> None:
    signed = DerivationAKSKSigner(BasicCredentials(KEY.key_id, KEY.secret)).sign(
        huawei_request(segments, list(query.items()), body, "application/json"), "iotdm", "cn-north-4"
    )
    request = received(signed)
    assert genuine("v11-hmac-sha256", request)
    assert schemes()["v11-hmac-sha256"].read(request).scope["region"] == "cn-north-4"


@pytest.mark.parametrize("listed", [[], [b"host", b"x-bce-date", b"x-bce-security-token"]])
@STEADY
@given(
    # A decoded path cannot tell an encoded slash from a plain one, and this signer keeps them apart.
    segments=st.lists(TEXT.filter(lambda text: "/" not in text), max_size=3),
    query=PARAMETERS,
    value=st.text("abc é/:;~", max_size=8),
)
def test_what_baidus_signer_signs_is_genuine(
    listed: list[bytes], segments: list[str], query: dict[str, str], value: str
) -> None:
    path = "/" + "/".join(percent_encode(segment) for segment in segments)
    headers = {
        "host": HOST,
        "content-type": f"application/json; {value}",
        "x-bce-date": "2026-01-31T08:09:10Z",
        "x-bce-security-token": KEY.token,
    }
    authorization = bce_v1_signer.sign(
        BceCredentials(KEY.key_id, KEY.secret),
        b"POST",
        path.encode(),
        {name.encode(): text.encode() for name, text in headers.items()},
        {name.encode(): text.encode() for name, text in query.items()},
        timestamp=1769846950,
        headers_to_sign=listed,
    )
    headers["authorization"] = authorization.decode()
    query.pop("authorization", None)
    assert genuine("bce-auth-v1", Request("POST", decoded(path), encode_pairs(list(query.items())), headers))


@STEADY
@given(key=st.text("abc é+%~", min_size=1, max_size=8).map(lambda text: f"k{text}k"), seconds=st.integers(1, 10**6))
def test_a_link_that_baidus_client_presigns_is_genuine(key: str, seconds: int) -> None:
    configuration = BceClientConfiguration(
        credentials=BceCredentials(KEY.key_id, KEY.secret), endpoint=f"http://{HOST}", security_token=KEY.token
    )
    url = BosClient(configuration).generate_pre_signed_url(
        "bucket", key, timestamp=1769846950, expiration_in_seconds=seconds
    )
    parts = urlsplit(url.decode())
    request = Request("GET", decoded(parts.path), parts.query, {"host": parts.netloc})
    assert genuine("bce-auth-v1", request)
    assert schemes()["bce-auth-v1"].read(request).valid_seconds == seconds
