"""The page as text: what is in it, and what cannot be."""

import base64
import hashlib
import json
import re
from html import unescape
from typing import Any

import pytest

from contracts.reports.html.evidence import MOST, fit
from contracts.reports.html.kinds import OTHER, grouped
from openapi.clauses import ClauseKind
from tests.contracts.reports.pages import API, BROKEN, broken_page, broken_run, page_of, specs, whole_page, whole_run
from tests.contracts.reports.results import EXCHANGE, KNOWN, broken, entry, learned, result, unseen, warned

HOSTILE = "</script><img src=x onerror=alert(1)><!--"


def data_of(page: str) -> dict[str, Any]:
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    found: dict[str, Any] = json.loads(text)
    return found


def heading(page: str) -> str:
    (found,) = re.findall(r"<h1>(.*?)</h1>", page)
    return unescape(found)


def test_every_clause_is_in_the_page() -> None:
    whole = whole_run()
    data = data_of(page_of(whole))
    assert [each["id"] for each in data["clauses"]] == sorted(each["id"] for each in whole.entries)


def test_the_page_is_the_same_for_the_same_result_in_whatever_order_it_came() -> None:
    assert page_of(result(*reversed(broken_run().entries))) == broken_page()


def test_a_page_with_all_clauses_stays_below_its_limit() -> None:
    assert len(whole_page().encode()) < MOST


def test_when_there_is_more_evidence_than_room_every_clause_keeps_as_much_as_fits() -> None:
    long = EXCHANGE | {"response": {"status": 200, "headers": {}, "body": "x" * 4096}}
    whole = [broken(f"CreateExport/{number}/maximum", evidence=[long] * 10) for number in range(100)]
    for most, kept in ((5_000_000, 10), (3_000_000, 6), (400_000, 1), (200_000, 1)):
        found, is_shortened = fit(whole, most)
        assert sum(len(json.dumps(each, ensure_ascii=False)) for each in found) <= most
        assert {len(each["evidence"]) for each in found} == {kept}
        assert is_shortened == (kept < 10)


def test_a_page_that_shows_less_than_there_is_says_so() -> None:
    long = EXCHANGE | {"response": {"status": 200, "headers": {}, "body": "x" * MOST}}
    assert "more evidence than a page can hold" not in page_of(result(broken("a/maximum", evidence=[long])))
    many = [broken(f"CreateExport/{number}/maximum", evidence=[long] * 20) for number in range(60)]
    assert "more evidence than a page can hold" in page_of(result(*many))


def test_evidence_is_whole_while_there_is_room() -> None:
    found, is_shortened = fit([entry("a", evidence=[EXCHANGE] * 10)])
    assert found[0]["evidence"] == [EXCHANGE] * 10
    assert found[0]["cut"] == 0
    assert not is_shortened


def test_what_is_kept_of_the_evidence_is_its_end_and_the_rest_is_counted() -> None:
    exchanges = [EXCHANGE | {"curl": f"curl {number}"} for number in range(30)]
    found, _ = fit([entry("a", evidence=exchanges)])
    assert found[0]["evidence"][-1]["curl"] == "curl 29"
    assert len(found[0]["evidence"]) + found[0]["cut"] == 30


def test_a_line_for_a_shell_is_whole_or_not_there() -> None:
    request = {"method": "POST", "url": "http://a/", "headers": {"x": "y" * 70_000}, "body": ""}
    found, _ = fit([entry("a", evidence=[EXCHANGE | {"request": request, "curl": "curl " + "y" * 70_000}])])
    assert found[0]["evidence"][0]["curl"] == ""
    assert len(found[0]["evidence"][0]["request"]["headers"]["x"]) < 10_000


def test_nothing_a_server_answers_becomes_markup() -> None:
    found = broken("CreateExport/Count/maximum", received=HOSTILE, reason=HOSTILE, quote=HOSTILE)
    page = page_of(result(found, unseen("CreateExport/a/maximum", HOSTILE), stopped=HOSTILE))
    assert "<img" not in page
    assert page.count("</script>") == 2
    assert data_of(page)["clauses"][0]["received"] == HOSTILE


def test_half_a_character_does_not_keep_the_page_from_being_written() -> None:
    page = page_of(result(broken("CreateExport/Count/maximum", received="\ud800")))
    assert page.encode()
    assert data_of(page)["clauses"][0]["received"] == "\ud800"


def test_a_browser_may_run_the_page_s_own_script_and_nothing_else() -> None:
    page = broken_page()
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r'<script type="module" blocking="render">(.*?)</script>', page, re.DOTALL)
    for text in (style, script):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in unescape(policy)
    assert "default-src 'none'" in unescape(policy)
    assert "unsafe" not in policy


def test_the_page_names_nothing_that_a_browser_would_load() -> None:
    page = broken_page()
    assert not re.search(r"<(img|link|script|iframe|source|use)[^>]+(src|href)=\"(?!data:|#)", page)
    assert not re.search(r"@import|url\((?!#)", page)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([broken("a/maximum"), entry("b/maximum")], "1 of 2 clauses is broken"),
        ([broken("a/maximum"), broken("b/maximum")], "2 of 2 clauses are broken"),
        ([broken("a/maximum", known=KNOWN), broken("b/maximum")], "2 of 2 clauses are broken, 1 as is known"),
        ([broken("a/maximum", known=KNOWN)], "1 of 1 clauses is broken, as is known"),
        ([entry("a/maximum"), entry("b/maximum")], "All 2 clauses are held"),
        ([entry("a/maximum"), unseen("b/maximum")], "No clause is broken"),
        ([unseen("b/maximum")], "No clause could be observed"),
    ],
)
def test_the_heading_says_how_it_ended(entries: list[dict[str, Any]], words: str) -> None:
    assert heading(page_of(result(*entries))) == words


def test_the_head_says_of_what_and_when_with_which_seed_and_version() -> None:
    page = broken_page()
    for words in ("http://127.0.0.1:4010", "2026-01-31 08:09:10 UTC", "<dt>Seed</dt><dd>0</dd>", "0.1.0"):
        assert words in page


def test_a_run_that_ended_early_says_so() -> None:
    page = page_of(result(entry("a/maximum"), selected=9, stopped="interrupted"))
    assert "The run ended early: interrupted. 1 of 9 clauses were judged." in page


def test_a_run_without_any_entry_is_a_page_too() -> None:
    assert data_of(page_of(result()))["clauses"] == []


def test_an_api_whose_spec_is_not_at_hand_is_shown_all_the_same() -> None:
    page = page_of(result(entry("Make/x/maximum", api="acme-reports", operation="Make", kind="novelty")))
    assert "acme-reports" in page
    assert "novelty" in page


def test_what_was_not_observed_stands_reason_by_reason_the_most_frequent_first() -> None:
    page = page_of(result(unseen("a/type", "once"), unseen("b/type", "twice"), unseen("c/type", "twice")))
    assert page.index("<span>twice</span>") < page.index("<span>once</span>")


def test_a_broken_clause_is_told_at_the_top_with_what_came() -> None:
    page = broken_page()
    (top,) = re.findall(r'<section id="broken-clauses".*?</section>', page, re.DOTALL)
    assert BROKEN in top
    assert "accepted: Count is 50000000" in unescape(top)
    assert "InvalidParameter" in top


def test_a_finding_that_is_known_stands_below_the_others_with_its_owner() -> None:
    page = page_of(result(broken("a/maximum", known=KNOWN), broken("b/maximum")))
    assert page.index(f"{API}/b/maximum</span>") < page.index(f"{API}/a/maximum</span>")
    assert "ticket 4711; the data team, until 2027-01-31" in page


def section(page: str, name: str) -> str:
    (told,) = re.findall(rf'<section id="{name}".*?</section>', page, re.DOTALL)
    return unescape(told)


def test_a_reading_that_the_server_follows_is_told_with_its_question() -> None:
    found = entry("CreateExport/Count/maximum", follows={"count-maximum": "10-million"}, severity="learned")
    told = section(page_of(result(found)), "learned")
    assert f"This endpoint follows the reading {API}/count-maximum=10-million, not 50-million" in told
    assert specs()[API].readings["count-maximum"].question in told


def test_what_nobody_documents_and_the_endpoint_does_otherwise_is_learned_and_not_told_as_unseen() -> None:
    page = page_of(result(learned("CreateExport/a/maximum"), unseen("CreateExport/b/maximum")))
    assert "the server does otherwise: accepted was assumed; received 400 {}." in section(page, "learned")
    assert f"{API}/CreateExport/b/maximum" in section(page, "unseen")
    assert f"{API}/CreateExport/a/maximum" not in section(page, "unseen")


def test_a_warning_has_a_section_of_its_own_and_a_calmer_look() -> None:
    page = page_of(result(warned("a/maximum"), broken("b/maximum")))
    assert f"{API}/a/maximum" in section(page, "warnings")
    assert f"{API}/a/maximum" not in section(page, "broken-clauses")
    assert heading(page) == "2 of 2 clauses are broken, 1 with a warning only"
    assert '<li class="warning">' in section(page, "warnings")


def test_every_kind_has_a_group() -> None:
    groups = grouped(kind.value for kind in ClauseKind)
    assert sorted(kind for kinds in groups.values() for kind in kinds) == sorted(kind.value for kind in ClauseKind)
    assert OTHER not in groups


def test_no_group_is_called_like_a_kind() -> None:
    assert not set(grouped(kind.value for kind in ClauseKind)) & {kind.value for kind in ClauseKind}
