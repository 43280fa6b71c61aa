"""Who says so: the citation of each statement of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from openapi.document import SpecError
from openapi.model import Citation, Page


@dataclass(frozen=True, slots=True)
class Citer:
    """The citation in force at one place of a document: its own, or that of the nearest place around it."""

    pages: Mapping[str, Page]
    inherited: Citation | None = None

    def inside(self, node: Any) -> Self:
        """The citer for what stands inside `node`."""
        raw = node.get("x-cite") if isinstance(node, dict) else None
        return replace(self, inherited=self._citation(raw)) if raw is not None else self

    def cite(self, node: Any, keyword: str = "") -> Citation:
        """The citation of `node`, or of one of its keywords. Raises SpecError when nobody is cited."""
        raw = node.get("x-cites", {}).get(keyword) if isinstance(node, dict) else None
        if raw is not None:
            return self._citation(raw)
        found = self.inside(node).inherited
        if found is None:
            message = f"no x-cite for {keyword or 'this'}: cite a page of x-pages, or say {{assumed: why}}"
            raise SpecError(message, node)
        return found

    def _citation(self, raw: Mapping[str, str]) -> Citation:
        if "assumed" in raw:
            return Citation(None, "", raw["assumed"])
        if raw.get("page") not in self.pages:
            message = (
                f"x-cite names the page {raw.get('page')!r}; x-pages has {', '.join(sorted(self.pages)) or 'none'}"
            )
            raise SpecError(message, raw)
        return Citation(self.pages[raw["page"]], " ".join(raw.get("quote", "").split()), raw.get("reported", ""))


def pages_of(document: Mapping[str, Any]) -> dict[str, Page]:
    """The sources that a document lists."""
    return {
        name: Page(raw["title"], raw["url"], str(raw["date"] or ""), raw["source"])
        for name, raw in document.get("x-pages", {}).items()
    }
