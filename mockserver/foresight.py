"""What is found out about a request before it is its turn, so that whoever has to hold a store holds it for less.

Nothing of it is decided: in its turn the secret is compared with the one that the key has then, and what was not found
out, such as what is wrong with it, is found out then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
    """A request, and what is known of it; None: that is found out when it is its turn."""

    request: Request
    route: Route | None = None
    proof: Proof | None = None
    arguments: Arguments | None = None
    seconds: float = 0.0  # that it took to find this out, by the steady clock


def foresee(router: Router, services: Mapping[str, Service], steady: Callable[[], float], request: Request) -> Foreseen:
    """Where a request goes, and, of one that is signed as it should be, its arguments."""
    began, route = steady(), router.route(request)
    if route.operation is None or route.miss is not None:
        return Foreseen(request, route, seconds=steady() - began)
    service, operation = services[route.spec.name], route.operation
    try:
        check_sizes(request, service.sizes)
        proof = service.gatekeeper.foresee(request, operation)
        arguments = service.parsers[operation.id].parse(request, route.path_arguments)
    except Refusal:  # which may not be the one that it gets; nothing more is read for those whom nobody knows
        return Foreseen(request, route, seconds=steady() - began)
    return Foreseen(request, route, proof, arguments, steady() - began)
