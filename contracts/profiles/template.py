"""A first profile of an API: everything that may stand in one, explained, and nothing allowed but reading."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.profiles.credentials import needs_project
from contracts.profiles.profile import Budget
from openapi.clauses import Clause, ClauseKind, clauses
from openapi.members import marked
from openapi.model import Action, Condition, CredentialFile, Operation, Resource, Spec

WIDTH = 100  # columns
ACCOUNT = "account"  # the resource that every request refers to, by who signed it
SHOWN = 2  # clauses that are named, of those that something unlocks
CHANGING = {"create": Action.CREATE, "delete": Action.DELETE, "download": Action.DOWNLOAD}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an API is served."""

    target: str
    region: str  # empty: its address names none
    regions: tuple[str, ...]  # all that are documented for the address
    others: tuple[str, ...]  # further addresses


def endpoint_of(spec: Spec, region: str = "") -> Endpoint:
    """The documented address of an API in a region, the first documented one where none is named.

    Raises ValueError for a region that is not documented.
    """
    servers = [each for each in spec.document.get("servers", ()) if "bucket" not in each.get("variables", {})]
    regional = [each for each in servers if "region" in each.get("variables", {})]
    variable = regional[0]["variables"]["region"] if regional else {}
    regions = tuple(variable.get("enum", ()))
    if region and region not in regions:
        raise ValueError(f"{spec.name} has no region {region!r}; it has {', '.join(regions) or 'none'}")
    chosen = regional[0] if regional and (region or servers[0] is regional[0]) else (servers or [{"url": ""}])[0]
    name = region or str(variable.get("default", ""))
    urls = [str(each["url"]).replace("{region}", name) for each in servers if each is not chosen]
    return Endpoint(str(chosen["url"]).replace("{region}", name), name, regions, tuple(urls))


def template(spec: Spec, region: str = "") -> str:
    """The text of a profile, valid as it is. Raises ValueError for a region that is not documented."""
    return "\n".join(
        [*_head(spec, endpoint_of(spec, region)), *_accounts(spec), *_resources(spec), *_allow(spec), *_budget(), ""]
    )


def _head(spec: Spec, endpoint: Endpoint) -> Iterator[str]:
    yield from _comment(f"A profile of {spec.name}: {spec.title}.")
    yield from _comment(
        "As it stands, a run reads and changes nothing. Take out a `#` without a blank to add an entry."
    )
    yield from _comment(
        f"`contracts plan {spec.name} --profile THIS-FILE` tells what a run would send; it sends nothing."
    )
    yield from ("version: 1", f"api: {spec.name}", "")
    yield from _comment("The one address that is contacted.")
    yield from (_comment(f"Others: {', '.join(endpoint.others)}") if endpoint.others else ())
    yield f"target: {endpoint.target}" if endpoint.target else "#target: https://example.com"
    if endpoint.region:
        yield from _comment(f"Documented: {', '.join(endpoint.regions)}")
        yield f"region: {endpoint.region}"


def _accounts(spec: Spec) -> Iterator[str]:
    yield from ("", "accounts:", "  first:")
    yield from _comment("Where its credentials are; they never stand in this file. One of:", 4)
    yield from (line for each in _sources(spec) for line in _comment(f"- {each}", 4))
    yield (
        "    credentials: environment"
        if spec.credentials.variables
        else "    credentials: {key-id: FIRST_KEY, secret: FIRST_SECRET}"
    )
    if needs_project(spec):
        yield from _comment("The id of its project, which requests name.", 4)
        yield "    project: the-id"
    second = [each for each in clauses(spec) if each.kind is ClauseKind.ISOLATION]
    yield from _comment(f"Another tenant, of whom nothing may be seen. {_unlocks(second)}", 2)
    project = ", project: the-id" if needs_project(spec) else ""
    yield f"  #second: {{credentials: {{key-id: SECOND_KEY, secret: SECOND_SECRET}}{project}}}"
    for condition in spec.resources[ACCOUNT].conditions.values() if ACCOUNT in spec.resources else ():
        yield from _comment(f"One in the condition {condition.name}. {_unlocks(_about(spec, ACCOUNT, condition))}", 2)
        yield f"  #{condition.name}: {{credentials: {{key-id: OTHER_KEY, secret: OTHER_SECRET}}{project}}}"


def _sources(spec: Spec) -> Iterator[str]:
    for each in spec.credentials.variables:
        session = each.names.get("session-token")
        further = f" (and {session} of a temporary key)" if session else ""
        yield f"environment: {each.names['key-id']} and {each.names['secret']}{further}"
    if spec.credentials.files:
        yield f"file: {' or '.join(_file(each) for each in spec.credentials.files)}"
    yield "{key-id: MY_KEY, secret: MY_SECRET}: names of variables of your own; session-token of a temporary key"
    if any("token" in name for each in spec.operations.values() for name in each.schemes):
        yield "{token: MY_TOKEN}: that of a token, which is sent instead of a signature"


def _file(file: CredentialFile) -> str:
    return f"{file.path}, or where {file.variable} says" if file.variable else file.path


def _resources(spec: Spec) -> Iterator[str]:
    kinds = {kind: each for kind, each in spec.resources.items() if kind != ACCOUNT}
    if kinds:
        yield from ("", "resources:")
    for kind, resource in kinds.items():
        users = [each for each in spec.operations.values() if kind in marked(each, "x-resource")]
        yield f"  {kind}:"
        yield from _comment(f"Ids that exist, such as {json.dumps(resource.default)}; named by {_names(users)}.", 4)
        yield "    usable: []"
        yield from _conditions(spec, kind, resource)


def _conditions(spec: Spec, kind: str, resource: Resource) -> Iterator[str]:
    for condition in resource.conditions.values():
        yield from _comment(_unlocks(_about(spec, kind, condition)), 4)
        yield f"    #{condition.name}: [an-id]"


def _allow(spec: Spec) -> Iterator[str]:
    yield from ("", "allow:")
    yield from _comment("Only these operations; every one when the line is missing.", 2)
    yield "  #operations:"
    yield from (f"  #- {name}  # {each.action}" for name, each in spec.operations.items())
    for key, action in CHANGING.items():
        users = [each for each in spec.operations.values() if each.action is action]
        if users:
            yield from _comment(f"{_names(users)}; {_statements(spec, users)}", 2)
            yield f"  {key}: false"
    yield from _comment("Deliberately more calls or tasks than is documented to be allowed, to see the refusal.", 2)
    yield "  exceed-limits: false"
    yield from _comment("Without TLS, to a host that is not this machine.", 2)
    yield "  plain-http: false"


def _budget() -> Iterator[str]:
    budget = Budget()
    yield ""
    yield from _comment("A run ends in order once this file exists, beside this one or where the path leads.")
    yield from ("#kill-file: stop", "", "budget:")
    yield from _comment("A run ends in order before it goes beyond one of these.", 2)
    yield from (f"  requests: {budget.requests}", f"  tasks: {budget.tasks}")
    yield from (f"  bytes: {budget.bytes // 10**6} MB", f"  minutes: {budget.minutes:g}")


def _about(spec: Spec, kind: str, condition: Condition) -> list[Clause]:
    """The statements that a resource in a condition is needed for."""
    codes = {code.pointer for code in spec.error_codes if condition.reason in code.when}
    return [
        each
        for each in clauses(spec)
        if (each.kind is ClauseKind.RESOURCE and each.subject == f"{kind}.{condition.name}")
        or (each.kind is ClauseKind.ERROR_CODE and each.pointer in codes)
    ]


def _unlocks(found: list[Clause]) -> str:
    if not found:
        return "No clause depends on it alone."
    named = ", ".join(each.id.partition("/")[2] for each in found[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"Unlocks {named}{more}."


def _statements(spec: Spec, operations: list[Operation]) -> str:
    ids = {each.id for each in operations}
    count = sum(clause.operation in ids for clause in clauses(spec))
    return f"{count} statement{'' if count == 1 else 's'} about it"


def _names(operations: Iterable[Operation]) -> str:
    return ", ".join(each.id for each in operations) or "no operation"


def _comment(text: str, indent: int = 0) -> Iterator[str]:
    start = f"{' ' * indent}# "
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=start, subsequent_indent=start, break_long_words=False, break_on_hyphens=False
    )
