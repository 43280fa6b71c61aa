"""What a mock counts, in the text format of Prometheus."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from mockserver.inspection import Inspection, Wanted
from mockserver.tally import BOUNDS, Count, Kind
from openapi.model import Phase
from openapi.release import release

if TYPE_CHECKING:
    from mockserver.control.view import Controls

Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily | InfoMetricFamily
TYPE = CONTENT_TYPE_LATEST


def expose(controls: Controls) -> bytes:
    """Everything that is counted now, in `TYPE`. The labels' values come from specs: there are so many and no more."""
    registry = CollectorRegistry()
    registry.register(_Mock(controls))
    ProcessCollector(registry=registry)
    return bytes(generate_latest(registry))


@dataclass(frozen=True, slots=True, eq=False)
class _Mock(Collector):
    controls: Controls

    def collect(self) -> Iterator[Family]:
        counts = self.controls.tally.counts()
        yield _requests(counts)
        yield _seconds(counts)
        yield _some("rate_limit_refusals", "Requests that a rate limit refused.", counts, lambda kind: kind.is_limited)
        yield _some("faulty_requests", "Requests that a fault hit.", counts, lambda kind: kind.is_faulty)
        yield _tasks(self.controls.engine.inspection)
        journal = self.controls.journal
        yield GaugeMetricFamily("mockserver_journal_exchanges", "Exchanges that the journal holds.", len(journal))
        yield GaugeMetricFamily("mockserver_journal_bytes", "Memory that they occupy, about.", journal.weight)
        now = self.controls.clock.now()
        yield GaugeMetricFamily("mockserver_clock_seconds", "The time of the mock, in seconds since 1970.", now)
        build = {"version": release(), "python": platform.python_version()}
        yield InfoMetricFamily("mockserver_build", "What runs.", build)


def _requests(counts: dict[Kind, Count]) -> CounterMetricFamily:
    labels = ("api", "operation", "status", "code")
    family = CounterMetricFamily("mockserver_requests", "Requests, by how they were answered.", labels=labels)
    totals = Counter[tuple[str, ...]]()
    for kind, count in counts.items():
        totals[kind.api, kind.operation, str(kind.status), kind.code] += count.requests
    for values, total in totals.items():
        family.add_metric(values, total)
    return family


def _seconds(counts: dict[Kind, Count]) -> HistogramMetricFamily:
    help_text = "How long the engine took to answer, in seconds."
    family = HistogramMetricFamily("mockserver_request_seconds", help_text, labels=("api", "operation"))
    totals: dict[tuple[str, str], Count] = {}
    for kind, count in counts.items():
        total = totals.setdefault((kind.api, kind.operation), Count())
        total.seconds += count.seconds
        total.buckets = [ours + theirs for ours, theirs in zip(total.buckets, count.buckets, strict=True)]
    for values, total in totals.items():
        family.add_metric(values, _cumulated(total.buckets), total.seconds)
    return family


def _cumulated(buckets: Iterable[int]) -> list[tuple[str, float]]:
    found, so_far = list[tuple[str, float]](), 0
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), buckets, strict=True):
        so_far += count
        found.append((bound, so_far))
    return found


def _some(name: str, text: str, counts: dict[Kind, Count], takes: Callable[[Kind], bool]) -> CounterMetricFamily:
    family = CounterMetricFamily(f"mockserver_{name}", text, labels=("api", "operation"))
    totals = Counter[tuple[str, str]]()
    for kind, count in counts.items():
        if takes(kind):
            totals[kind.api, kind.operation] += count.requests
    for values, total in totals.items():
        family.add_metric(values, total)
    return family


def _tasks(inspection: Inspection) -> GaugeMetricFamily:
    family = GaugeMetricFamily("mockserver_tasks", "Tasks, by the phase that they are in.", labels=("api", "phase"))
    for api, spec in inspection.specs.items():
        if spec.lifecycle is not None:
            phases = inspection.page(Wanted(api=api, limit=0))["phases"]
            for phase in (each for each in Phase if each in spec.lifecycle.words):
                family.add_metric((api, phase.value), phases.get(phase.value, 0))
    return family
