"""Who says so: the page behind a statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from openapi.model.values import Standing


@dataclass(frozen=True, slots=True)
class Page:
    """Where a statement comes from."""

    title: str
    url: str
    date: str  # as the page gives it, ISO 8601; empty when it gives none
    source: Literal["page", "sdk", "field"]  # a vendor's page, an official SDK, an answer seen in the field


@dataclass(frozen=True, slots=True)
class Citation:
    """Why a statement stands in the spec: who says it, in which words."""

    page: Page | None
    quote: str  # the sentence, word for word; empty when there is none
    note: str  # the statement in our words, where no sentence can be quoted; or why it was assumed

    @property
    def standing(self) -> Standing:
        if self.page is None or self.page.source == "field":
            return "assumed"
        return "documented" if self.page.source == "page" else "sdk"
