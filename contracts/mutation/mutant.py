"""A server that keeps all promises but one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.target import Account
from openapi.clauses import Clause
from openapi.messages import Request, Response
from openapi.model import Spec

Forward = Callable[[Request], Response]
Tamper = Callable[[Request, Forward], Response]  # answers a request, mostly with what an honest server answers


@dataclass(frozen=True, slots=True)
class Stage:
    """What a defect knows of the server that it spoils."""

    spec: Spec  # as it is documented
    accounts: Mapping[str, Account]  # `first` and `second`


Defect = Callable[[Stage], Tamper]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fact changed: in the document that is served, or in the behaviour that no document states."""

    clause: Clause  # that it breaks
    name: str  # of the change, unique for the clause: `plus-1`
    told: str  # the change in a few words: `maximum 100 -> 101`
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])  # JSON pointers and what stands there instead
    defect: Defect | None = None
    document: str = ""  # the API whose document is changed, where it is not that of the clause
    same: str = ""  # why no client can tell it from the honest server; empty: one can
    excuse: str = ""  # why it is no weakness of the suite if it survives; empty: it is one

    @property
    def id(self) -> str:
        """`acme/CreateExport/Count/maximum:plus-1`."""
        return f"{self.clause.id}:{self.name}"
