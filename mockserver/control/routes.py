"""Where the control plane can be asked what, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.control import bodies
from mockserver.control.assertions import ASSERTION
from mockserver.control.bodies import NOTHING
from mockserver.control.schemas import Schema
from mockserver.state.schema import STATE

PREFIX = "/_mock"
ID = "{id}"  # what a path may end with: anything but nothing, slashes included


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    view: str  # which of the views answers
    query: Schema = field(default_factory=lambda: NOTHING)
    body: Schema = field(default_factory=lambda: NOTHING)
    created: bool = False  # whether it is answered with 201
    looks: bool = False  # whether it changes nothing, whatever its method
    fixed: bool = False  # whether nothing can change what is answered, so that no store has to be asked
    streams: bool = False  # whether its body is read piece by piece, by the view


ROUTES: Mapping[str, Mapping[str, Route]] = {
    "/health": {"GET": Route("health")},
    "/openapi.json": {"GET": Route("describe", fixed=True)},
    "/routes": {"GET": Route("routes", fixed=True)},
    "/specs/{id}": {"GET": Route("show_spec", fixed=True)},
    "/ui": {"GET": Route("show_page", fixed=True)},
    "/ui/{id}": {"GET": Route("show_part", fixed=True)},
    "/events": {"GET": Route("follow", query=bodies.EVENTS_QUERY)},
    "/accounts": {
        "GET": Route("list_accounts"),
        "POST": Route("open_account", created=True),
        "DELETE": Route("close_account", query=bodies.ACCOUNT_QUERY),
    },
    "/tasks": {
        "GET": Route("list_tasks", query=bodies.TASK_PAGE_QUERY),
        "DELETE": Route("delete_tasks", query=bodies.TASKS_QUERY),
    },
    "/tasks/{id}": {
        "GET": Route("show_task"),
        "PUT": Route("change_task", body=bodies.TASK),
        "DELETE": Route("delete_task"),
    },
    "/files/{id}": {"GET": Route("download")},
    "/quotas": {"GET": Route("list_quotas", query=bodies.QUOTAS_QUERY)},
    "/sign": {"POST": Route("sign", body=bodies.SIGN, looks=True)},
    "/clock": {"GET": Route("read_clock", query=bodies.CLOCK_QUERY), "PUT": Route("move_clock", body=bodies.CLOCK)},
    "/resources": {
        "GET": Route("list_resources"),
        "POST": Route("put_resource", body=bodies.RESOURCE, created=True),
        "DELETE": Route("remove_resource", query=bodies.RESOURCE_NAME),
    },
    "/records": {
        "GET": Route("list_records"),
        "POST": Route("load_records", query=bodies.RECORDS_QUERY, body=bodies.GENERATE, created=True, streams=True),
        "DELETE": Route("remove_records", query=bodies.RECORDS_NAMES),
    },
    "/faults": {
        "GET": Route("list_faults"),
        "POST": Route("add_fault", body=bodies.FAULT, created=True),
        "DELETE": Route("clear_faults", query=bodies.FAULTS_QUERY),
    },
    "/faults/sets": {"GET": Route("list_fault_sets")},
    "/faults/effects": {"GET": Route("list_effects")},
    "/faults/{id}": {"DELETE": Route("remove_fault")},
    "/requests": {
        "GET": Route("list_requests", query=bodies.REQUESTS_QUERY),
        "DELETE": Route("clear_requests"),
    },
    "/requests/{id}": {"GET": Route("show_request")},
    "/verify": {"POST": Route("verify", body=ASSERTION, looks=True)},
    "/metrics": {"GET": Route("metrics")},
    "/report": {"GET": Route("report", query=bodies.REPORT_QUERY)},
    "/state": {"GET": Route("read_state"), "PUT": Route("put_state", body=STATE, streams=True)},
    "/snapshots": {"GET": Route("list_snapshots")},
    "/snapshots/{id}": {
        "GET": Route("show_snapshot"),
        "PUT": Route("save_snapshot"),
        "POST": Route("rewind"),
        "DELETE": Route("delete_snapshot"),
    },
    "/reset": {"POST": Route("reset")},
}


def find(path: str) -> tuple[Mapping[str, Route], str] | None:
    """The routes at a path, by method, and the id that it ends with; None where there are none."""
    if path in ROUTES and not path.endswith(ID):
        return ROUTES[path], ""
    for pattern, methods in ROUTES.items():
        start = pattern.removesuffix(ID)
        if start != pattern and path.startswith(start) and path != start:
            return methods, path.removeprefix(start)
    return None


def streams(method: str, path: str) -> bool:
    """Whether the body of such a request is read piece by piece."""
    found = find(path)
    return bool(found and method in found[0] and found[0][method].streams)
