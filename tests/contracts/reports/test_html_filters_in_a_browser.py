"""The page in a real Chromium: its filters, its pictures and its keys."""

import pytest

from tests.contracts.reports.opened import Opened
from tests.contracts.reports.pages import API, BROKEN, BROKEN_PHASE, UNSEEN, entries

ALL = entries(API)


def ids(**wanted: object) -> list[str]:
    """The clauses of the run that have these members."""
    found = (each for each in ALL if all(each[name] == value for name, value in wanted.items()))
    return sorted(each["id"] for each in found)


def test_the_page_opens_without_a_word_on_the_console_and_asks_for_nothing_but_itself(view: Opened) -> None:
    assert (
        view.page.title() == f"1 API, 2 broken, 1 not observed, {len(ALL) - 3} held: contracts of http://127.0.0.1:4010"
    )
    assert view.said == []
    assert view.asked == [view.address]


def test_broken_clauses_are_first_in_the_list_then_those_that_were_not_observed(view: Opened) -> None:
    assert view.shown == f"{len(ALL)} clauses"
    assert view.ids[:3] == [BROKEN, BROKEN_PHASE, UNSEEN]


@pytest.mark.parametrize(
    ("control", "value", "wanted"),
    [
        ("api", API, {}),
        ("operation", "DeleteExport", {"operation": "DeleteExport"}),
        ("operation", "the whole API", {"operation": ""}),
        ("kind", "enum", {"kind": "enum"}),
    ],
)
def test_a_choice_filters_the_list(view: Opened, control: str, value: str, wanted: dict[str, str]) -> None:
    view.page.locator(f'#filters [name="{control}"]').select_option(label=value)
    expected = ids(**wanted)
    assert view.shown == (f"{len(ALL)} clauses" if not wanted else f"{len(expected)} of {len(ALL)} clauses")
    assert set(view.ids) <= set(expected)
    assert len(view.ids) >= min(len(expected), 60)


def test_a_group_of_kinds_can_be_chosen(view: Opened) -> None:
    view.page.get_by_role("combobox", name="Kind").select_option("limits")
    kinds = {each.rpartition("/")[2] for each in view.ids}
    assert {"quota", "size"} <= kinds
    assert "enum" not in kinds


@pytest.mark.parametrize(("label", "expected"), [("broken", [BROKEN, BROKEN_PHASE]), ("not observed", [UNSEEN])])
def test_a_verdict_can_be_chosen(view: Opened, label: str, expected: list[str]) -> None:
    view.page.locator("#filters").get_by_label(label, exact=True).check()
    assert view.ids == expected


def test_several_verdicts_add_up(view: Opened) -> None:
    for label in ("broken", "not observed"):
        view.page.locator("#filters").get_by_label(label, exact=True).check()
    assert view.ids == [BROKEN, BROKEN_PHASE, UNSEEN]


def test_a_standing_can_be_chosen(view: Opened) -> None:
    view.page.get_by_label("sdk").check()
    assert sorted(view.ids) == ids(standing="sdk")


def test_words_are_looked_for_in_ids_quotes_and_reasons_and_all_have_to_be_there(view: Opened) -> None:
    view.page.get_by_label("Search").fill("handed link QUEUED")
    assert view.ids == [UNSEEN]


def test_filters_without_a_match_say_so(view: Opened) -> None:
    view.page.get_by_label("Search").fill("no such words anywhere")
    assert view.page.get_by_text("No clause matches these filters.").is_visible()
    assert view.shown == f"0 of {len(ALL)} clauses"


def test_filters_stand_in_the_address_and_come_back_with_it(view: Opened) -> None:
    view.page.get_by_role("combobox", name="Operation").select_option("CreateExport")
    view.page.locator("#filters").get_by_label("broken", exact=True).check()
    assert view.state == {"operation": "CreateExport", "verdict": "broken"}
    view.page.reload()
    assert view.ids == [BROKEN]
    assert view.page.get_by_role("combobox", name="Operation").input_value() == "CreateExport"
    view.page.go_back()
    assert view.state == {"operation": "CreateExport"}
    assert not view.page.locator("#filters").get_by_label("broken", exact=True).is_checked()


def test_reset_takes_all_filters_away(view: Opened) -> None:
    view.page.get_by_role("combobox", name="Kind").select_option("enum")
    view.page.get_by_role("button", name="Reset").click()
    view.wait_until("!location.hash")
    assert view.shown == f"{len(ALL)} clauses"


def test_a_value_in_the_address_that_the_page_does_not_know_is_no_filter(view: Opened) -> None:
    view.open("#kind=nonsense&verdict=broken")
    assert view.ids == [BROKEN, BROKEN_PHASE]


def test_a_cell_of_the_matrix_filters_the_list_and_is_marked(view: Opened) -> None:
    cell = view.page.get_by_label(f"{API} CreateExport, maximum: 1 broken")
    assert cell.inner_text() == "\N{MULTIPLICATION SIGN}1"
    cell.click()
    view.page.locator('td[aria-selected="true"]').first.wait_for()
    assert view.state == {"api": API, "operation": "CreateExport", "kind": "maximum"}
    assert view.ids == ids(operation="CreateExport", kind="maximum")
    assert view.page.locator('td[aria-selected="true"]').first.inner_text() == cell.inner_text()


def test_a_cell_leads_to_its_clauses_each_time(view: Opened) -> None:
    cell = view.page.get_by_label(f"{API} CreateExport, maximum: 1 broken")
    for _ in range(2):
        view.evaluate("scrollTo(0, 0)")
        cell.click()
        view.wait_until("scrollY > 400")
        assert BROKEN in view.focused


def test_the_head_of_a_row_filters_by_its_operation(view: Opened) -> None:
    view.page.locator(".by-kind").get_by_role("link", name="DeleteExport", exact=False).first.click()
    view.wait_until("location.hash.includes('DeleteExport')")
    assert sorted(view.ids) == ids(operation="DeleteExport")


def test_a_phase_of_the_lifecycle_opens_its_clause(view: Opened) -> None:
    view.page.get_by_label(f"{BROKEN_PHASE}: broken").click()
    view.page.locator(".clause[open] .detail").wait_for()
    assert view.page.locator(".clause[open] .path").inner_text() == BROKEN_PHASE
    assert view.state["clause"] == BROKEN_PHASE


def test_a_bar_of_the_timeline_tells_its_clause_and_opens_it(view: Opened) -> None:
    bar = view.page.locator("#lanes rect.broken").last
    bar.hover()
    told = view.page.locator("#timeline-readout").inner_text()
    assert ": broken, 0.010 s" in told
    bar.click()
    view.page.locator(".clause[open] .detail").wait_for()
    assert told.startswith(view.page.locator(".clause[open] .path").inner_text())


def test_the_matrix_is_a_grid_with_names_for_those_who_do_not_see_it(view: Opened) -> None:
    grid = view.page.get_by_role("grid", name="Matrix")
    assert grid.get_by_role("rowheader", name="CreateExport").count() == 1
    assert grid.get_by_role("columnheader", name="maximum", exact=True).count() == 1
    assert grid.get_by_role("gridcell", name=f"{API} CreateExport, maximum: 1 broken").count() == 1


def test_the_keyboard_alone_leads_from_the_matrix_to_the_exchange(view: Opened) -> None:
    for _ in range(30):
        view.press("Tab")
        if view.evaluate("!!document.activeElement.closest('.matrix')"):
            break
    assert view.evaluate("!!document.activeElement.closest('.matrix')")
    assert view.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    while "CreateExport" not in view.focused:
        view.press("ArrowDown")
    while "maximum" not in view.focused:
        view.press("ArrowRight")
    view.press("Space")
    view.wait_until("location.hash.includes('kind=maximum')")
    assert BROKEN in view.focused
    view.press("Enter")
    view.page.locator(".clause[open] .detail").wait_for()
    assert view.state["clause"] == BROKEN


def test_one_stop_of_the_tab_key_is_enough_to_pass_the_matrix(view: Opened) -> None:
    assert view.page.locator('.by-kind a[tabindex="0"]').count() == 1


def test_home_and_end_go_to_the_ends_of_a_row(view: Opened) -> None:
    view.page.get_by_label(f"{API} CreateExport, maximum: 1 broken").locator("visible=true").focus()
    view.press("Home")
    assert view.focused.startswith("CreateExport")
    view.press("End")
    assert view.focused.startswith(f"{API} CreateExport, ")


def test_a_slash_goes_to_the_search(view: Opened) -> None:
    view.press("/")
    view.page.keyboard.type("sdk")
    assert view.page.get_by_label("Search").input_value() == "sdk"


def test_arrow_keys_walk_along_the_timeline_and_enter_opens(view: Opened) -> None:
    view.page.locator("#lanes").focus()
    view.press("ArrowRight", "ArrowRight")
    told = view.page.locator("#timeline-readout").inner_text()
    assert told.startswith(sorted(ALL, key=lambda each: float(each["started"]))[1]["id"])
    view.press("Enter")
    view.page.locator(".clause[open] .detail").wait_for()
    assert told.startswith(view.page.locator(".clause[open] .path").inner_text())
