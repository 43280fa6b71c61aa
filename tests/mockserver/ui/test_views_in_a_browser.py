"""Limits, data, the scorecard and the documentation of the APIs, in a real Chromium."""

from pathlib import Path

from mockserver.accounts import FIRST
from tests.mockserver.cloud import LONG_ENOUGH, START, specs
from tests.mockserver.control_plane import API
from tests.mockserver.ui.served import TOPIC, Opened, Served


def test_gauges_rise_with_each_call_and_fall_as_time_passes(view: Opened, served: Served) -> None:
    (limit,) = specs()[API].operations["CreateExport"].rate_limits
    view.open("limits")
    gauge = view.page.get_by_role("meter", name="CreateExport")
    card = view.page.locator("article", has=gauge)
    none = card.get_by_text(f"0 of {limit.requests}", exact=True)
    none.wait_for()
    for _ in range(limit.requests):
        served.create()
    view.has(card, f"{limit.requests} of {limit.requests}")
    assert gauge.get_attribute("aria-valuenow") == gauge.get_attribute("aria-valuemax") == str(limit.requests)
    view.page.get_by_role("button", name="+1 min").click()
    none.wait_for()
    view.page.locator("#view-limits").get_by_label("Account").select_option(index=1)
    none.wait_for()


def test_records_are_loaded_made_up_and_forgotten_and_files_are_at_hand(
    view: Opened, served: Served, tmp_path: Path
) -> None:
    lines = tmp_path / "rows.ndjson"
    row = f'{{"__TIMESTAMP__": {START * 1000:.0f}, "message": "first"}}\n'
    lines.write_text(row * 2, encoding="utf-8")
    view.open("data")
    form = view.page.locator("form", has_text="Load a file")
    form.get_by_label("File with records").set_input_files(lines)
    form.get_by_role("button", name="Load").click()
    view.has(view.page.locator(".toast"), "2 rows")
    table = view.page.get_by_role("region", name="Records")
    view.has(table.locator("tbody tr"), API)
    lines.write_text(f"{row}no JSON\n", encoding="utf-8")
    form.get_by_label("File with records").set_input_files(lines)
    form.get_by_role("button", name="Load").click()
    view.has(view.page.locator(".toast.bad"), "line 2")
    table.get_by_role("button", name="Forget").click()
    table.wait_for(state="detached")
    served.create()
    served.ask("PUT", "/clock", {"action": "advance", "seconds": LONG_ENOUGH})
    file = view.page.get_by_role("region", name="Files").get_by_role("button", name="File")
    with view.page.expect_download() as saved:
        file.click()
    assert saved.value.path().stat().st_size > 0


def test_the_scorecard_says_which_habit_is_bad_and_leads_to_the_requests_that_show_it(
    view: Opened, served: Served
) -> None:
    view.open("client")
    view.has(view.page.locator(".score"), "Nothing to judge yet")
    made = served.create()
    view.has(view.page.locator(".habit.bad"), f"{made} was left behind")
    view.page.get_by_role("link", name="request 1").first.click()
    view.has(view.wait_for("#view-requests aside:not([hidden])"), made)


def test_an_operation_is_tried_signed_with_the_example_credentials(view: Opened, served: Served) -> None:
    view.open(f"docs/{API}")
    frame = view.page.frame_locator("iframe")
    listing = frame.locator(".opblock", has_text="DescribeExports")
    listing.locator(".opblock-summary").click()
    listing.locator("textarea").fill(f'{{"TopicId": "{TOPIC}"}}')
    listing.get_by_role("button", name="Execute").click()
    view.has(listing.locator(".live-responses-table"), '"Exports"')
    (exchange,) = served.cloud.journal.find()
    assert (exchange.operation, exchange.reason, exchange.account) == ("DescribeExports", "", "100000000001")
    view.page.get_by_label("Sign as").select_option("not signed")
    listing.get_by_role("button", name="Execute").click()
    view.has(listing.locator(".live-responses-table"), '"Error"')


def test_faults_are_set_seen_to_fire_and_taken_back(view: Opened, served: Served) -> None:
    view.open("faults")
    form = view.page.locator("#view-faults form")
    form.get_by_label("Operation").select_option("CreateExport")
    form.get_by_label("Effect").select_option("error")
    form.get_by_label("Code").fill("InternalErro")
    form.get_by_role("button", name="Set the fault").click()
    view.has(view.page.locator(".toast.bad"), "no error code 'InternalErro' Valid: ActionOffline")
    form.get_by_label("Code").fill("InternalError")
    form.get_by_role("button", name="Set the fault").click()
    table = view.page.get_by_role("region", name="Faults that are set").locator("tbody tr")
    view.has(table, "0 of 0")
    assert "InternalError" in served.cloud.example(API, "CreateExport").body.decode()
    view.has(table, "1 of 1")
    view.page.get_by_role("button", name="Use flaky").click()
    view.has(table, "flaky")
    view.page.get_by_role("button", name="Take all back").click()
    table.first.wait_for(state="detached")
    assert served.ask("GET", "/faults") == {"faults": []}


def test_an_account_may_have_a_clock_of_its_own(view: Opened, served: Served) -> None:
    made = served.create()
    view.press("t")
    dialog = view.page.get_by_role("dialog", name="Clock of the mock")
    dialog.get_by_label("Whose clock").select_option(FIRST.number)
    dialog.get_by_label("Let time pass").fill("1")
    dialog.get_by_role("button", name="Advance").click()
    view.has(view.page.locator("#clock"), "1 account apart")
    view.has(view.row(made), "expires in")
    assert served.ask("GET", "/clock")["epoch"] == START
