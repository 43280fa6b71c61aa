"""What a scheme signs: found out by signing requests, and altering them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from contracts.calls.composing import compose, compose_fields, in_query, scheme_for, takes_fields
from openapi import examples
from openapi.messages import Credentials, Request
from openapi.model import Operation, Spec
from openapi.signatures.variants import VARIANTS
from openapi.signatures.verification import is_genuine

KEY = Credentials("key", "secret")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOST = "example.com:8080"
ODD_QUERY = "zNotDocumented=a%20b&yNotDocumented=a+b&xNotDocumented=1"
ODD_SEGMENT = "a b~1"
ALTERATIONS: Mapping[str, Callable[[Request], Request]] = {
    "method": lambda request: replace(request, method="PATCH"),
    "path": lambda request: replace(request, path=f"{request.path}x"),
    "query": lambda request: replace(request, query=ODD_QUERY),
    "body": lambda request: replace(request, body=b"{ }"),
}


def covers(spec: Spec, scheme_name: str, part: str) -> bool:
    """Whether a signature in this scheme is another when the part of the request is."""
    scheme = scheme_for(spec, scheme_name)
    if takes_fields(scheme_name):
        return True
    bodies = {"POST": b"{}", "GET": b""}
    for method, body in bodies.items():
        request = Request(method, "/", "", {"host": HOST, "content-type": "application/json"}, body)
        changed = ALTERATIONS[part](scheme.sign(request, KEY, NOON))
        if not is_genuine(scheme, changed, scheme.read(changed), KEY.secret, spec.authentication.variants):
            return True
    return False


def differs(spec: Spec, scheme_name: str, variant: str, operations: Iterable[Operation]) -> bool:
    """Whether some request that the operations take is signed differently by a client that deviates so."""
    scheme = scheme_for(spec, scheme_name)
    for operation in operations:
        for request in _probes(spec, operation, scheme_name):
            signed = scheme.sign(request, KEY, NOON)
            claim = scheme.read(signed)
            _, evidence = VARIANTS[variant].evidence(scheme, signed, claim, KEY.secret)
            if evidence.signature != claim.signature:
                return True
    return False


def _probes(spec: Spec, operation: Operation, scheme_name: str) -> Iterator[Request]:
    """Requests with whatever clients are known to sign in different ways, as far as the operation takes it."""
    given = examples.example(operation, NOON)
    if takes_fields(scheme_name):
        yield compose_fields(spec, operation, given, HOST)
        yield in_query(compose_fields(spec, operation, given, HOST))
        return
    request = compose(spec, operation, given, HOST)
    yield request
    yield replace(request, headers={**request.headers, "host": HOST.partition(":")[0]})
    if operation.unknown_members == "ignore" and operation.method == "GET":
        yield replace(request, query=ODD_QUERY)
    free = [each.name for each in operation.parameters if each.where == "path" and "pattern" not in each.schema]
    if free:
        yield compose(spec, operation, {**given, **dict.fromkeys(free, ODD_SEGMENT)}, HOST)
    if operation.action_name:
        yield in_query(compose_fields(spec, operation, given, HOST))
