"""What can be loaded, in which forms, and what is said of what cannot?"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import mockserver
from mockserver.client import Refused
from mockserver.records import lines as bounds
from tests.mockserver.cloud import Cloud
from tests.mockserver.records.seeded import API, NOW, TOPIC, Seeded, lines, row

ROWS = [row(3, a=1), row(2, a=2), row(1, b="é")]
NESTED: Any = 0
for _ in range(40):
    NESTED = [NESTED]


@pytest.fixture
def mock(cloud: Cloud) -> Seeded:
    return Seeded(cloud)


@pytest.mark.parametrize(
    "body",
    [
        lines(*ROWS),
        lines(*ROWS) + b"\n",
        b"\r\n\r\n" + lines(*ROWS).replace(b"\n", b"\r\n\r\n"),
        b" \n" + json.dumps(ROWS, indent=1).encode(),
        gzip.compress(lines(*ROWS)),
        gzip.compress(json.dumps(ROWS).encode()),
    ],
    ids=["lines", "a line feed at the end", "blank lines", "an array", "lines in gzip", "an array in gzip"],
)
def test_rows_come_in_every_form_that_people_have_them_in(mock: Seeded, body: bytes) -> None:
    answer = mock.post(body)
    assert answer.status == 201
    assert answer.value == {
        "api": API,
        "kind": "logs",
        "account": "",
        "resource": "",
        "rows": 3,
        "bytes": len(b"".join(json.dumps(each, separators=(",", ":"), ensure_ascii=False).encode() for each in ROWS))
        + 3,
        "columns": ["__TIMESTAMP__", "a", "b"],
        "first": "2026-01-31T08:09:07.000Z",
        "last": "2026-01-31T08:09:09.000Z",
    }
    assert mock.rows(Order="asc") == ROWS


@pytest.mark.parametrize("size", [1, 7, 64])
def test_a_body_may_come_in_pieces_of_any_size(mock: Seeded, size: int) -> None:
    body = lines(*ROWS)
    mock.post(body[start : start + size] for start in range(0, len(body), size))
    assert mock.rows(Order="asc") == ROWS


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lines(*ROWS) + b"\n{bad", "line 4: it is no JSON: "),
        (lines(*ROWS) + b"\n\n7", 'line 5: a row is an object of columns, such as {"status": 200}, not a number'),
        (lines(*ROWS, {"a": 1}), "line 4: the column '__TIMESTAMP__' is missing: the time of the row"),
        (lines({"__TIMESTAMP__": "noon"}), "line 1: __TIMESTAMP__: 'noon' is no time; it reads epoch milliseconds"),
        (lines({"__TIMESTAMP__": True}), "line 1: __TIMESTAMP__: True is no time"),
        (lines({"__TIMESTAMP__": -1}), "line 1: __TIMESTAMP__: -1 is no time"),
        (lines({"__TIMESTAMP__": 10**18}), f"line 1: __TIMESTAMP__: {10**18} is no time"),
        (b'{"a": NaN}', "line 1: it is no JSON"),
        (b'{"a": "\xff"}', "line 1: it is no JSON"),
        (b'[{"__TIMESTAMP__": 1}, 2]', "row 2: a row is an object"),
        (b"[1", "the array: it is no JSON"),
        (lines(row(1, deep=NESTED)), "line 1: 'deep' is nested deeper than 32 levels"),
        (lines({str(n): n for n in range(1001)}), "line 1: it has 1001 columns; a row has at most 1000"),
        (b"[" * 5000, "the array: it is no JSON"),
        (gzip.compress(lines(*ROWS))[:-9], "the compressed data: it ends too early"),
        (b"\x1f\x8bnonsense", "the compressed data: "),
        (gzip.compress(gzip.compress(lines(*ROWS))), "line 1: it is no JSON"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_a_bad_line_is_named_and_nothing_is_loaded(mock: Seeded, body: bytes, message: str) -> None:
    mock.post(lines(row(9, kept=True)))
    for mode in ("replace", "append"):
        answer = mock.post(body, mode=mode)
        assert answer.status == 400
        assert answer.value["error"]["message"].startswith(message)
    assert mock.rows() == [row(9, kept=True)]


def test_a_line_of_any_length_is_refused_before_it_is_held(mock: Seeded) -> None:
    taken: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            taken.append(1)
            yield b"x" * 65_536

    answer = mock.post(endless())
    assert (answer.status, len(taken) < 40) == (400, True)
    assert answer.value["error"]["message"] == f"line 1 or after it: a line has more than {bounds.LONGEST} bytes"


def test_what_unpacks_to_more_than_there_is_room_for_is_refused(mock: Seeded) -> None:
    bomb = gzip.compress(b"x" * (bounds.LONGEST * 4))
    assert "a line has more than" in mock.post(bomb).value["error"]["message"]


@pytest.mark.parametrize(
    ("query", "message", "valid"),
    [
        ({"api": "nobody"}, "api: there is no 'nobody'", "tencent-cls"),
        ({"kind": "users"}, "kind: tencent-cls exports no 'users'", "logs"),
        ({"api": "huawei-workspace"}, "kind: huawei-workspace exports several kinds of rows", "users"),
        ({"account": "7"}, "account: there is no '7'", "100000000001"),
        ({"resource": "ee20"}, "resource: there is no 'ee20'", TOPIC),
        ({"mode": "merge"}, "mode: ", "append"),
        ({"topic": "x"}, "", "resource"),
    ],
)
def test_a_place_that_is_none_is_refused_with_those_that_are(
    mock: Seeded, query: dict[str, str], message: str, valid: str
) -> None:
    answer = mock.post(lines(*ROWS), **query)
    assert answer.status == 400
    assert message in answer.value["error"]["message"]
    assert valid in answer.value["error"]["valid"]
    assert mock.records.all() == []


def test_a_sheet_takes_no_more_columns_than_it_has(mock: Seeded) -> None:
    with pytest.raises(Refused, match="all records: they have 257 columns, a sheet 256"):
        mock.records.load([{f"c{number}": 1 for number in range(257)}], api="huawei-iotda")


def test_rows_are_added_to_those_that_are_there_only_when_asked(mock: Seeded) -> None:
    mock.post(lines(*ROWS))
    assert mock.post(lines(row(1, c=1)), mode="append").value["rows"] == 4
    assert mock.post(lines(row(1, c=1))).value["rows"] == 1


def test_rows_are_made_up_the_same_for_the_same_seed(mock: Seeded) -> None:
    order = {"generate": {"count": 50, "seed": 7, "from": NOW - 50_000, "to": "2026-01-31T08:09:10Z"}}
    mock.post(json.dumps(order).encode())
    first = mock.rows(Order="asc")
    assert len(first) == 50
    assert all(
        NOW - 50_000 + 1000 * n <= each["__TIMESTAMP__"] < NOW - 49_000 + 1000 * n for n, each in enumerate(first)
    )
    mock.post(json.dumps(order).encode())
    assert mock.rows(Order="asc") == first
    order["generate"]["seed"] = 8
    mock.post(json.dumps(order).encode())
    assert mock.rows(Order="asc") != first


@pytest.mark.parametrize(
    ("api", "kind", "column"), [("huawei-workspace", "users", "user_name"), ("huawei-iotda", "batch-results", "target")]
)
def test_nobody_and_no_machine_comes_twice_in_a_table_that_is_made_up(
    mock: Seeded, api: str, kind: str, column: str
) -> None:
    mock.records.generate(12_000, api=api, kind=kind)
    (found,) = mock.cloud.engine.records.all()
    names = [json.loads(line)[column] for line in found.found.lines(None, newest_first=False)]
    assert len(set(names)) == len(names) == 12_000


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({"count": 0}, "generate.count: 0 is less than the minimum of 1"),
        ({"count": 10**9}, "generate.count: 1000000000 rows; 1 to"),
        ({"rows": 5}, "generate: "),
        ({"count": 5, "from": "noon"}, "generate.from: 'noon' is no time"),
        ({"count": 5, "from": 2000, "to": 2000}, "generate.from: it has to be before generate.to"),
    ],
)
def test_an_order_that_cannot_be_filled_says_why(mock: Seeded, order: dict[str, Any], message: str) -> None:
    answer = mock.post(json.dumps({"generate": order}).encode())
    assert (answer.status, answer.value["error"]["message"][: len(message)]) == (400, message)


def test_what_was_given_at_the_start_comes_back_with_a_reset() -> None:
    with mockserver.mock(API, clock="manual", records=[{"rows": ROWS}]) as cloud:
        cloud.records.clear()
        cloud.records.generate(5)
        cloud.reset()
        assert [each["rows"] for each in cloud.records.all()] == [3]


def test_records_of_an_account_go_with_it(mock: Seeded) -> None:
    account = mock.cloud.engine.open_account()
    mock.post(lines(*ROWS), account=account.number)
    mock.cloud.engine.close_account(account.number)
    assert mock.records.all() == []


def test_a_mock_is_given_rows_files_and_orders(tmp_path: Path) -> None:
    file = tmp_path / "users.ndjson"
    file.write_bytes(lines({"user_name": "only-i"}))
    records: list[Mapping[str, Any]] = [
        {"api": "huawei-workspace", "kind": "users", "file": str(file)},
        {"api": "huawei-iotda", "rows": [{"target": "device-1"}]},
        {"api": API, "resource": TOPIC, "generate": {"count": 10}},
    ]
    with mockserver.mock(API, "huawei-iotda", "huawei-workspace", records=records) as cloud:
        assert sorted((each["kind"], each["rows"]) for each in cloud.records.all()) == [
            ("batch-results", 1),
            ("logs", 10),
            ("users", 1),
        ]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b'{"target": 1}\n{', r"rows.ndjson: line 2: it is no JSON"), (None, r"rows.ndjson: No such file")],
)
def test_a_file_that_cannot_be_loaded_is_named_with_the_line(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    file = tmp_path / "rows.ndjson"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        mockserver.Server("huawei-iotda", records=file)


def test_whose_records_they_are_has_to_be_said_where_it_is_not_clear() -> None:
    with mockserver.mock(API, "huawei-iotda") as cloud:
        with pytest.raises(Refused, match="api: several have something to export; valid: huawei-iotda, tencent-cls"):
            cloud.records.load(ROWS)
        assert cloud.records.load(ROWS, api=API)["rows"] == 3


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            {"rows": [{"target": 1}], "generate": {"count": 1}},
            "records.0: it takes one of file, rows, generate, not rows",
        ),
        ({}, "records.0: it takes one of file, rows, generate, not none"),
        ({"rows": [7]}, "records.*7 is not of type"),
        ({"kind": "users", "rows": []}, "records.0: kind: huawei-iotda exports no 'users'; there are batch-results"),
        ({"file": "f", "kidn": "x"}, "kidn"),
    ],
)
def test_an_entry_that_cannot_be_provided_says_why(entry: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message), mockserver.mock("huawei-iotda", records=[entry]):
        pass


@pytest.mark.parametrize("time", [float("inf"), float("nan"), 10**400], ids=["infinite", "no number", "huge"])
def test_a_time_that_no_record_can_have_says_so(time: float) -> None:
    rows = [{"__TIMESTAMP__": time}]
    with pytest.raises(ValueError, match="records"), mockserver.mock(API, records=[{"rows": rows}]):
        pass


def test_a_config_file_names_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "rows.ndjson").write_bytes(lines({"target": 1}, {"target": 2}))
    config = tmp_path / "mockserver.yaml"
    config.write_text("apis: [huawei-iotda]\nrecords:\n- {api: huawei-iotda, file: rows.ndjson}\n")
    with mockserver.mock(config=config) as cloud:
        assert [each["rows"] for each in cloud.records.all()] == [2]


def test_a_client_is_told_which_of_its_rows_is_wrong(mock: Seeded) -> None:
    with pytest.raises(Refused, match="line 2: the column '__TIMESTAMP__' is missing"):
        mock.records.load([ROWS[0], {"a": 1}], api=API)
