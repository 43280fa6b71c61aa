"""Does an export hold the records that were loaded: those of its window, its query, its order and its limit?"""

from __future__ import annotations

import csv
import io

import pytest

from mockserver.accounts import SECOND
from tests.mockserver.cloud import Cloud, start
from tests.mockserver.records.seeded import API, HOUR, NOW, TOPIC, Seeded, lines, row

OLD, LATE, NEW = row(3000, status=200), row(20, status=404), row(10, status=500)


@pytest.fixture
def mock(cloud: Cloud) -> Seeded:
    return Seeded(cloud)


def test_an_export_holds_the_rows_as_they_were_loaded(mock: Seeded) -> None:
    loaded = row(5, status=200, agent='"é", 中', nested={"a": [1, None, True]}, ratio=0.5)
    mock.post(lines(loaded))
    assert mock.rows() == [loaded]


@pytest.mark.parametrize(("order", "expected"), [("asc", [OLD, LATE, NEW]), ("desc", [NEW, LATE, OLD])])
def test_rows_come_in_the_order_of_their_time_however_they_were_loaded(
    mock: Seeded, order: str, expected: list[dict[str, int]]
) -> None:
    mock.post(lines(LATE, OLD, NEW))
    assert mock.rows(Order=order) == expected


def test_rows_outside_the_window_are_left_out_and_those_at_its_edges_are_not(mock: Seeded) -> None:
    edges = [row(3600, edge="first"), row(0, edge="last")]
    mock.post(lines(row(3601), *edges, {"__TIMESTAMP__": NOW + 1}))
    assert mock.rows(Order="asc") == edges


def test_only_so_many_rows_are_written_as_were_asked_for(mock: Seeded) -> None:
    mock.post(lines(OLD, LATE, NEW))
    assert mock.rows(Count=2) == [NEW, LATE]


def test_a_query_selects_rows(mock: Seeded) -> None:
    mock.post(lines(OLD, LATE, NEW))
    assert mock.rows(Query="status:>=404 AND NOT status:500") == [LATE]


def test_only_the_fields_that_were_asked_for_are_written(mock: Seeded) -> None:
    mock.post(lines(NEW))
    assert mock.rows(DerivedFields=["status", "unheard-of"]) == [{"status": 500, "unheard-of": None}]


def test_a_csv_file_has_every_column_of_any_row_and_quotes_what_needs_it(mock: Seeded) -> None:
    mock.post(lines(row(2, a='say "hé", 导出'), row(1, b="two\nlines")))
    header, *cells = csv.reader(io.StringIO(mock.file(mock.export(Format="csv", Order="asc")).decode(), newline=""))
    assert header == ["__TIMESTAMP__", "a", "b"]
    assert [each[1:] for each in cells] == [['say "hé", 导出', ""], ["", "two\nlines"]]


def test_times_may_be_iso_8601_or_digits(mock: Seeded) -> None:
    loaded = [{"__TIMESTAMP__": "2026-01-31T09:08:00+01:00"}, {"__TIMESTAMP__": str(NOW - 1000)}]
    mock.post(lines(*loaded))
    assert mock.rows(Order="asc") == loaded


def test_the_size_that_a_task_tells_is_that_of_its_file(mock: Seeded) -> None:
    mock.post(lines(*(row(second % 3000, status=second) for second in range(5000))))
    shown = mock.shown(mock.export(Count=5000))
    assert shown["FileSize"] == len(mock.cloud.follow(shown["CosPath"]).body)


def test_the_rows_that_a_task_counts_are_those_in_its_file() -> None:
    mock = Seeded(start())
    loaded = [{"timestamp": f"2024-11-04T06:00:{second:02}Z", "status": second} for second in range(60)]
    mock.records.load(loaded, api="baidu-bls", resource="default/test")
    task = mock.cloud.example("baidu-bls", "CreateDownloadTask", query="status:>=50").json["result"]["uuid"]
    mock.cloud.wait(60)
    shown = mock.cloud.call("baidu-bls", "DescribeDownloadTask", uuid=task).json["result"]["task"]
    link = mock.cloud.call("baidu-bls", "GetDownloadTaskLink", uuid=task).json["result"]["link"]
    assert shown["writtenRows"] == mock.cloud.follow(link).body.count(b"\n") == 10


def test_a_table_without_times_keeps_the_order_in_which_it_was_loaded(mock: Seeded) -> None:
    mock.records.load([{"status": "b"}, {"status": "a"}], api="huawei-iotda")
    mock.records.load([{"status": "c"}], api="huawei-iotda", append=True)
    (found,) = mock.records.all()
    assert (found["rows"], found["first"], found["columns"]) == (3, None, ["status"])


def test_an_account_sees_its_own_records_before_those_of_everybody(mock: Seeded) -> None:
    mock.post(lines(row(1, of="everybody")))
    mock.post(lines(row(1, of="one")), account=SECOND.number)
    assert [each["of"] for each in mock.rows()] == ["everybody"]
    assert [each["of"] for each in mock.rows(SECOND)] == ["one"]


def test_a_resource_has_its_own_records_before_those_of_every_resource(mock: Seeded) -> None:
    mock.post(lines(row(1, of="every topic")))
    mock.post(lines(row(1, of="this one")), resource=TOPIC)
    assert [each["of"] for each in mock.rows()] == ["this one"]


def test_records_of_one_kind_are_not_exported_as_another(mock: Seeded) -> None:
    mock.records.load([{"user_name": "only-i"}], api="huawei-workspace", kind="users")
    assert mock.cloud.engine.records.seed("huawei-workspace", "users", "1", [])
    assert not mock.cloud.engine.records.seed("huawei-workspace", "desktops", "1", [])


def test_without_records_the_rows_are_made_up_as_ever(mock: Seeded) -> None:
    before = mock.rows()
    mock.post(lines(NEW))
    mock.records.clear()
    assert mock.rows() == before != []


def test_an_export_has_the_records_that_were_there_when_it_was_created(mock: Seeded) -> None:
    mock.post(lines(row(1, edition=1)))
    export = mock.export()
    mock.post(lines(row(1, edition=2)))
    assert b'"edition":1' in mock.file(export)


def test_records_that_nothing_has_any_more_are_let_go(mock: Seeded) -> None:
    mock.post(lines(NEW))
    export = mock.export()
    seed = mock.cloud.engine.records.seed(API, "logs", "", [TOPIC])
    mock.records.clear()
    assert mock.cloud.engine.records.find(seed)
    mock.cloud.call(API, "DeleteExport", ExportId=export)
    mock.post(lines(OLD))
    assert not mock.cloud.engine.records.find(seed)


def test_rows_that_are_loaded_again_are_the_same_records(mock: Seeded) -> None:
    seeds = list[str]()
    for body in (lines(NEW), lines(OLD), lines(NEW)):
        mock.post(body)
        seeds.append(mock.cloud.engine.records.seed(API, "logs", "", [TOPIC]))
    assert seeds[0] == seeds[2] != seeds[1]


def test_rows_of_many_loads_are_merged_by_their_time(mock: Seeded) -> None:
    for second in range(40):
        mock.post(lines(row(second * 7 % 40, n=second)), mode="append")
    times = [each["__TIMESTAMP__"] for each in mock.rows(Order="asc")]
    assert len(times) == 40
    assert times == sorted(times)
    assert [each["__TIMESTAMP__"] for each in mock.rows()] == times[::-1]


def test_a_large_set_is_read_in_pieces_and_stays_whole(mock: Seeded) -> None:
    mock.records.generate(3000, api=API, seed=3)
    found = mock.rows(Count=10_000, From=NOW - HOUR, Order="asc")
    assert len(found) == 3000
    assert mock.rows(Count=10_000, From=NOW - HOUR) == found[::-1]
