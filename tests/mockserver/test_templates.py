from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.templates import template

VALUES: dict[str, object] = {
    "task.id": "5f43",
    "task.ended": 1_610_001_073.045,
    "argument.X-Name": "n",
    "count": 3,
    "done": True,
    "nothing": None,
}


def reader(name: str) -> Callable[[dict[str, object]], object]:
    return lambda values: values[name]


def fill(text: str) -> str:
    filled = template(text).fill(VALUES.__getitem__)
    assert template(text).reading(reader)(VALUES) == filled
    return filled


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("", ""),
        ("plain text, 100 %", "plain text, 100 %"),
        ("{task.id}", "5f43"),
        ("a-{task.id}-{count}-b", "a-5f43-3-b"),
        ("{argument.X-Name}", "n"),
        ("{{literal}}", "{literal}"),
        ("{{{task.id}}}", "{5f43}"),
        ("{done}", "true"),
        ("[{nothing}]", "[]"),
    ],
)
def test_a_placeholder_becomes_its_value(text: str, filled: str) -> None:
    assert fill(text) == filled


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("%Y%m%d", "20210107"),
        ("%Y-%m-%dT%H:%M:%SZ", "2021-01-07T06:31:13Z"),
        ("%s", "1610001073"),
        ("%S.%L", "13.045"),
        ("%%s %s", "%s 1610001073"),
    ],
)
def test_a_moment_is_written_as_its_format_says(pattern: str, written: str) -> None:
    assert fill(f"{{task.ended:{pattern}}}") == written


def test_a_moment_before_the_epoch_has_negative_seconds() -> None:
    assert template("{m:%s}").fill(lambda _: -0.5) == "-1"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "}",
        "a{b",
        "a}b",
        "{}",
        "{ a}",
        "{1}",
        "{a b}",
        "{a!r}",
        "{a[0]}",
        "{a:}",
        "{a:d}",
        "{a:%}",
        "{a:%Q}",
        "{{a}",
    ],
)
def test_a_garbled_placeholder_is_refused_when_compiled(text: str) -> None:
    with pytest.raises(ValueError, match=r"brace|placeholder|directive"):
        template(text)


def test_an_unknown_name_is_the_lookups_business() -> None:
    with pytest.raises(KeyError):
        fill("{task.nonsense}")


@pytest.mark.parametrize("value", ["2021", None, True, 1e300, float("nan")])
def test_a_format_needs_a_moment(value: object) -> None:
    with pytest.raises(ValueError, match="moment"):
        template("{m:%Y}").fill(lambda _: value)


def test_the_names_are_told_once_and_in_order() -> None:
    assert template("{b}{a:%Y}{b}{{c}}").names == ("b", "a")


def test_a_value_is_never_read_as_a_template() -> None:
    assert template("{a}").fill(lambda _: "{b} %Y {{") == "{b} %Y {{"


@given(st.text())
def test_doubled_braces_give_any_text_back(text: str) -> None:
    doubled = text.replace("{", "{{").replace("}", "}}")
    assert template(doubled).fill(VALUES.__getitem__) == text


@given(st.text(alphabet="{}:%.aYs "))
def test_a_text_compiles_or_is_refused_clearly(text: str) -> None:
    try:
        template(text)
    except ValueError as error:
        assert repr(text) in str(error)  # noqa: PT017  # the message tells which text
