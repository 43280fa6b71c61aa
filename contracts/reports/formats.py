"""The formats of reports that are written to files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what a report needs is imported when one is written
    from contracts.result import Result
    from openapi.model import Spec


@dataclass(frozen=True, slots=True)
class Format:
    """A format; `render(result, specs)` of its module gives the text."""

    file: str
    module: str

    def render(self, result: Result, specs: Mapping[str, Spec]) -> str:
        """The content of the file; `specs` are those of the APIs in the result, by name."""
        render: Callable[[Result, Mapping[str, Spec]], str] = import_module(self.module).render
        return render(result, specs)


FORMATS: Mapping[str, Format] = {
    "json": Format("contracts.json", "contracts.reports.json_text"),
    "junit": Format("contracts.xml", "contracts.reports.junit"),
    "html": Format("contracts.html", "contracts.reports.html.page"),
    "sarif": Format("contracts.sarif", "contracts.reports.sarif"),
    "markdown": Format("contracts.md", "contracts.reports.markdown"),
}
