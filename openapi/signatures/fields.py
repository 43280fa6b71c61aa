"""The fields that a signature is made of, read from text that nobody has checked yet. Every failure is `Malformed`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from openapi.messages import Request
from openapi.signatures import Claim, Malformed

KEPT = 256  # of what clients repeat in request after request: the time of a second, the scope of a day
_SECONDS = re.compile(r"0|[1-9][0-9]{0,11}")
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z, the last that datetime can hold
_BASIC = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_EXTENDED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def read_header(request: Request, name: str) -> str:
    """The trimmed value of a header that has to be there; `name` is spelled as the vendor spells it."""
    value = request.headers.get(name.lower(), "").strip()
    if not value:
        raise Malformed(f"the header {name} is missing", missing=name)
    return value


def read_parameter(parameters: Mapping[str, str], name: str) -> str:
    """The value of a query or form parameter that has to be there."""
    value = parameters.get(name, "")
    if not value:
        raise Malformed(f"the parameter {name} is missing", missing=name)
    return value


def split_signature(text: str) -> tuple[str, str]:
    """An Authorization header without its last field, and the signature that this is; both empty if it is none."""
    rest, _, last = text.rpartition(",")
    name, _, signature = last.partition("=")
    is_one = name.lstrip(" ") == "Signature" and signature.split() == [signature]
    return (rest, signature) if is_one else ("", "")


@lru_cache(KEPT)
def read_epoch(text: str, name: str) -> datetime:
    """Unix seconds: ASCII digits without leading zeros, up to the year 9999."""
    if not _SECONDS.fullmatch(text) or int(text) > _LAST_SECOND:
        raise Malformed(f"{name} must be a Unix time in seconds, such as 1551113065")
    return datetime.fromtimestamp(int(text), UTC)


@lru_cache(KEPT)
def read_basic_time(text: str, name: str) -> datetime:
    """A UTC time such as 20260131T080910Z."""
    return _read_time(_BASIC, text, f"{name} must be a UTC time such as 20260131T080910Z")


def read_extended_time(text: str, name: str) -> datetime:
    """A UTC time such as 2026-01-31T08:09:10Z."""
    return _read_time(_EXTENDED, text, f"{name} must be a UTC time such as 2026-01-31T08:09:10Z")


def _read_time(form: re.Pattern[str], text: str, complaint: str) -> datetime:
    if not form.fullmatch(text):
        raise Malformed(complaint)
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Malformed(f"{complaint}: {error}") from None


@lru_cache(KEPT)
def write_basic_time(moment: datetime) -> str:
    """A UTC time as `read_basic_time` reads it."""
    return f"{moment.year:04}{moment.month:02}{moment.day:02}T{moment.hour:02}{moment.minute:02}{moment.second:02}Z"


def write_extended_time(moment: datetime) -> str:
    """A UTC time as `read_extended_time` reads it."""
    return moment.isoformat()[:19] + "Z"


def read_signed_headers(text: str, required: frozenset[str]) -> tuple[str, ...]:
    """The lower-case names in a list such as `content-type;host`, which has to hold those in `required`."""
    names = tuple(text.lower().split(";"))
    if not required.issubset(names):
        raise Malformed(f"the signed headers must include {' and '.join(sorted(required))}")
    return names


def signing_time(claim: Claim) -> datetime:
    """When the claim says it was made, for a scheme that cannot do without."""
    if claim.signed_at is None:
        raise Malformed("the claim carries no time")
    return claim.signed_at


@lru_cache(KEPT)
def in_order(signed_headers: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The names of signed headers, sorted, and the list that they make in a canonical request."""
    names = tuple(sorted(signed_headers))
    return names, ";".join(names)


def whole_second(now: datetime) -> datetime:
    """`now` in UTC, as precise as a signature states it."""
    return now.astimezone(UTC).replace(microsecond=0)
