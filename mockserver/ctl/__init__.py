"""`mockserver ctl`: a running mock, looked into and moved from the command line."""

from mockserver.ctl import accounts, clock, faults, files, records, requests, resources, server, states, tasks, verify
from mockserver.ctl.group import ctl

__all__ = [
    "accounts",
    "clock",
    "ctl",
    "faults",
    "files",
    "records",
    "requests",
    "resources",
    "server",
    "states",
    "tasks",
    "verify",
]
