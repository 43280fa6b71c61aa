"""The clauses as Markdown pages: an index, and a page per API with every statement, who says it and in which words."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from contracts.listing import count, short
from openapi.clauses import Clause, ClauseKind
from openapi.model import Spec

INDEX = "clauses.md"
FOLDER = "clauses"  # of the pages, beside the index
LONGEST = 160  # characters of a quotation
LONGEST_VALUE = 60
WHOLE_API = "the whole API"
MADE = "Made from the specs by `contracts clauses --markdown`; what stands here is changed there."
_SPECIAL = re.compile(r"([\\`*_\[\]|~])")


def write_pages(folder: Path, specs: Mapping[str, Spec], clauses: Iterable[Clause]) -> list[Path]:
    """Write the index and the pages, and return where they are."""
    written = []
    for name, text in pages(specs, clauses).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def pages(specs: Mapping[str, Spec], clauses: Iterable[Clause]) -> dict[str, str]:
    """The texts, by path: `clauses.md`, `clauses/API.md`."""
    by_api: dict[str, list[Clause]] = {}
    for clause in clauses:
        by_api.setdefault(clause.api, []).append(clause)
    index = {INDEX: _index(specs, by_api)}
    return index | {f"{FOLDER}/{api}.md": _page(specs[api], found) for api, found in by_api.items()}


def _index(specs: Mapping[str, Spec], by_api: Mapping[str, list[Clause]]) -> str:
    everything = [clause for found in by_api.values() for clause in found]
    rows = [
        f"| [{api}]({FOLDER}/{api}.md) | {_cell(specs[api].title)} | {len(found)} | {_standings(found)} |"
        for api, found in by_api.items()
    ]
    lines = [
        "# Clauses",
        "",
        MADE,
        "",
        "A clause is one documented statement that `contracts run` judges: a bound, a default, an error code, a limit,",
        "the order of a list. Its standing says who states it: `documented`, a page of the provider; `sdk`, an",
        "official client; `assumed`, nobody.",
        "",
        f"{count(everything)}.",
        "",
        "| API | | clauses | documented | sdk | assumed |",
        "|---|---|--:|--:|--:|--:|",
        *rows,
        "",
        "`contracts explain ID` tells all about one of them.",
    ]
    return "\n".join(lines) + "\n"


def _page(spec: Spec, found: list[Clause]) -> str:
    by_operation: dict[str, list[Clause]] = {}
    for clause in found:
        by_operation.setdefault(clause.operation, []).append(clause)
    lines = [f"# {_cell(spec.title)}", "", MADE, "", f"`{spec.name}`: {count(found)}.", "", *_matrix(by_operation)]
    for operation, clauses in by_operation.items():
        lines += ["", f"## {_cell(operation) or WHOLE_API.capitalize()}", "", "| clause | value | standing | said |"]
        lines += ["|---|---|---|---|", *map(_row, clauses)]
    return "\n".join(lines) + "\n"


def _matrix(by_operation: Mapping[str, list[Clause]]) -> Iterator[str]:
    """How many clauses of each kind each operation has; kinds in their usual order."""
    counts = {operation: Counter(clause.kind for clause in found) for operation, found in by_operation.items()}
    yield f"| kind | {' | '.join(_cell(operation) or WHOLE_API for operation in counts)} |"
    yield f"|---{'|--:' * len(counts)}|"
    for kind in ClauseKind:
        if any(found[kind] for found in counts.values()):
            yield f"| {kind.value} | {' | '.join(str(found[kind] or '') for found in counts.values())} |"


def _row(clause: Clause) -> str:
    prefix = "/".join(filter(None, (clause.api, clause.operation)))
    value = _cell(short(clause.value, LONGEST_VALUE))
    shown = f"<code>{value}</code>" if value else ""
    return f"| {_cell(clause.id.removeprefix(f'{prefix}/'))} | {shown} | {clause.standing} | {_said(clause)} |"


def _said(clause: Clause) -> str:
    citation = clause.citation
    words = f"“{_cut(citation.quote)}”" if citation.quote else _cut(citation.note)
    page = citation.page
    return f"{_cell(words)} [{_cell(page.title)}](<{page.url}>)" if page else _cell(words)


def _standings(found: Iterable[Clause]) -> str:
    standings = Counter(clause.standing for clause in found)
    return " | ".join(str(standings[each]) for each in ("documented", "sdk", "assumed"))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _cell(text: str) -> str:
    """The text as Markdown that means itself, in a table."""
    return _SPECIAL.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))
