"""Entries as they were recorded, here or by a browser or another tool: which operation each is of, told with names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from contracts.cassettes.entry import CassetteError, Entry
from contracts.cassettes.normalising import Normaliser
from contracts.cassettes.transcribing import Sent, Transcriber
from contracts.redaction import Redactor
from contracts.target import Errand
from openapi.model import Operation, Spec
from openapi.routing import Router


@dataclass(frozen=True, slots=True)
class Adopted:
    """An entry of a documented operation."""

    spec: Spec
    operation: Operation
    entry: Entry


def adopt(entries: Iterable[Entry], specs: Mapping[str, Spec], path: str) -> Iterator[Adopted | Entry]:
    """Each entry with its operation; those that are of none as they are. Raises CassetteError for an unknown one."""
    router = Router(specs.values())
    foreign: dict[str, Transcriber] = {}  # by origin
    for entry in entries:
        if entry.operation:
            yield _own(entry, specs, path)
            continue
        route = router.route(entry.request)
        if route.operation is None or route.miss is not None:
            yield entry
            continue
        if entry.origin not in foreign:
            foreign[entry.origin] = Transcriber(Normaliser(Redactor(), is_foreign=True), {})
        sent = Sent(entry.request, entry.origin, entry.response, Errand(route.spec, route.operation), entry.started)
        yield Adopted(route.spec, route.operation, foreign[entry.origin].entry(entry.number, sent))


def _own(entry: Entry, specs: Mapping[str, Spec], path: str) -> Adopted:
    if entry.api not in specs:
        raise CassetteError(
            f"{path}: entry {entry.number}: it is of {entry.api!r}, which is none of {', '.join(specs)}"
        )
    spec = specs[entry.api]
    if entry.operation not in spec.operations:
        known = ", ".join(spec.operations)
        raise CassetteError(
            f"{path}: entry {entry.number}: {entry.api} has no operation {entry.operation!r}, but {known}"
        )
    return Adopted(spec, spec.operations[entry.operation], entry)
