"""The mappings of a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openapi.document import join

DATA = frozenset(
    {"example", "examples", "default", "enum", "x-readings", "x-example"}
)  # whose content is no part of it


def nodes(node: Any, pointer: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every mapping that is no data of the provider's, and its pointer."""
    if isinstance(node, Mapping):
        yield pointer, node
        for key, value in node.items():
            if key not in DATA:
                yield from nodes(value, join(pointer, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from nodes(value, join(pointer, index))
