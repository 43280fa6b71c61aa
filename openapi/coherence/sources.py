"""Whether everything is cited, each citation for something, and each quote says what it is cited for."""

from __future__ import annotations

import json
from collections.abc import Iterator

from openapi.clauses import clauses
from openapi.coherence.found import Mistake, unknown
from openapi.coherence.nodes import nodes
from openapi.document import SpecError, join
from openapi.model import Spec
from openapi.quotes import unsaid

# What x-cites may tell apart besides the keywords that stand there.
IMPLIED = frozenset({"content-type", "format", "isolation", "message", "phases", "robustness", "schemes", "when"})
SHOWN = 80  # characters of a quote


def sources(spec: Spec) -> Iterator[Mistake]:
    """Mistakes in citations, and statements that have none."""
    for pointer, node in nodes(spec.document):
        for keyword in node["x-cites"] if isinstance(node.get("x-cites"), dict) else ():
            where = join(pointer, "x-cites", keyword)
            yield from unknown(
                keyword, {*node, *IMPLIED} - {"x-cite", "x-cites"}, "cited, but does not stand here", where
            )
    try:
        found = clauses(spec)
    except SpecError as error:
        pointer, _, said = str(error).partition(": ")
        yield pointer, said
        return
    for clause in found:
        for value in unsaid(clause)[:1]:
            quote = clause.citation.quote
            shown = quote if len(quote) <= SHOWN else f"{quote[:SHOWN]}…"
            said = json.dumps(value, ensure_ascii=False)
            message = (
                f"{clause.id} is {said}, which its quote does not say: {shown!r}. Quote the sentence that says it, "
                "or tell in words of your own what the page says, as `reported`"
            )
            yield clause.pointer, message
