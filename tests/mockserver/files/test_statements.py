"""Do the syntaxes that log services have made for themselves select what their pages say?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.files import BadQuery, check_query
from mockserver.files.query import condition
from mockserver.files.row import Row

ROW: Row = {
    "status": 404,
    "neg": -5,
    "ratio": 0.5,
    "code": "0404",
    "level": "ERROR",
    "pid": 1234,
    "url": "/book/user/login/",
    "host": "www.test.com",
    "__FILENAME__": "/var/log/access_1.log",
    "__SOURCE__": "192.168.0.7",
    "body": 'user_name:"bob"',
    "msg": "service is not available",
    "empty": "",
    "slashes": "/-/",
    "none": None,
}


@pytest.mark.parametrize(
    "query",
    [
        "*",
        "",
        "level:ERROR",
        "ERROR",
        "error",
        "level:ERROR AND pid:1234",
        "level:ERROR and pid:1234",
        "level:ERROR pid:1234",
        "level:ERROR OR level:WARNING",
        "level:ERROR NOT pid:77",
        "level:ERROR AND NOT pid:77",
        "NOT level:INFO",
        "level:(ERROR OR WARNING) AND pid:1234",
        "level:INFO AND level:WARNING OR pid:1234",
        "status>400",
        "status:>400",
        "status >= 404",
        "status<=404",
        "status=404",
        "status:404",
        "neg<-4",
        "ratio:0.5",
        "ratio<1",
        "code=404",
        "url:/book/user/login/",
        "url:login/book",
        'url:"/book/user/log*/"',
        "url:'/book/user'",
        '__FILENAME__:"/var/log/access_*.log"',
        "__SOURCE__:192.168.0.*",
        "host:www.te*t.com",
        "host:www.test*.com",
        "body:user_name\\:*",
        "body:'user_name:\"bob\"'",
        'body:"user_name:\\"bob\\""',
        "empty:*",
        "none:*",
        'empty:""',
        'slashes:""',
        "NOT missing:*",
        "((level:ERROR))",
        '"service is not"',
        "not\\ available",
    ],
)
def test_cql_selects(query: str) -> None:
    assert condition(query, "cql")(ROW)


@pytest.mark.parametrize(
    "query",
    [
        "level:WARNING",
        "INFO",
        "level:ERROR NOT pid:1234",
        "pid:1234 AND (level:INFO OR level:WARNING)",
        "status>404",
        "status=40",
        "level>4",
        'url:"/user/book"',
        "url:/book/author",
        "url:boo",
        "host:te",
        "host:www.tes*x",
        'missing:""',
        'level:""',
        "missing:*",
        "missing>1",
        "host:www.te?t.com",
    ],
)
def test_cql_leaves_out(query: str) -> None:
    assert not condition(query, "cql")(ROW)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "match *",
        "Match *",
        "match status=404 and pid in [1000 1235)",
        "match pid in (1233 1234]",
        "match pid in [1,1234]",
        "match level:ERROR and status >= 404",
        'match msg:"available service"',
        "match msg:'is not available'",
        "match host:te*",
        "match host:te?t",
        "match level:INFO or status>1",
        "match level:ERROR not level:INFO",
        "match not level:INFO",
        "match (level:INFO or level:ERROR) and pid:1234",
        "match service available",
        "status:404",
        "match match:x or level:ERROR",
    ],
)
def test_match_selects(query: str) -> None:
    assert condition(query, "match")(ROW)


@pytest.mark.parametrize(
    "query",
    [
        "match pid in [1000 1234)",
        "match pid in (1234 2000)",
        "match msg:'not is available'",
        "match msg:'service is not avail*'",
        "match level:ERROR not status:404",
        "match host:te?",
    ],
)
def test_match_leaves_out(query: str) -> None:
    assert not condition(query, "match")(ROW)


@pytest.mark.parametrize("syntax", ["cql", "match"])
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("status:404 | select count(*)", "the pipe at position 11 starts SQL"),
        ("((", "ends too early"),
        ("(status:404", "the parenthesis at position 0 is not closed"),
        ("status:404)", "')' at position 10 is not expected there"),
        ("level:ERROR AND", "ends too early"),
        ("OR level:ERROR", "'OR' at position 0 is not expected there"),
        ("level:", "ends too early"),
        ("level:AND", "'AND' at position 6 is not expected there"),
        (":ERROR", "':' at position 0 is not expected there"),
        ('"open', "the quote at position 0 is not closed"),
        ("host:*test", "'*test' at position 5 starts with a pattern"),
        ("status>high", "'>' at position 6 compares numbers"),
        ("status:>", "'>' at position 7 compares numbers"),
        (">4", "'>' at position 0 needs a field before it"),
        ("code:[400 TO 499]", "'[400 TO 499]' at position 5 is not expected there"),
        ("a:b:c", "':' at position 3 is not expected there"),
        ("level:(url:x)", "':' at position 10 is not expected there"),
        ("(" * 60 + "x" + ")" * 60, "nested deeper than 50 levels"),
        ("a " * 1100, "terms"),
    ],
)
def test_what_no_syntax_knows_is_refused_with_its_place(syntax: str, query: str, message: str) -> None:
    with pytest.raises(BadQuery) as refused:
        check_query(query, syntax)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select * limit 10", "'select' starts SQL"),
        ("match pid in [1 x]", "no interval of numbers"),
        ("match pid in (1 2", "no interval of numbers"),
        ("match pid in [1,2,3]", "no interval of numbers"),
        pytest.param(f"match pid in ({',' * 16_000}", "no interval of numbers", id="tried in every way, for hours"),
        ("match host:?est", "starts with a pattern"),
    ],
)
def test_what_match_does_not_know_is_refused(query: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message.replace("?", r"\?")):
        check_query(query, "match")


@given(
    st.text(st.sampled_from("ab19:*?\"'\\()[]{}<>=|-. \nANDORnotin"), max_size=40), st.sampled_from(["cql", "match"])
)
def test_any_text_is_either_evaluated_or_refused(text: str, syntax: str) -> None:
    try:
        found = condition(text, syntax)
    except BadQuery:
        return
    assert found(ROW) in {True, False}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_a_quoted_value_finds_itself(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("*", "\\*")
    assert condition(f'f:"{quoted}"', "cql")({"f": text})
