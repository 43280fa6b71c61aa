"""What a spec declares for all of its operations: signatures, the link, quotas, ids, servers, files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from openapi.coherence.found import Mistake, twice, unknown
from openapi.document import SpecError, join
from openapi.model import Action, FileSpec, Operation, Spec
from openapi.routing import Router
from openapi.signatures import schemes
from openapi.signatures.variants import VARIANTS

NO_SCHEME = "no scheme of signatures that is known here"


def whole(spec: Spec) -> Iterator[Mistake]:
    """Mistakes in what holds for the whole API."""
    yield from _signatures(spec)
    yield from _link(spec)
    yield from _quotas(spec)
    yield from _operations(spec)
    yield from _servers(spec)
    files = {each.file.pointer: each for each in spec.operations.values() if each.file and makes_file(each)}
    for operation in files.values():
        yield from _file(operation, operation.file)  # type: ignore[arg-type] # those without one are left out
    yield from _readings(spec)


def makes_file(operation: Operation) -> bool:
    """Whether the file that an operation has is that of the tasks that it creates."""
    return operation.action is Action.CREATE


def _signatures(spec: Spec) -> Iterator[Mistake]:
    for index, name in enumerate(spec.authentication.schemes):
        yield from unknown(name, schemes(), NO_SCHEME, join("/x-authentication/schemes", index))
    for index, name in enumerate(spec.authentication.variants):
        yield from unknown(name, VARIANTS, "no variant of a signature", join("/x-authentication/variants", index))
    for size in spec.sizes:
        if size.scheme:
            yield from unknown(size.scheme, schemes(), NO_SCHEME, join(size.pointer, "scheme"))
    for operation in spec.operations.values():
        for name in operation.schemes:
            if name not in spec.authentication.schemes:
                yield from unknown(name, schemes(), NO_SCHEME, join(operation.pointer, "x-schemes"))


def _link(spec: Spec) -> Iterator[Mistake]:
    link = spec.link
    if link is None:
        return
    yield from unknown(link.operation, spec.operations, "no operationId", join(link.pointer, "operation"))
    signers = {name for name, scheme in schemes().items() if hasattr(scheme, "presign")}
    yield from unknown(link.scheme, signers, "no scheme that signs links", join(link.pointer, "scheme"))
    target = spec.operations.get(link.operation)
    if target and (target.action is not Action.DOWNLOAD or target.schemes != (link.scheme,)):
        message = f"{target.id} has to be what the link leads to: x-action: download, x-schemes: [{link.scheme}]"
        yield join(link.pointer, "operation"), message


def _quotas(spec: Spec) -> Iterator[Mistake]:
    yield from twice(((each.id, join(each.pointer, "id")) for each in spec.quotas), "id")
    for quota in spec.quotas:
        if quota.when_full == "refuse" and not quota.reason:
            yield quota.pointer, "'refuse' is missing: the reason for which a task over the quota is refused"


def _operations(spec: Spec) -> Iterator[Mistake]:
    raw = spec.document["paths"].items()
    found = (
        (each["operationId"], join("/paths", path, method, "operationId"))
        for path, item in raw
        for method, each in item.items()
        if isinstance(each, Mapping) and "operationId" in each
    )
    yield from twice(found, "operationId")
    try:
        Router([spec])
    except SpecError as error:
        yield "/paths", str(error)
    if spec.lifecycle is None:
        for operation in spec.operations.values():
            if operation.action in {Action.CREATE, Action.LIST, Action.SHOW, Action.DELETE}:
                message = "x-lifecycle is missing at the top: this is about tasks, and nothing says how they live"
                yield join(operation.pointer, "x-action"), message


def _servers(spec: Spec) -> Iterator[Mistake]:
    for index, server in enumerate(spec.document.get("servers", ())):
        found = re.fullmatch(r"https?://[^/]+(?P<path>/.*)?", server["url"])
        pointer = join("/servers", index, "url")
        if not found:
            yield pointer, f"{server['url']!r} has to be https:// and a host, which the API is known by"
        elif (found["path"] or "/") != "/":
            yield pointer, f"{found['path']!r} stands in front of all paths: write it into each path instead"


def _file(operation: Operation, file: FileSpec) -> Iterator[Mistake]:
    if not file.columns:
        yield join(file.pointer, "columns"), "a file has at least one column"
    if not file.formats:
        yield join(file.pointer, "formats"), "a file has at least one format"
    if file.time:
        yield from unknown(file.time, file.columns, "no column of the file", join(file.pointer, "time"))
    schema = (operation.body or {}).get("properties", {}).get(file.format, {})
    for word in schema.get("enum", ()):
        yield from unknown(
            str(word), file.formats, f"a value of {file.format}, but no format", f"{file.pointer}/formats"
        )


def _readings(spec: Spec) -> Iterator[Mistake]:
    for reading in spec.readings.values():
        yield from unknown(reading.default, reading.answers, "no answer", join(reading.pointer, "default"))
