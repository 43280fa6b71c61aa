"""Is no password told with an address, however it was written?"""

import pytest

from openapi.addresses import shown, without_passwords

PASSWORD = "swordfish"


@pytest.mark.parametrize(
    ("address", "without"),
    [
        ("http://me:swordfish@host:1/path", "http://me:***@host:1/path"),
        ("postgresql://:swordfish@/mock?host=/tmp", "postgresql://:***@/mock?host=/tmp"),
        ("http://me:sword/fish@host", "http://me:***@host"),
        ("http://me:sword@fish:s?w#@host", "http://me:***@host"),
        ("http://me@corp:swordfish@host", "http://me@corp:***@host"),
        ("http:/me:swordfish@host", "http:/me:***@host"),
        ("http//me:swordfish@host", "http//me:***@host"),
        ("http:me:swordfish@host", "http:***@host"),
        ("me:swordfish@host", "me:***@host"),
        ("http://[me:swordfish@host", "http://[me:***@host"),
        ("http://me:sword\nfish@host", "http://me:***@host"),
        ("postgresql://host/mock?user=me&password=swordfish&x=1", "postgresql://host/mock?user=me&password=***&x=1"),
        ("postgresql://host/mock?sslpassword=swordfish", "postgresql://host/mock?sslpassword=***"),
        ("host=here password = swordfish", "host=here password = ***"),
    ],
)
def test_a_password_is_not_shown(address: str, without: str) -> None:
    assert shown(address) == without


@pytest.mark.parametrize(
    "address", ["", "host", "http://127.0.0.1:4010", "http://[::1]:4010/", "postgresql://me@host:1/mock", "a@b.example"]
)
def test_what_has_no_password_is_shown_as_it_is(address: str) -> None:
    assert shown(address) == address


def test_addresses_within_a_text_lose_their_passwords_alone() -> None:
    text = "no 'http://me:swordfish@host', no http://me:swordfish@host; as for me:it@is, password=so"
    assert without_passwords(text) == "no 'http://me:***@host', no http://me:***@host; as for me:it@is, password=so"


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("no 'http://me:sword fish@host', no", "no 'http://me:***@host', no"),
        ('no "http://me:sword\'fish@host"', 'no "http://me:***@host"'),
        ("no 'http://me:sword\"fish@host'", "no 'http://me:***@host'"),
        ("no http://me:sword'fish@host", "no http://me:***@host"),
        (r"no 'http://me:swo\'rd\"fish@host'", "no 'http://me:***@host'"),
        ("it isn't 'http://me:swordfish@host', it's me@host", "it isn't 'http://me:***@host', it's me@host"),
        ('{"url":"http://me:swordfish@host","to":"you@host"}', '{"url":"http://me:***@host","to":"you@host"}'),
        ("no 'http://host/?token=sword fish', no", "no 'http://host/?token=***', no"),
        ("neither '/a', at http://host:1, nor me@host", "neither '/a', at http://host:1, nor me@host"),
        ("neither '' at http://host:1, nor 'me@host'", "neither '' at http://host:1, nor 'me@host'"),
    ],
)
def test_a_password_with_spaces_or_quotes_is_not_told_either(text: str, without: str) -> None:
    assert without_passwords(text) == without


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "pass" * 25_000, "a://" * 25_000, "a://" + "@:" * 50_000, "a:" + "/" * 500_000, "'a " * 20_000],
    ids=range(6),
)
def test_a_long_text_takes_no_longer_than_it_is_long(text: str) -> None:
    assert PASSWORD not in without_passwords(text + PASSWORD.upper())
