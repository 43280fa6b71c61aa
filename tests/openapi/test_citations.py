"""What a documented clause states stands in the sentence that it is cited from, and that sentence on its page."""

import re
from functools import cache
from pathlib import Path

import pytest

from openapi.clauses import Clause, ClauseKind, clauses
from openapi.model import Json, Spec
from tests.mockserver.cloud import specs

SPECS = specs()
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"  # the pages as published, where they are at hand
WORDS = dict(enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]))
WORDS |= {12: "twelve", 15: "fifteen", 20: "twenty"}
UNITS = {60: "minute", 3600: "hour", 86400: "day", 10**3: "thousand", 10**6: "million"}
BYTES = {1024: ("K", "KB"), 1024**2: ("M", "MB")}
CHINESE = {60: "分钟", 3600: "小时", 86400: "天"}
STATED = frozenset(
    {
        ClauseKind.ENUM,
        ClauseKind.MINIMUM,
        ClauseKind.MAXIMUM,
        ClauseKind.LENGTH,
        ClauseKind.ITEMS,
        ClauseKind.DEFAULT,
        ClauseKind.RATE_LIMIT,
        ClauseKind.QUOTA,
        ClauseKind.SIZE,
        ClauseKind.PHASE,
        ClauseKind.EXPIRY,
        ClauseKind.LINK_EXPIRY,
        ClauseKind.SKEW,
        ClauseKind.LOCK,
        ClauseKind.TOKEN,
        ClauseKind.ERROR_CODE,
    }
)


def quoted() -> list[Clause]:
    """One clause per fact, however many operations share it."""
    found = [clause for spec in SPECS.values() for clause in clauses(spec)]
    stated = [clause for clause in found if clause.kind in STATED and clause.citation.quote]
    return list({(clause.api, clause.pointer): clause for clause in stated}.values())


@pytest.mark.parametrize("clause", quoted(), ids=lambda clause: clause.id)
def test_the_quote_says_what_the_clause_states(clause: Clause) -> None:
    values = clause.value if isinstance(clause.value, list) else [clause.value]
    missing = [value for value in values if not is_said(value, clause.citation.quote, clause.kind)]
    if clause.kind is ClauseKind.ERROR_CODE and missing:
        missing = [] if is_message(clause.citation.quote, clause.detail.error_code.message) else missing
    assert missing == [], clause.citation.quote


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
        ("desc", "asc: ascending; desc: descending", True),
        ("desc", "descending", False),
        (False, "true or false (default)", True),
    ],
)
def test_a_number_may_be_said_in_digits_words_or_units(value: Json, quote: str, *, said: bool) -> None:
    assert is_said(value, quote, ClauseKind.MAXIMUM) is said


def is_said(value: Json, quote: str, kind: ClauseKind) -> bool:
    if isinstance(value, bool):
        return str(value).lower() in quote.lower() or kind is ClauseKind.ITEMS
    if isinstance(value, int | float):
        return any(contains(quote, form) for form in forms(value)) or (value == 1 and "not empty" in quote)
    text = str(value)
    # A gateway's codes are listed under a prefix of another product: what follows it is what tells them apart.
    return value == "" or contains(quote, text) or (kind is ClauseKind.ERROR_CODE and contains(quote, text[-4:]))


def is_message(quote: str, message: str) -> bool:
    """Whether a page that gives no code quotes the message, up to where it differs from answer to answer."""
    start = message.partition("{")[0].rstrip()
    return start != "" and (start in quote or quote[:40] in start)


def forms(number: float) -> list[str]:
    """How people write a number."""
    found = [f"{number:g}" if isinstance(number, float) else str(number), f"{number:,}"]
    found += [WORDS[int(number)]] if number in WORDS else []
    for size, unit in UNITS.items():
        if number and number % size == 0 and number >= size:
            count = int(number // size)
            found += [f"{spoken} {unit}{s}" for spoken in (str(count), WORDS.get(count, "-")) for s in ("", "s")]
            found += [f"{count}{space}{CHINESE[size]}" for space in ("", " ") if size in CHINESE]
    for size, units in BYTES.items():
        if number and number % size == 0:
            found += [f"{int(number // size)}{space}{unit}" for unit in units for space in ("", " ")]
    return found


def contains(quote: str, form: str) -> bool:
    """Whether the form stands in the quote by itself, not as a part of another word or number."""
    before, after = r"(?<![A-Za-z0-9_])", r"(?![A-Za-z0-9_])"
    return re.search(f"{before}{re.escape(form)}{after}", quote, re.IGNORECASE if form.islower() else 0) is not None


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
