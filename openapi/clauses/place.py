"""A place of a document: what stands there, where it really stands, and who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from openapi.citations import Citer, pages_of
from openapi.document import Document, SpecError, follow, join, resolve, steps
from openapi.model import Citation, Spec


@dataclass(frozen=True, slots=True)
class Place:
    """`node` stands at `pointer`; references on the way there have been followed."""

    document: Document
    node: Any
    pointer: str
    citer: Citer  # of what stands inside the node
    cites: Mapping[str, Any] = field(default_factory=dict[str, Any])  # of a parameter, for the keywords of its schema

    @classmethod
    def root(cls, spec: Spec) -> Self:
        """The whole document of a spec."""
        document = dict(spec.document)
        return cls(document, document, "", Citer(pages_of(document)).inside(document))

    def step(self, *keys: str | int) -> Self:
        """The place some keys further in. Raises LookupError when nothing is there."""
        place = self
        for key in keys:
            raw = place.node[key]
            node, pointer = follow(self.document, raw, join(place.pointer, key))
            place = type(self)(self.document, node, pointer, place.citer.inside(raw).inside(node))
        return place

    def at(self, pointer: str) -> Self:
        """The place at a JSON pointer below this one."""
        keys = steps(pointer)[len(steps(self.pointer)) :]
        place = self
        for key in keys:
            place = place.step(int(key) if isinstance(place.node, list) else key)
        return place

    def each(self, key: str) -> Iterator[Self]:
        """The places of the items of a list, none when there is no such list."""
        if key in self:
            yield from (self.step(key).step(index) for index in range(len(self.step(key).node)))

    def __contains__(self, key: str) -> bool:
        return isinstance(self.node, dict) and key in self.node

    def cite(self, keyword: str = "") -> Citation:
        """Who says what a keyword of this place states. Raises SpecError when nobody does."""
        own = self.node.get("x-cites", {}) if isinstance(self.node, dict) else {}
        if keyword in self.cites and keyword not in own:
            return self.citer.cite({"x-cites": self.cites}, keyword)
        try:
            return self.citer.cite(self.node, keyword)
        except SpecError as error:
            raise SpecError(f"{self.pointer}: {error}") from error

    def own_cite(self) -> Citation | None:
        """The citation that stands at this very place."""
        return self.cite() if "x-cite" in self else None

    def where(self, *keys: str | int) -> str:
        """The pointer of a key of this place, whether or not anything stands there."""
        return join(self.pointer, *keys)

    def resolved(self) -> Any:
        """What stands here, with every reference in it replaced."""
        return resolve(self.document, self.node)


def operation_places(root: Place) -> dict[str, tuple[Place, Place]]:
    """The place of each operation, by its id, with that of its path."""
    found = {}
    for path in root.node["paths"]:
        item = root.step("paths", path)
        for method, raw in item.node.items():
            if isinstance(raw, dict) and "operationId" in raw:
                found[raw["operationId"]] = (item.step(method), item)
    return found
