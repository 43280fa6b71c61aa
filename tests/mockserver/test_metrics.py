"""Is what a mock counts told as Prometheus reads it?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mockserver.tally import MOST, OTHER, Kind, Tally
from openapi.release import release
from tests.mockserver.control_plane import API, Control, start
from tests.mockserver.exchanged import facts_of

Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def control() -> Control:
    return start()


def scrape(control: Control) -> Samples:
    answer = control.ask("GET", "/metrics")
    assert answer.status == 200
    assert answer.content_type.startswith("text/plain")
    families = text_string_to_metric_families(answer.body.decode())
    return {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}


def value(samples: Samples, metric: str, **labels: str) -> float:
    return samples.get((f"mockserver_{metric}", frozenset(labels.items())), 0.0)


def test_requests_are_counted_by_how_they_were_answered(control: Control) -> None:
    control.create()
    control.create()
    control.cloud.send(control.cloud.make(API, "DescribeExports"))
    samples, created = scrape(control), {"api": API, "operation": "CreateExport", "status": "200"}
    assert value(samples, "requests_total", **created, code="") == 2
    refused = control.ask("GET", "/requests").json["requests"][-1]
    labels = {"api": API, "operation": "DescribeExports", "status": str(refused["response"]["status"])}
    assert refused["code"]
    assert value(samples, "requests_total", **labels, code=refused["code"]) == 1


def test_the_time_they_took_is_a_histogram(control: Control) -> None:
    control.create()
    samples, labels = scrape(control), {"api": API, "operation": "CreateExport"}
    assert value(samples, "request_seconds_bucket", **labels, le="+Inf") == 1
    assert value(samples, "request_seconds_count", **labels) == 1
    assert value(samples, "request_seconds_sum", **labels) > 0


def test_tasks_are_counted_by_phase(control: Control) -> None:
    control.create()
    assert value(scrape(control), "tasks", api=API, phase="queued") == 1
    control.cloud.wait(60)
    samples = scrape(control)
    assert value(samples, "tasks", api=API, phase="queued") == 0
    assert value(samples, "tasks", api=API, phase="succeeded") == 1


def test_faults_and_refusals_for_calling_too_often_are_counted(control: Control) -> None:
    control.ask("POST", "/faults", {"api": API, "code": "InternalError", "operation": "CreateExport"})
    for _ in range(100):
        control.cloud.example(API, "CreateExport")
    samples, labels = scrape(control), {"api": API, "operation": "CreateExport"}
    assert value(samples, "faulty_requests_total", **labels) == 1
    limited = control.ask("GET", "/requests").json["requests"]
    assert 0 < value(samples, "rate_limit_refusals_total", **labels) == sum("at most" in e["message"] for e in limited)


def test_journal_clock_and_build_are_told(control: Control) -> None:
    control.create()
    samples = scrape(control)
    assert value(samples, "journal_exchanges") == 1
    assert value(samples, "journal_bytes") > 1000
    assert value(samples, "clock_seconds") == control.cloud.clock.now()
    assert [dict(labels)["version"] for name, labels in samples if name == "mockserver_build_info"] == [release()]


def test_counters_do_not_fall_with_a_reset(control: Control) -> None:
    control.create()
    control.ask("POST", "/reset")
    samples = scrape(control)
    assert value(samples, "request_seconds_count", api=API, operation="CreateExport") == 1
    assert value(samples, "journal_exchanges") == 0


def test_only_so_many_kinds_are_told_apart() -> None:
    tally = Tally({})
    for number in range(MOST + 5):
        tally.listen(number, facts_of(api="a", code=f"code{number}"))
    counts = tally.counts()
    assert len(counts) == MOST + 1
    assert counts[Kind(OTHER, OTHER, 0, OTHER)].requests == 5
