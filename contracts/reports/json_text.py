"""The result file: everything that came of a run, for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping

from contracts.result import Result
from openapi.model import Spec


def render(result: Result, _: Mapping[str, Spec]) -> str:
    """The JSON text, clauses in the order of their ids."""
    return json.dumps(result.as_json(), ensure_ascii=False, indent=1) + "\n"
