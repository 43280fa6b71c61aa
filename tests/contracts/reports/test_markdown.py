"""Does the Markdown report tell what a reader needs, whatever a server answers, and does it stay small?"""

import re
from dataclasses import replace

from contracts.reports.markdown import LARGEST, render
from tests.contracts.reports.results import API, CURL, EXCHANGE, KNOWN, broken, entry, learned, result, unseen, warned


def test_it_begins_with_the_verdict_and_a_table() -> None:
    found = result(entry("a"), broken("b"), broken("c", known=KNOWN), unseen("d"))
    assert render(found, {}).splitlines()[:8] == [
        "## Contracts of http://127.0.0.1:4010: 1 broken",
        "",
        "4 clauses in 2 s; seed 0.",
        "",
        "| API | clauses | held | broken | warnings | known | not observed |",
        "|---|--:|--:|--:|--:|--:|--:|",
        f"| {API} | 4 | 1 | 1 | 0 | 1 | 1 |",
        "| **all** | 4 | 1 | 1 | 0 | 1 | 1 |",
    ]


def test_it_says_what_was_asked_for() -> None:
    found = result(entry("a"), selected=9)
    found.head = replace(found.head, quick=True, shard="1/4", select="Count")
    asked = "1 of 9 clauses in 2 s; seed 0; `-k Count`; quick: no fuzzing; shard 1/4."
    assert asked in render(found, {}).splitlines()


def test_where_nothing_is_broken_it_says_so_and_has_no_such_part() -> None:
    text = render(result(entry("a")), {})
    assert "every clause judged was held" in text
    assert "###" not in text


def test_a_broken_clause_is_told_in_full_once_for_all_that_are_broken_in_the_same_way() -> None:
    text = render(result(broken("a"), broken("b")), {})
    assert text.split("### Broken (2)\n\n")[1] == (
        f"<details><summary><code>{API}/a</code> and 1 more</summary>\n"
        "\n"
        "- **promised** “at most 50”\n"
        "- **page** [CreateExport](<https://example.com/create>)\n"
        "- **expected** refused as InvalidParameter: Count is 51\n"
        "- **received** 200 \\{\\}\n"
        "\n"
        f"```sh\n{CURL}\n```\n"
        "\n"
        "Broken in the same way (1):\n"
        "\n"
        f"- `{API}/b`\n"
        "\n"
        "</details>\n"
    )


def test_nothing_that_a_server_answers_is_taken_for_markdown_or_html() -> None:
    text = render(result(broken("a", received="200 </details><script>alert(1)</script> *a* `b` [c](d)\n# e")), {})
    assert "<script>" not in text
    assert r"200 &lt;/details&gt;&lt;script&gt;alert\(1\)&lt;/script&gt; \*a\* \`b\` \[c\]\(d\) \# e" in text


def test_a_fence_is_longer_than_every_run_of_backticks_inside() -> None:
    curl = "curl --data-binary '````'"
    text = render(result(broken("a", evidence=[{**EXCHANGE, "curl": curl}])), {})
    assert f"`````sh\n{curl}\n`````\n" in text


def test_known_findings_and_what_was_not_observed_come_after_with_their_reasons() -> None:
    text = render(result(broken("c", known=KNOWN), unseen("d", "no <time>"), unseen("e", "no <time>")), {})
    known, unobserved = text.index("### Known (1)"), text.index("### Not observed (2)")
    assert known < text.index(f"- `{API}/c` until 2027-01-31, the data team: ticket 4711") < unobserved
    assert text.endswith(f"<details><summary>2: no &lt;time&gt;</summary>\n\n- `{API}/d`\n- `{API}/e`\n\n</details>\n")


def test_a_run_that_did_not_end_well_says_so_first() -> None:
    text = render(result(entry("a"), stopped="interrupted", selected=9, mistakes=["m"]), {})
    assert "**It ended early: interrupted**; 1 of 9 clauses were judged." in text
    assert "**The suite itself failed" in text


def test_it_stays_within_what_a_job_summary_takes() -> None:
    many = [broken(str(number), reason=f"{'xyz' * number} {'é' * 1500}") for number in range(500)]
    text = render(result(*many), {})
    assert LARGEST // 2 < len(text.encode()) <= LARGEST + 100
    left = re.search(r"_(\d+) more blocks did not fit", text)
    assert left
    assert int(left[1]) + text.count("<details>") == len(many)


def test_warnings_and_what_was_learned_have_sections_of_their_own() -> None:
    text = render(result(warned("a"), learned("b"), entry("c", follows={"x": "y"}, severity="learned")), {})
    assert text.startswith("## Contracts of http://127.0.0.1:4010: 1 warning\n")
    assert "### Broken" not in text
    assert "### Not observed" not in text
    warnings, lessons = text.index("### Warnings (1)"), text.index("### Learned (2)")
    assert warnings < text.index(f"<code>{API}/a</code>") < lessons
    assert f"<summary>This endpoint follows the reading {API}/x=y.</summary>\n\n- `{API}/c`" in text
    assert "the server does otherwise: accepted was assumed; received 400 {}.</summary>" in text
