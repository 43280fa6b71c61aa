"""Whether a sentence says what is cited from it: in digits, in words, in units."""

from __future__ import annotations

import re

from openapi.clauses import Clause, ClauseKind
from openapi.model import Json

WORDS = dict(enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]))
WORDS |= {12: "twelve", 15: "fifteen", 20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty"}
SINGLE = {60: "a minute", 3600: "an hour", 86400: "a day", 604800: "a week"}
UNITS = {60: "minute", 3600: "hour", 86400: "day", 604800: "week"}
UNITS |= {10**3: "thousand", 10**6: "million", 10**9: "billion"}
SHORT = {1: "s", 60: "min", 3600: "h", 86400: "d"}
BYTES = {
    1024: ("K", "KB", "kB", "KiB", "kilobytes"),
    1024**2: ("M", "MB", "MiB", "megabytes"),
    1024**3: ("G", "GB", "GiB", "gigabytes"),
}
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


def unsaid(clause: Clause) -> list[Json]:
    """The values that a clause states and the sentence that is quoted for it does not say."""
    quote = clause.citation.quote
    if clause.kind not in STATED or not quote:
        return []
    values = clause.value if isinstance(clause.value, list) else [clause.value]
    missing = [value for value in values if not is_said(value, quote, clause.kind)]
    if missing and clause.kind is ClauseKind.ERROR_CODE and is_message(quote, clause.detail.error_code.message):
        return []
    return missing


def is_said(value: Json, quote: str, kind: ClauseKind) -> bool:
    """Whether the value stands in the quote in one of the forms in which people write it."""
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
            spoken = (str(count), WORDS.get(count, "-"))
            found += [f"{each}{space}{unit}{s}" for each in spoken for space in (" ", "-") for s in ("", "s")]
            found += [f"{count}{space}{CHINESE[size]}" for space in ("", " ") if size in CHINESE]
    for size, short in SHORT.items():
        if number and number % size == 0:
            found += [f"{int(number // size)}{space}{short}" for space in ("", " ")]
    found += [SINGLE[int(number)]] if number in SINGLE else []
    for size, units in BYTES.items():
        if number and number % size == 0:
            found += [f"{int(number // size)}{space}{unit}" for unit in units for space in ("", " ")]
    return found


def contains(quote: str, form: str) -> bool:
    """Whether the form stands in the quote by itself, not as a part of another word or number."""
    before, after = r"(?<![A-Za-z0-9_])", r"(?![A-Za-z0-9_])"
    return re.search(f"{before}{re.escape(form)}{after}", quote, re.IGNORECASE if form.islower() else 0) is not None
