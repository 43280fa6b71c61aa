"""What a task produces, and where it is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from openapi.model.sources import Citation


class Transfer(StrEnum):
    """What a download offers besides the whole file (RFC 9110)."""

    RANGES = "ranges"  # a part of it, by `Range`
    CONDITIONS = "conditions"  # `ETag`, `Last-Modified`, and what depends on them
    HEAD = "head"  # its headers alone


@dataclass(frozen=True, slots=True)
class FileSpec:
    """The file that a task produces."""

    rows: str  # which kind of rows: logs, users, devices …
    columns: tuple[str, ...]  # in order
    formats: Mapping[str, str]  # the word of a format on the wire: how it is written
    format: str  # the argument that chooses one; empty: the only one
    archive: Literal["none", "tar.gz", "zip"]
    name: str  # template
    member: str  # template: the name inside the archive
    window: tuple[str, str] | None  # the arguments that bound the time of the rows
    edges: tuple[bool, bool]  # whether rows of the first and of the last moment of the window are in the file
    time: str  # the column that holds the time of a row, by which the window selects; empty: none
    fields: str  # the argument that selects columns; empty: none
    query: str  # the argument that selects rows; empty: none
    syntaxes: Mapping[str, str]  # the word of a syntax of queries on the wire: how it reads
    syntax: str  # the argument that chooses one; empty: the first
    limit: str  # the argument that bounds their number; empty: none
    order: str  # the argument that orders them by time; empty: none
    descending: str  # its word for newest first
    citation: Citation
    pointer: str


@dataclass(frozen=True, slots=True)
class Link:
    """A signed address of a file, good for a while."""

    operation: str  # of the same spec, which answers it
    scheme: str
    seconds: int
    url: str  # template of the address at the provider's own host
    citation: Citation
    pointer: str
