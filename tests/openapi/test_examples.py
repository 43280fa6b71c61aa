"""Are the moments of an example written out, each as its member is?"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from openapi.examples import example, moment
from openapi.model import Json, Operation, Parameter
from tests.mockserver.cloud import specs

NOW = datetime(2026, 1, 31, 8, 9, 10, tzinfo=UTC)
LIST = specs()["huawei-workspace"].operations["ListExportTasks"]


def having(value: Json, kind: str = "string") -> Operation:
    """An operation with one parameter, and this example of it."""
    parameter = Parameter("at", "query", required=False, schema={"type": kind}, pointer="")
    return replace(LIST, parameters=(parameter,), example={"at": value})


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("{now}", "string", "2026-01-31T08:09:10Z"),
        ("{now-86400}", "string", "2026-01-30T08:09:10Z"),
        ("{now+60}", "string", "2026-01-31T08:10:10Z"),
        ("{now-10}", "integer", 1769846940000),
    ],
)
def test_a_moment_is_written_as_its_member_is(value: str, kind: str, expected: Json) -> None:
    assert example(having(value, kind), NOW) == {"at": expected}


@pytest.mark.parametrize("value", ["now", "{now", "{nowhere}", "a {now}", 5, None, ["{now}"]])
def test_every_other_value_stays_as_it_is(value: Json) -> None:
    assert example(having(value), NOW) == {"at": value}


def test_a_moment_of_another_zone_is_written_in_utc() -> None:
    assert moment({}, datetime.fromisoformat("2026-01-31T16:09:10+08:00")) == "2026-01-31T08:09:10Z"
