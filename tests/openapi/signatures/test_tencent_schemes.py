from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from openapi.messages import Credentials, Request
from openapi.signatures import Malformed
from openapi.signatures.tencent import HmacV1, Tc3HmacSha256
from openapi.signatures.tencent_cos import Cos
from openapi.signatures.verification import is_genuine

BODY = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
HASH_OF_CANONICAL = "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031"
NOW = datetime(2026, 1, 31, 8, 9, 10, tzinfo=UTC)
KEY = Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
FORM = {"host": "cls.tencentcloudapi.com", "content-type": "application/x-www-form-urlencoded"}


def published(signed_headers: str, signature: str, **headers: str) -> Request:
    """The example of "Signature v3", as a request."""
    scope = "2019-02-25/cvm/tc3_request"
    credential = f"Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/{scope}"
    return Request(
        "POST",
        "/",
        headers={
            "host": "cvm.tencentcloudapi.com",
            "content-type": "application/json; charset=utf-8",
            "x-tc-timestamp": "1551113065",
            "authorization": f"TC3-HMAC-SHA256 {credential}, SignedHeaders={signed_headers}, Signature={signature}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
        body=BODY,
    )


def claimed_tc3(request: Request, *, secret: str = KEY.secret) -> bool:
    scheme = Tc3HmacSha256()
    return is_genuine(scheme, request, scheme.read(request), secret)


def test_the_published_tc3_example_is_genuine() -> None:
    request = published("content-type;host", "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c")
    assert claimed_tc3(request, secret="Gu5t9xGARNpq86cd98joQYCN3" + 7 * "*")


def test_the_canonical_request_of_the_published_tc3_example_has_the_published_hash() -> None:
    request = published("content-type;host", "0" * 64)
    scheme = Tc3HmacSha256()
    evidence = scheme.expected(request, scheme.read(request), "any")
    assert evidence.string_to_sign.endswith(f"\n{HASH_OF_CANONICAL}")


def test_the_published_tc3_example_that_signs_its_action_in_lower_case_is_genuine() -> None:
    signature = "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    request = published("content-type;host;x-tc-action", signature, x_tc_action="DescribeInstances")
    assert claimed_tc3(request, secret=32 * "*")


def test_a_tc3_claim_tells_who_signed_when_and_in_which_scope() -> None:
    claim = Tc3HmacSha256().read(published("content-type;host", "ab", x_tc_token="TOKEN"))
    assert claim.key_id == "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
    assert claim.signed_at == datetime(2019, 2, 25, 16, 44, 25, tzinfo=UTC)
    assert claim.signed_headers == ("content-type", "host")
    assert claim.scope == {"date": "2019-02-25", "service": "cvm"}
    assert claim.token == "TOKEN"
    assert claim.valid_seconds is None


def test_an_unsigned_payload_may_be_changed_but_not_declared_signed() -> None:
    headers = {"host": "cls.tencentcloudapi.com", "x-tc-content-sha256": "UNSIGNED-PAYLOAD"}
    signed = Tc3HmacSha256().sign(Request("POST", "/", headers=headers, body=b"{}"), KEY, NOW)
    assert claimed_tc3(replace(signed, body=b'{"Count": 1}'))
    declared = {name: value for name, value in signed.headers.items() if name != "x-tc-content-sha256"}
    assert not claimed_tc3(replace(signed, headers=declared))


def test_blanks_around_a_signed_header_do_not_matter() -> None:
    signed = Tc3HmacSha256().sign(Request("POST", "/", headers={"host": "h"}), KEY, NOW)
    assert claimed_tc3(replace(signed, headers={**signed.headers, "content-type": "  application/json "}))


def signed_on(days_off: int) -> Request:
    """A request stamped now, whose authorization was made as many days later."""
    plain = Request("POST", "/", headers={"host": "cls.example"})
    authorization = Tc3HmacSha256().sign(plain, KEY, NOW + timedelta(days=days_off)).headers["authorization"]
    signed = Tc3HmacSha256().sign(plain, KEY, NOW)
    return replace(signed, headers={**signed.headers, "authorization": authorization})


def test_a_signature_made_in_the_scope_of_another_day_is_not_genuine() -> None:
    assert claimed_tc3(signed_on(0))
    assert not claimed_tc3(signed_on(1))


def test_a_signature_of_the_right_day_under_the_scope_of_another_is_not_genuine() -> None:
    signed = signed_on(0)
    moved = signed.headers["authorization"].replace("2026-01-31", "2026-02-01")
    request = replace(signed, headers={**signed.headers, "authorization": moved})
    scheme = Tc3HmacSha256()
    assert not claimed_tc3(request)
    assert "2026-01-31/cls" in scheme.expected(request, scheme.read(request), KEY.secret).string_to_sign


def test_the_service_is_taken_from_the_scope_whatever_it_is() -> None:
    signed = Tc3HmacSha256(service="127").sign(Request("POST", "/", headers={"host": "127.0.0.1:80"}), KEY, NOW)
    assert "/127/tc3_request" in signed.headers["authorization"]
    assert claimed_tc3(signed)


@pytest.mark.parametrize("tail", ["", " ", "garbage", " Credential=a/b/c/tc3_request", " Credential=, Signature="])
def test_a_garbled_tc3_authorization_is_claimed_and_malformed(tail: str) -> None:
    request = Request("POST", "/", headers={"authorization": f"TC3-HMAC-SHA256{tail}", "x-tc-timestamp": "1"})
    assert Tc3HmacSha256().is_used(request)
    with pytest.raises(Malformed, match="Authorization must read TC3") as caught:
        Tc3HmacSha256().read(request)
    assert caught.value.missing == ""


def test_a_missing_timestamp_is_named() -> None:
    request = published("content-type;host", "ab", x_tc_timestamp="")
    with pytest.raises(Malformed) as caught:
        Tc3HmacSha256().read(request)
    assert caught.value.missing == "X-TC-Timestamp"


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "9" * 400, "999999999999", "١٢٣", "01551113065", "1e9"])
def test_a_timestamp_that_is_no_time_is_malformed(text: str) -> None:
    with pytest.raises(Malformed, match="Unix time"):
        Tc3HmacSha256().read(published("content-type;host", "ab", x_tc_timestamp=text))


@pytest.mark.parametrize("signed_headers", ["host", "content-type", "", "content-type;x-tc-action"])
def test_the_headers_that_have_to_be_signed_are_demanded(signed_headers: str) -> None:
    with pytest.raises(Malformed, match="must include content-type and host"):
        Tc3HmacSha256().read(published(signed_headers, "ab"))


# The signature of the object storage's published download example covers a date and two parameters.
COS_KEY = Credentials("AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q", "BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz")
COS_QUERY = (
    "response-content-type=application%2Foctet-stream&response-cache-control=max-age%3D600&q-sign-algorithm=sha1"
    "&q-ak=AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q&q-sign-time=1557989753%3B1557996953&q-key-time=1557989753%3B1557996953"
    "&q-header-list=date;host&q-url-param-list=response-cache-control;response-content-type"
    "&q-signature=01681b8c9d798a678e43b685a9f1bba0f6c0e012"
)
COS_REQUEST = Request(
    "GET",
    "/exampleobject(腾讯云)",
    COS_QUERY,
    {"date": "Thu, 16 May 2019 06:55:53 GMT", "host": "examplebucket-1250000000.cos.ap-beijing.myqcloud.com"},
)


def test_the_published_example_of_an_object_download_is_genuine() -> None:
    claim = Cos().read(COS_REQUEST)
    assert is_genuine(Cos(), COS_REQUEST, claim, COS_KEY.secret)


def test_a_link_says_from_when_and_for_how_long_it_is_good() -> None:
    claim = Cos().read(COS_REQUEST)
    assert claim.signed_at == datetime(2019, 5, 16, 6, 55, 53, tzinfo=UTC)
    assert claim.valid_seconds == 7200


def test_a_presigned_link_has_the_documented_form() -> None:
    link = Cos().presign(Request("GET", "/a.tar.gz", headers={"host": "b.cos.example"}), KEY, NOW, 3600)
    start = int(NOW.timestamp())
    period = f"{start}%3B{start + 3600}"
    assert link.query.startswith(
        f"q-sign-algorithm=sha1&q-ak=AKIDEXAMPLE&q-sign-time={period}&q-key-time={period}"
        "&q-header-list=host&q-url-param-list=&q-signature="
    )
    assert Cos().read(link).valid_seconds == 3600


def test_a_longer_period_breaks_a_link() -> None:
    link = Cos().presign(Request("GET", "/a.tar.gz", headers={"host": "b.cos.example"}), KEY, NOW, 3600)
    end = str(int(NOW.timestamp()) + 3600)
    longer = replace(link, query=link.query.replace(end, str(int(end) + 1)))
    assert Cos().read(longer).valid_seconds == 3601
    assert not is_genuine(Cos(), longer, Cos().read(longer), KEY.secret)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("sha1", "sha256", "q-sign-algorithm must be sha1"),
        ("q-key-time=1557989753", "q-key-time=1557989754", "same as q-sign-time"),
        ("1557996953", "1557989752", "must not end before it starts"),
        ("1557996953", "later", "Unix time"),
    ],
)
def test_a_garbled_link_is_malformed(old: str, new: str, complaint: str) -> None:
    with pytest.raises(Malformed, match=complaint):
        Cos().read(replace(COS_REQUEST, query=COS_QUERY.replace(old, new)))


@pytest.mark.parametrize("name", ["q-ak", "q-sign-time", "q-key-time"])
def test_a_missing_parameter_of_a_link_is_named(name: str) -> None:
    with pytest.raises(Malformed) as caught:
        Cos().read(replace(COS_REQUEST, query=COS_QUERY.replace(f"{name}=", "x=")))
    assert caught.value.missing == name


def test_v1_signs_the_parameters_in_order_of_their_names_without_encoding() -> None:
    request = Request("GET", "/", "Query=a%20b&Action=CreateExport&SignatureMethod=HmacSHA256", {"host": "h:80"})
    signed = HmacV1().sign(request, KEY, NOW)
    expected = HmacV1().expected(signed, HmacV1().read(signed), KEY.secret)
    stamp = int(NOW.timestamp())
    assert expected.string_to_sign == (
        f"GETh:80/?Action=CreateExport&Nonce={stamp * 1000}&Query=a b&SecretId=AKIDEXAMPLE"
        f"&SignatureMethod=HmacSHA256&Timestamp={stamp}"
    )


def test_v1_uses_sha1_unless_told_otherwise() -> None:
    signed = HmacV1().sign(Request("GET", "/", "Action=CreateExport", {"host": "h"}), KEY, NOW)
    claim = HmacV1().read(signed)
    assert claim.scope == {"method": "HmacSHA1"}
    assert len(claim.signature) == 28  # 20 bytes in base64


@pytest.mark.parametrize("name", ["Timestamp", "Nonce", "SecretId", "Signature"])
def test_a_missing_v1_parameter_is_named(name: str) -> None:
    signed = HmacV1().sign(Request("POST", "/", headers=FORM, body=b"Action=CreateExport"), KEY, NOW)
    with pytest.raises(Malformed) as caught:
        HmacV1().read(replace(signed, body=signed.body.replace(f"&{name}=".encode(), b"&x=")))
    assert caught.value.missing == name


def test_an_unknown_v1_method_is_malformed() -> None:
    signed = HmacV1().sign(Request("GET", "/", "Action=CreateExport", {"host": "h"}), KEY, NOW)
    with pytest.raises(Malformed, match="HmacSHA1 or HmacSHA256"):
        HmacV1().read(replace(signed, query=signed.query + "&SignatureMethod=HmacMD5"))


def test_a_json_body_that_mentions_a_signature_is_no_v1_request() -> None:
    headers = {"host": "h", "content-type": "application/json"}
    assert not HmacV1().is_used(Request("POST", "/", headers=headers, body=b"&Signature="))
