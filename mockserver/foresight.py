"""What is found out about a request before it is its turn, so that whoever has to hold a store holds it for less."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.authentication import Proof
from mockserver.parsing import Arguments
from mockserver.refusal import Refusal
from mockserver.service import Service
from mockserver.sizes import check_sizes
from openapi.messages import Request
from openapi.routing import Route, Router
from openapi.values import value


@value
class Foreseen:
    """A request, and of what it says what nobody can change; None: that is found out when it is its turn."""

    request: Request
    route: Route | None = None
    proof: Proof | None = None
    arguments: Arguments | None = None


def foresee(router: Router, services: Mapping[str, Service], request: Request) -> Foreseen:
    """Where a request goes, whether it is signed as it should be, and its arguments. What it asks wrongly is left."""
    route, proof = router.route(request), None
    if route.operation is None:
        return Foreseen(request, route)
    service, operation = services[route.spec.name], route.operation
    try:
        check_sizes(request, service.sizes)
        proof = service.gatekeeper.foresee(request, operation)
        arguments = service.parsers[operation.id].parse(request, route.path_arguments)
    except Refusal:  # which may not be the first there is
        return Foreseen(request, route, proof)
    return Foreseen(request, route, proof, arguments)
