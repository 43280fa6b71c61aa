"""A PgBouncer of a test's own, before a PostgreSQL server of the tests."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.mockserver.stores import postgresql

NAME = "pgbouncer"
DEBIAN = "/usr/sbin"
PORT = 6432  # a part of the socket's name, in a folder where there is no other
UP = b"process up"
QUIET = ("log_connections", "log_disconnections", "log_pooler_errors", "log_stats")  # so that its pipe is never full


class NoBouncer(Exception):
    """Why there can be none on this machine."""


@dataclass
class Bouncer:
    """It has a folder with a socket and with what it is to do."""

    program: str
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    def url(self, database: str) -> str:
        """Of a database of the server."""
        return f"{postgresql.url_of(self.folder, database)}&port={PORT}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command, who = [self.program, str(self.folder / "ini")], postgresql.owner()
        process = subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, **who)
        self.processes.append(process)
        assert process.stderr
        said = b""
        while UP not in said:
            line = process.stderr.readline()
            assert line, said.decode()
            said += line

    def kill(self) -> None:
        """End it at once, with all connections."""
        for process in self.processes:
            process.kill()
            process.communicate()
        self.processes.clear()


def version() -> tuple[int, ...]:
    """Of the program. Raises NoBouncer."""
    said = subprocess.run([_program(), "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return tuple(map(int, re.findall(r"\d+", said.splitlines()[0])))


@contextmanager
def bouncer(server: Path, mode: str, **settings: object) -> Iterator[Bouncer]:
    """One before the server in a folder. Raises NoBouncer."""
    program, folder = _program(), Path(tempfile.mkdtemp(prefix="mockserver-bouncer-"))
    made = Bouncer(program, folder)
    try:
        if who := postgresql.owner():
            shutil.chown(folder, who["user"], who["group"])
        (folder / "ini").write_text(_ini(server, folder, {"pool_mode": mode, **settings}))
        made.start()
        yield made
    finally:
        made.kill()
        shutil.rmtree(folder)


def _program() -> str:
    found = shutil.which(NAME) or shutil.which(NAME, path=DEBIAN)
    if found is None:
        raise NoBouncer(f"{NAME} is not installed; on Debian: apt-get install {NAME}")
    return found


def _ini(server: Path, folder: Path, settings: Mapping[str, object]) -> str:
    own = {"listen_port": PORT, "unix_socket_dir": folder, "auth_type": "any", **dict.fromkeys(QUIET, 0), **settings}
    lines = [f"{name} = {value}" for name, value in own.items()]
    databases = f"* = host={server} user={postgresql.OWNER}"
    return "\n".join(["[databases]", databases, "[pgbouncer]", *lines, ""])
