"""Is XML written as the schema names it, and read back, whatever it says?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi import markup
from openapi.model import Json

SCHEMA = {"type": "object", "xml": {"name": "Error"}}
sayable = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))


@given(st.dictionaries(st.sampled_from(["Code", "Message", "RequestId"]), sayable))
def test_what_is_written_is_read_back(body: dict[str, Json]) -> None:
    assert markup.read(markup.write(SCHEMA, body)) == body


def test_the_outermost_element_has_the_name_that_the_schema_gives() -> None:
    assert markup.write(SCHEMA, {"Code": "A & <B>"}).endswith(b"<Error><Code>A &amp; &lt;B&gt;</Code></Error>")


def test_what_no_document_can_say_is_replaced() -> None:
    assert markup.read(markup.write(SCHEMA, {"Message": "a\0b\ud800"})) == {"Message": "a\ufffdb\ufffd"}


DEFINED = "<!DOCTYPE a [<!ENTITY b 'c'>]><a><c>&b;</c></a>"


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"<a>", DEFINED.encode(), DEFINED.encode("utf-16"), b"<a>" + b" " * (1 << 20) + b"</a>"]
)
def test_what_is_no_plain_document_is_nothing(raw: bytes) -> None:
    assert markup.read(raw) is None


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [("application/xml", True), ("text/xml; charset=utf-8", True), ("application/json", False), ("", False)],
)
def test_only_the_types_of_xml_are_markup(content_type: str, *, expected: bool) -> None:
    assert markup.is_markup(content_type) is expected
