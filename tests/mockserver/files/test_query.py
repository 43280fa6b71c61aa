from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.files import BadQuery, check_query
from mockserver.files.query import condition
from mockserver.files.row import Row

ROW: Row = {
    "status": 404,
    "neg": -5,
    "ratio": 0.5,
    "size": 0,
    "code": "0404",
    "method": "GET",
    "path": "/api/v1/orders",
    "message": "GET /api/v1/orders answered 404 in 12 ms",
    "ip": "10.0.0.1",
    "time": "2024-07-01T11:32:49.123Z",
    "ok": True,
    "note": "",
    "none": None,
    "word": "abc",
    "tags": ["red", "green"],
}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "  ",
        "*",
        "*:*",
        "match *",
        "Match status:404",
        "status:404",
        'status:"404"',
        "status:404.0",
        "code:0404",
        "get",
        "Get Orders",
        "put OR get",
        "put or get",
        "get AND orders",
        "get and not put",
        "get -put",
        "+get",
        "NOT put",
        "(put OR get) AND (status:404)",
        "put OR get AND orders",
        'path:"/api/v1/orders"',
        'message:"answered 404"',
        "message:answered",
        "10.0.0.1",
        "ip:10.0.0",
        "status:4*",
        "status:4??",
        "path:*orders",
        "path:ord*",
        "word:a*",
        "word:a?c",
        "word:\\a*",
        "status:>=404",
        "status:>403 AND status:<405",
        "status:[404 TO 404]",
        "status:{403 TO 405}",
        "status:[404 TO *]",
        "status:(404 OR 500)",
        "code:>403",
        'neg:["-10" TO "-1"]',
        'neg:"-5"',
        "ratio:<1",
        "time:>2024-07-01",
        "time:[2024-07-01T11:00:00Z TO 2024-07-01T12:00:00Z]",
        "size:*",
        "NOT missing:*",
        'note:""',
        "ok:true",
        "tags:green",
        "*:404",
    ],
)
def test_the_row_is_selected(query: str) -> None:
    assert condition(query)(ROW)


@pytest.mark.parametrize(
    "query",
    [
        "match",
        "status:40",
        "status:5*",
        "put",
        "get put",
        "get AND put",
        "get -orders",
        "-get",
        "+put",
        "orde",
        'message:"404 answered"',
        "path:get",
        "missing:404",
        "missing:*",
        "none:*",
        "note:*",
        "none:null",
        "size:1",
        "status:>404",
        "status:[404 TO 405] AND status:{404 TO 405]",
        "status:[400 TO 404}",
        "method:>400",
        "ok:>0",
        "word:a\\*",
        "word:a\\?c",
        "word:b*",
        "status:(NOT 404)",
        '"get|orders"',
        "status:<9" + "9" * 350,
    ],
)
def test_the_row_is_left_out(query: str) -> None:
    assert not condition(query)(ROW)


def test_a_number_orders_as_a_number_not_as_text() -> None:
    assert condition("n:>9")({"n": "10"})


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("* | select count(*)", "the pipe at position 2 starts SQL"),
        ("a || b", "pipe at position 2"),
        ('"a|b" | c', "pipe at position 6"),
        ("match a | b", "pipe at position 8"),
        ("a)", "')' at position 1"),
        ("match a)", "')' at position 7"),
        ("(a", "ends too early"),
        ("a AND", "ends too early"),
        ('"open', "at position 0"),
        ("'a'", "at position 0"),
        ("path:/api", "'/' at position 5"),
        ("a:b:c", "inside 'a'"),
        ("a:(b:c)", "inside 'a'"),
        ("status:-5", "negative number is quoted"),
        ("status>400", "'>' in 'status>400' at position 0"),
        ("a && b", "'&' in '&&' at position 2"),
        ("!a", "'!' in '!a'"),
        ('a"b', "quoted or escaped"),
        ("[1 TO 2]", "needs a field"),
        (">=400", "needs a field"),
        ("x:[a* TO b]", "is a pattern"),
        ("user*:a", "no name of a field"),
        ("a~", "fuzzy at position 0 is not supported"),
        ('"a b"~2', "proximity at position 0 is not supported"),
        ("a^2", "boost at position 0 is not supported"),
        ("a^1.2.3", "number after"),
        ("/a.*/", "regex at position 0 is not supported"),
        ("(" * 60 + "a" + ")" * 60, "nested deeper"),
        ("NOT " * 200 + "a", "nested deeper"),
        ("a " * 1100, "1100 terms"),
        ("a" * 20_000, "20000 characters"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_with_its_place(query: str, complaint: str) -> None:
    with pytest.raises(BadQuery) as refused:
        check_query(query)
    assert complaint in str(refused.value)


PIECES = st.sampled_from(
    [
        *" a*?\"':<>=()[]{}+-~^/\\|!&\n\x00\ud800中",
        *("status", "404", '"x y"', ":>=", " TO ", " AND ", " or ", "NOT ", "~1", "^."),
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join)))
@example("match")
@example("a~.")
@example("\\")
@example(":" * 300)
@example("*a" * 200)
def test_any_text_evaluates_or_is_a_bad_query(query: str) -> None:
    try:
        selects = condition(query)
    except BadQuery as refused:
        assert str(refused).encode()  # noqa: PT017  # its message can be sent
    else:
        assert selects(ROW) in {True, False}


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_pipe_outside_quotes_is_always_refused(query: str) -> None:
    with pytest.raises(BadQuery):
        check_query(query.replace('"', "").replace("\\", "") + " | select 1")
