"""Specs whose limits are counted as ever but never reached, so that what is measured is not refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import flask

from mockserver import create_app
from openapi.document import patch, read
from openapi.loader import load, spec_of
from openapi.model import Spec

CALLS = 100_000  # that a rate limit allows in its window: more than any server here answers
TASKS = 1_000_000_000
HERE = {"assumed": "only here, where nothing is to be refused"}


def generous(api: str, quotas: Sequence[Mapping[str, Any]] = ()) -> Spec:
    """The spec of an API; `quotas` are counted besides its own."""
    document = _document(api, TASKS)
    cited = [{**each, "x-cite": {"assumed": "only here, so that it is counted"}} for each in quotas]
    return spec_of({**document, "x-quotas": [*document.get("x-quotas", ()), *cited]}, Path(load(api).path), {})


def app() -> flask.Flask:
    """The mock of the APIs that the comparison asks, for another server than its own."""
    return create_app(specs={api: generous(api) for api in ("huawei-iotda", "tencent-cls")}, any_resource=True)


def write(api: str, folder: Path, tasks: int = TASKS) -> Path:
    """The same as a file for `--spec`; `tasks` are held before the earliest leaves, where the API says that it does."""
    document = {name: value for name, value in _document(api, tasks).items() if name != "x-include"}
    path = folder / f"{api}.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _document(api: str, tasks: int) -> dict[str, Any]:
    spec = load(api)
    limits = {f"{limit.pointer}/requests": CALLS for each in spec.operations.values() for limit in each.rate_limits}
    quotas = {f"{each.pointer}/limit": TASKS if each.when_full == "refuse" else tasks for each in spec.quotas}
    cites = {f"{pointer.rpartition('/')[0]}/x-cite": HERE for pointer in (*limits, *quotas)}
    return patch(read(Path(spec.path)), {**limits, **quotas, **cites})
