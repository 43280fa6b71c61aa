"""What a documented clause states stands in the sentence that it is cited from, and that sentence on its page."""

import re
from functools import cache
from pathlib import Path

import pytest

from openapi.clauses import Clause, ClauseKind, clauses
from openapi.model import Json, Spec
from openapi.quotes import STATED, is_said, unsaid
from tests.mockserver.cloud import specs

SPECS = specs()
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"  # the pages as published, where they are at hand


def quoted() -> list[Clause]:
    """One clause per fact, however many operations share it."""
    found = [clause for spec in SPECS.values() for clause in clauses(spec)]
    stated = [clause for clause in found if clause.kind in STATED and clause.citation.quote]
    return list({(clause.api, clause.pointer): clause for clause in stated}.values())


@pytest.mark.parametrize("clause", quoted(), ids=lambda clause: clause.id)
def test_the_quote_says_what_the_clause_states(clause: Clause) -> None:
    assert unsaid(clause) == [], clause.citation.quote


@pytest.mark.parametrize("name", sorted(SPECS))
def test_quotes_stand_on_their_page(name: str) -> None:
    seeds = seeds_of(SPECS[name])
    if not seeds:
        pytest.skip("the pages of this API are not at hand")
    found = {clause.citation for clause in clauses(SPECS[name]) if clause.citation.page}
    missing = [
        citation.quote
        for citation in found
        if citation.page and citation.quote and citation.page.url in seeds
        if fold(citation.quote) not in seeds[citation.page.url]
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("value", "quote", "said"),
    [
        (50, "up to 50 tasks", True),
        (50, "up to 500 tasks", False),
        (5, "five unfinished tasks", True),
        (50_000_000, "Maximum value: 50 million", True),
        (10_000, "at most 10,000 rows", True),
        (259_200, "valid for 3 days", True),
        (3600, "valid for one hour", True),
        (3600, "valid for two hours", False),
        (1048576, "up to 1 MB", True),
        (3600, "kept for an hour", True),
        (259_200, "a 3-day retention", True),
        (259_200, "kept for 72h", True),
        (604_800, "kept for one week", True),
        (65_536, "at most 64 KiB", True),
        (65_536, "at most 64 MiB", False),
        (30, "at most thirty tasks", True),
        ("desc", "asc: ascending; desc: descending", True),
        ("desc", "descending", False),
        (False, "true or false (default)", True),
    ],
)
def test_a_number_may_be_said_in_digits_words_or_units(value: Json, quote: str, *, said: bool) -> None:
    assert is_said(value, quote, ClauseKind.MAXIMUM) is said


@cache
def folded(path: Path) -> str:
    return fold(path.read_text(encoding="utf-8"))


def seeds_of(spec: Spec) -> dict[str, str]:
    """The text of the pages at hand, by the address of the operation that each documents."""
    found = {}
    for item in spec.document["paths"].values():
        for raw in item.values():
            if isinstance(raw, dict) and "operationId" in raw:
                path = SEEDS / f"{spec.name}-{kebab(raw['operationId'])}.txt"
                if path.is_file():
                    found[raw["externalDocs"]["url"]] = folded(path)
    return found


def kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def fold(text: str) -> str:
    return " ".join(text.split())
