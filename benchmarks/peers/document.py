"""The part of a spec that every OpenAPI tool reads: some operations, no keywords of ours, all references local."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from openapi.document import get, read, steps
from openapi.loader import load

METHODS = ("get", "post", "put", "patch", "delete")


def plain(api: str, operations: Collection[str]) -> dict[str, Any]:
    """An OpenAPI document of these operations alone."""
    whole = read(Path(load(api).path))
    paths = {path: _chosen(item, operations) for path, item in whole["paths"].items()}
    found = {path: item for path, item in paths.items() if item.keys() & {*METHODS}}
    document = {"openapi": whole["openapi"], "info": whole["info"], "servers": [{"url": "/"}], "paths": found}
    needed = {"/components/securitySchemes"}
    while True:
        more = {each for each in _references(document) if each not in needed}
        if not more:
            break
        needed |= more
        for pointer in more:
            _put(document, steps(pointer), get(whole, pointer))
    _put(document, ["components", "securitySchemes"], get(whole, "/components/securitySchemes"))
    kept: dict[str, Any] = _without_keywords(document)
    return kept


def _chosen(item: dict[str, Any], operations: Collection[str]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in each.items() if key != "links"} if name in METHODS else each
        for name, each in item.items()
        if name not in METHODS or each.get("operationId") in operations
    }


def _references(node: Any) -> Iterator[str]:
    """The pointers that a document refers to."""
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix("#")
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _references(each)


def _put(document: dict[str, Any], names: list[str], value: Any) -> None:
    *folders, last = names
    for each in folders:
        document = document.setdefault(each, {})
    document[last] = value


def _without_keywords(node: Any) -> Any:
    """`node` without `x-` keywords, and without links, which would lead to operations that are left out."""
    if isinstance(node, dict):
        return {name: _without_keywords(each) for name, each in node.items() if not _is_ours(name)}
    return [_without_keywords(each) for each in node] if isinstance(node, list) else node


def _is_ours(name: str) -> bool:
    return name.startswith("x-") or name == "links"
