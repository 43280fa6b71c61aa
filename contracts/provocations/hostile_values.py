"""What hostile clients write: texts, and bodies that are no plain JSON object."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping

LONG = 64 << 10  # characters
LARGE = 1 << 20  # bytes
DEEP = 10_000  # levels
MANY = 10_000  # members
DIGITS = 5_000  # of a number; parsers have bounds of their own

TEXTS: Mapping[str, str] = {
    "a NUL character": "a\x00b",
    "control characters": "".join(map(chr, range(1, 32))) + "\x7f\x85",
    "half a character": "a\ud800b",
    "text from right to left": "\u202eabc\u202d\u05d0\u200f",
    "characters of several bytes": "\U0001f4a9\u00e9\ufeff\u4e2d\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a noncharacter": "\uffff\ufffe\U0010ffff",
    "many marks on one letter": "a" + "\u0301" * 500,
    "a very long text": "a" * LONG,
    "a path out of the folder": "../../../../../../etc/passwd",
    "a path out of the folder, for another system": "..\\..\\..\\windows\\win.ini",
    "format characters": "%s%n%x%99999999d{0}{0.__class__}${x}",
    "a template": "{{7*7}}${7*7}<%= 7*7 %>#{7*7}",
    "a lookup": "${jndi:ldap://127.0.0.1:9/a}",
    "an SQL injection": "' OR '1'='1'; DROP TABLE tasks; --",
    "a shell injection": "; cat /etc/passwd | `id` $(id) && true\n",
    "a script": "<script>alert(1)</script><img src=x onerror=alert(1)>\"'",
    "an XML entity": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "line breaks of a header": "a\r\nX-Injected: yes\r\n\r\n<html>",
    "an operator": '{"$gt": ""}',
    "a number that is none": "NaN",
    "nothing but blanks": " \t\u00a0\u2003 ",
    "a pattern that takes long": "(" * 50 + "a+)+$" + "a" * 50 + "!",
    "a query of many groups": "(" * 1000 + ")" * 1000,
}


def bodies(body: Mapping[str, object]) -> Iterator[tuple[str, bytes]]:
    """What may stand in the place of a body that is right, by what is hostile about it."""
    plain = json.dumps(body).encode()
    yield from _of_other_kinds(plain)
    yield from _in_other_encodings(plain)
    yield from _of_many_members(body)
    for name in body:
        for what, text in _NUMBERS.items():
            yield f"{what} for {name}", _with_raw(body, name, text)
        for what, text in (("[", "]"), ('{"a":', "}")):
            yield f"{what} {DEEP} levels deep in {name}", _with_raw(body, name, what * DEEP + "1" + text * DEEP)
        yield f"half a character, escaped, in {name}", _with_raw(body, name, r'"\ud800"')


_NUMBERS = {
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "a number beyond every range": "1e400",
    "a number next to nothing": "1e-400",
    "minus nothing": "-0",
    "a number of many digits": "9" * DIGITS,
    "more than 64 bits": str(1 << 64),
    "less than 64 bits": str(-(1 << 64)),
    "a whole number with a fraction of nothing": "1.0",
}


def _of_other_kinds(plain: bytes) -> Iterator[tuple[str, bytes]]:
    for text in ("", " ", "null", "[]", "0", "true", '"text"', "{", "[" * DEEP, '{"":' * DEEP, "{}{}", "{'a': 1}"):
        yield f"the body {text[:10]!r}{'…' if len(text) > len(text[:10]) else ''}", text.encode()
    yield "a body cut short", plain[: len(plain) // 2]
    yield "a body with more behind it", plain + b"}"
    yield "a body with a comment", b"/* */" + plain
    yield "deep arrays that are closed", b"[" * DEEP + b"]" * DEEP
    yield "a large body of blanks", plain + b" " * (LARGE - len(plain))
    yield "a large text", json.dumps("a" * LARGE).encode()
    yield "markup", b"<?xml version='1.0'?><a/>"
    yield "a form", b"a=1&b=%00&c[]=%ff"


def _in_other_encodings(plain: bytes) -> Iterator[tuple[str, bytes]]:
    text = plain.decode()
    yield "bytes that are no UTF-8", b"\xff\xfe\x80" + plain
    yield "a byte that is no UTF-8 inside", plain[:-1] + b', "a": "\xc3\x28"}'
    yield "an overlong NUL", plain[:-1] + b', "a": "\xc0\x80"}'
    yield "UTF-16", text.encode("utf-16")
    yield "UTF-32", text.encode("utf-32")
    yield "a mark of the order of bytes", b"\xef\xbb\xbf" + plain
    yield "compressed bytes", gzip.compress(plain, mtime=0)
    yield "zeros", b"\x00" * 1000


def _of_many_members(body: Mapping[str, object]) -> Iterator[tuple[str, bytes]]:
    for name in body:
        twice = json.dumps(body)[:-1] + f", {json.dumps(name)}: null}}"
        yield f"{name} twice", twice.encode()
    yield f"{MANY} members", json.dumps({**body, **{f"m{index}": index for index in range(MANY)}}).encode()
    yield "a member with a long name", json.dumps({**body, "a" * LONG: 1}).encode()
    for name in ("__proto__", "constructor", "__class__", "$where", "", "\x00", "a.b[0]", "\U0001f4a9"):
        yield f"a member {name!r}", json.dumps({**body, name: {"a": {"polluted": True}}}).encode()


def _with_raw(body: Mapping[str, object], name: str, text: str) -> bytes:
    """The body, with JSON text as it is for one member."""
    members = ((json.dumps(key), text if key == name else json.dumps(value)) for key, value in body.items())
    return ("{" + ", ".join(f"{key}: {value}" for key, value in members) + "}").encode()
