"""What do specs come to before the first request? Mocks of the same specs share it, as nothing changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from mockserver.admission import NamedLimits, in_turn, named_limits
from mockserver.facts import Facts, early_reader
from mockserver.files import namer
from mockserver.links import Linker, linker
from mockserver.listing import Lister, lister
from mockserver.parsing import Mark, Parser, marks, parser
from mockserver.rendering import Renderer, renderer
from mockserver.sizes import Sizes, sizes_of
from openapi.model import Action, Operation, Quota, Spec
from openapi.routing import Router

Namer = Callable[[Facts], str]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """One API: everything about it that can be worked out from its spec."""

    spec: Spec
    parsers: Mapping[str, Parser]  # by operation, as everything below
    renderers: Mapping[str, Renderer]
    refusals: Mapping[str, Renderer]  # by the name of the response; "" is the usual one
    listers: Mapping[str, Lister]
    limits: Mapping[str, NamedLimits]
    sizes: Sizes  # of requests
    quotas: tuple[Quota, ...]  # in turn
    namers: Mapping[str, Namer]  # of the files that operations make
    references: Mapping[str, tuple[Mark, ...]]  # to resources
    tenants: Mapping[str, tuple[Mark, ...]]  # project parameters
    bindings: Mapping[str, tuple[Mark, ...]]
    scope: str  # the argument by which tasks are kept apart for lists; empty: none
    linker: Linker | None  # None: its files have no address


@dataclass(frozen=True, slots=True)
class Compilation:
    """Several APIs, by name, and which of them a request is meant for."""

    apis: Mapping[str, Compiled]
    router: Router

    @property
    def specs(self) -> dict[str, Spec]:
        """The specs, by name."""
        return {name: compiled.spec for name, compiled in self.apis.items()}


def together(apis: Mapping[str, Compiled]) -> Compilation:
    """What one mock serves, by name. Raises SpecError for two APIs that cannot be told apart."""
    return Compilation(apis, Router(compiled.spec for compiled in apis.values()))


def compile_api(spec: Spec) -> Compiled:
    """What one spec comes to."""
    operations = spec.operations
    echoed = frozenset(name for operation in operations.values() for name in _argument_names(operation))
    listers = dict(_listers(operations.values(), echoed))
    return Compiled(
        spec=spec,
        parsers={name: parser(operation, spec) for name, operation in operations.items()},
        renderers={name: renderer(operation.success, echoed) for name, operation in operations.items()},
        refusals={name: renderer(answer, frozenset()) for name, answer in {"": spec.failure, **spec.failures}.items()},
        listers=listers,
        limits={name: named_limits(operation) for name, operation in operations.items()},
        sizes=sizes_of(spec.sizes),
        quotas=in_turn(spec.quotas),
        namers={name: namer(each.file, early_reader) for name, each in operations.items() if each.file},
        references={name: marks(operation, "x-resource") for name, operation in operations.items()},
        tenants={name: marks(operation, "x-tenant") for name, operation in operations.items()},
        bindings={name: marks(operation, "x-bind") for name, operation in operations.items()},
        scope=next((each.scope for each in listers.values() if each.scope), ""),
        linker=linker(spec),
    )


def _listers(operations: Iterable[Operation], echoed: frozenset[str]) -> Iterable[tuple[str, Lister]]:
    for operation in operations:
        found = lister(operation, echoed)
        if found and operation.action is Action.LIST:
            yield operation.id, found


def _argument_names(operation: Operation) -> list[str]:
    return [*(parameter.name for parameter in operation.parameters), *(operation.body or {}).get("properties", {})]
