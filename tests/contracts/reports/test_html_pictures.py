"""The pictures of the page: matrix, lifecycles, timeline."""

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from contracts.reports.html.diagram import diagram_of
from contracts.reports.html.entries import Tally
from contracts.reports.html.lifecycle import Life, duration, lives_of
from contracts.reports.html.matrix import TIMES, matrix_of
from contracts.reports.html.timeline import timeline_of
from openapi.clauses import ClauseKind
from openapi.model import Phase, Spec
from tests.contracts.reports.pages import (
    API,
    BROKEN_PHASE,
    UNSEEN,
    broken_page,
    broken_run,
    entries,
    specs,
    whole_page,
    whole_run,
)
from tests.contracts.reports.results import KNOWN, broken, entry, unseen

SVG = "{http://www.w3.org/2000/svg}"


def drawings(page: str) -> list[ET.Element]:
    found = re.findall(r'<svg [^>]*class="lifecycle".*?</svg>', page, re.DOTALL)
    return [ET.fromstring(text) for text in found]  # noqa: S314 - our own text


def life(api: str = API) -> Life:
    return next(each for each in lives_of(broken_run().entries, specs()) if each.api == api)


def sketch(spec: Spec, **changes: Any) -> Life:
    """The life of tasks that a changed spec tells of."""
    assert spec.lifecycle is not None
    changed = replace(spec, lifecycle=replace(spec.lifecycle, **changes))
    (found,) = lives_of(entries(API), {spec.name: changed})
    return found


# the matrix


def test_the_cells_of_each_row_add_up_to_all_clauses() -> None:
    whole = whole_run().entries
    matrix = matrix_of(whole, specs())
    rows = [row for section in matrix.sections for row in section.rows]
    assert sum(cell.tally.total for row in rows for cell in row.kinds if cell) == len(whole)
    assert sum(cell.tally.total for row in rows for cell in row.groups if cell) == len(whole)
    assert sum(section.total.tally.total for section in matrix.sections) == len(whole)


def test_operations_stand_in_the_order_of_the_spec_and_the_whole_api_last() -> None:
    (section,) = matrix_of(broken_run().entries, specs()).sections
    assert [row.name for row in section.rows] == [*specs()[API].operations, "the whole API"]


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ([entry("a"), entry("b")], "2"),
        ([entry("a"), unseen("b")], "○1"),
        ([entry("a"), unseen("b"), broken("c")], f"{TIMES}1"),
        ([broken("c", known=KNOWN)], f"{TIMES}1"),
    ],
)
def test_a_cell_shows_its_worst_verdict_with_a_mark_and_a_number(found: list[dict[str, Any]], text: str) -> None:
    (section,) = matrix_of(found, specs()).sections
    assert [cell.text for cell in section.rows[0].kinds if cell] == [text]


def test_a_cell_tells_in_words_what_it_shows() -> None:
    (section,) = matrix_of([entry("a"), unseen("b"), broken("c")], specs()).sections
    (cell,) = section.rows[0].kinds
    assert cell is not None
    assert cell.label == f"{API} CreateExport, maximum: 1 broken, 1 not observed, 1 held"
    assert cell.href == f"#api={API}&operation=CreateExport&kind=maximum"


def test_a_cell_of_known_findings_alone_looks_calmer() -> None:
    assert Tally(broken=1, known=1).verdict == "known"
    assert Tally(broken=2, known=1).verdict == "broken"


# lifecycles


def test_each_api_with_tasks_is_drawn_and_each_drawing_is_well_formed() -> None:
    with_tasks = [name for name, spec in specs().items() if spec.lifecycle]
    assert [each.get("aria-label") for each in drawings(whole_page())] == [
        f"Lifecycle of the tasks of {name}" for name in with_tasks
    ]


def test_the_clauses_of_a_lifecycle_are_all_in_its_drawing() -> None:
    (drawing,) = drawings(broken_page())
    links = " ".join(link.get("href", "") for link in drawing.iter(f"{SVG}a"))
    drawn = {ClauseKind.PHASE, ClauseKind.TRANSITION, ClauseKind.PROGRESS, ClauseKind.EXPIRY}
    drawn |= {ClauseKind.ACTION_IN_PHASE, ClauseKind.MISSING_TASK}
    wanted = [each["id"] for each in entries(API) if each["kind"] in drawn]
    assert wanted
    assert [each for each in wanted if f"clause={each}" not in links] == []


def test_a_drawing_shows_the_words_of_the_wire() -> None:
    (drawing,) = drawings(broken_page())
    words = [text.text for text in drawing.iter(f"{SVG}text") if text.get("class") == "word"]
    spec = specs()[API]
    assert spec.lifecycle is not None
    assert words == list(spec.lifecycle.words.values())


def test_a_drawing_shows_what_was_observed() -> None:
    found = life()
    assert found.phases[Phase.QUEUED].verdict == "broken"
    assert found.phases[Phase.QUEUED].clause.id == BROKEN_PHASE
    assert found.phases[Phase.SUCCEEDED].verdict == "held"
    answers = {each.operation: each.answers for each in found.actions}
    assert answers["GetExportedFile"]["queued"].clause.id == UNSEEN
    assert answers["GetExportedFile"]["queued"].verdict == "not-observed"


def test_a_clause_that_was_not_selected_is_drawn_as_not_judged() -> None:
    (found,) = lives_of([entry("CreateExport/Count/maximum")], specs())
    assert {each.verdict for each in found.phases.values()} == {"not-judged"}


def test_failure_stands_below_the_way_of_a_task_that_ends_well() -> None:
    boxes = {box.phase: box for box in diagram_of(life()).boxes}
    assert boxes[Phase.FAILED].y > boxes[Phase.QUEUED].y == boxes[Phase.EXPIRED].y
    assert boxes[Phase.QUEUED].x < boxes[Phase.RUNNING].x < boxes[Phase.SUCCEEDED].x < boxes[Phase.EXPIRED].x


def test_parts_of_a_drawing_stay_inside_it() -> None:
    for each in lives_of(whole_run().entries, specs()):
        drawing = diagram_of(each)
        assert all(box.x >= 0 and box.x + 114 <= drawing.width for box in drawing.boxes)
        assert all(box.y + 52 < drawing.grid for box in drawing.boxes)


def test_a_life_without_failure_needs_no_second_row() -> None:
    words = {Phase.QUEUED: "a", Phase.RUNNING: "b", Phase.SUCCEEDED: "c"}
    drawing = diagram_of(sketch(specs()[API], words=words))
    assert {box.y for box in drawing.boxes if box.phase != Phase.FAILED} == {26}


@pytest.mark.parametrize(
    ("seconds", "words"), [(604800, "7 d"), (129600, "36 h"), (5400, "90 min"), (90, "90 s"), (0.5, "0.5 s")]
)
def test_a_time_is_told_in_the_largest_unit_of_which_it_is_a_whole_number(seconds: float, words: str) -> None:
    assert duration(seconds) == words


# the timeline


def test_every_clause_has_its_bar_in_the_lane_of_its_worker() -> None:
    found = broken_run().entries
    timeline = timeline_of(found)
    assert timeline is not None
    assert [lane.name for lane in timeline.lanes] == ["gw0", "gw1"]
    assert sorted(bar.index for lane in timeline.lanes for bar in lane.bars) == list(range(len(found)))
    assert timeline.is_measured


def test_a_bar_lies_where_its_clause_was_judged() -> None:
    timeline = timeline_of([entry("a", started=0.0, seconds=1.0), entry("b", started=3.0, seconds=1.0)])
    assert timeline is not None
    assert [(bar.x, bar.width) for bar in timeline.lanes[0].bars] == [(0, 25), (75, 25)]


def test_what_took_no_time_at_the_very_end_is_still_inside() -> None:
    timeline = timeline_of([entry("a", started=0.0, seconds=4.0), entry("b", started=4.0, seconds=0.0)])
    assert timeline is not None
    assert max(bar.x + bar.width for bar in timeline.lanes[0].bars) <= 100


def test_broken_clauses_are_drawn_over_the_others() -> None:
    timeline = timeline_of([broken("a", started=0.0), unseen("b", started=1.0), entry("c", started=2.0)])
    assert timeline is not None
    assert [bar.verdict for bar in timeline.lanes[0].bars] == ["held", "not-observed", "broken"]


def test_without_start_times_the_bars_lie_end_to_end() -> None:
    bare = [{name: value for name, value in entry(each).items() if name not in {"started", "worker"}} for each in "ab"]
    timeline = timeline_of(bare)
    assert timeline is not None
    assert not timeline.is_measured
    assert [(bar.x, bar.width) for bar in timeline.lanes[0].bars] == [(0, 50), (50, 50)]


def test_without_any_times_there_is_no_timeline() -> None:
    assert timeline_of([{"id": "a", "verdict": "held", "api": "b", "operation": "", "kind": "type"}]) is None


@pytest.mark.parametrize(("seconds", "step"), [(0.02, "0.005 s"), (7.0, "1 s"), (60.0, "10 s"), (275.0, "50 s")])
def test_the_axis_is_cut_at_round_moments(seconds: float, step: str) -> None:
    timeline = timeline_of([entry("a", started=0.0, seconds=seconds)])
    assert timeline is not None
    assert timeline.ticks[1].label == step
    assert len(timeline.ticks) <= 9
