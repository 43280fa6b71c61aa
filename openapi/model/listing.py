"""How a list is filtered, sorted, cut into pages and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from openapi.model.sources import Citation


@dataclass(frozen=True, slots=True)
class Filter:
    """A parameter of a list that leaves out the items whose `field` does not match it."""

    parameter: str
    field: str  # of an item, as on the wire
    match: Literal["equal", "contains", "json"]
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Sorting:
    """The order of a list, and the parameters that choose it (empty when nothing does)."""

    by: str  # parameter that names the field
    fields: Mapping[str, str]  # its words: the item's field
    direction: str  # parameter that names the direction
    ascending: str  # its word
    descending: str
    default_field: str  # an item's field
    default_descending: bool
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Paging:
    """The parameters that choose a page of a list; empty where there is none."""

    limit: str
    offset: str
    number: str  # of the page, from 1
    marker: str  # only items with a smaller id
    begins_at: str  # the marker that every id is smaller than; empty: there is none
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list is filtered, sorted, cut into pages and counted."""

    filters: tuple[Filter, ...]
    sorting: Sorting
    paging: Paging | None
    total: Literal["matching", "all"]
