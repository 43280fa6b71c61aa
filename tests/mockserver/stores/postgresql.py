"""A PostgreSQL server of the tests' own: one for all workers of a run, run by who may."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

OWNER = "mock"  # of everything there
LOCKED = "locked"  # a user who needs the password
PASSWORD = "swordfish"
DEBIAN = "/usr/lib/postgresql"
HASH = "password_encryption=scram-sha-256"  # what servers before 14 do not do unless they are told
SETTINGS = ("listen_addresses=", "fsync=off", "max_connections=1000", "shared_buffers=16MB", HASH)
LONGEST = 120  # seconds that a server is given to start, or to end


class NoServer(Exception):
    """Why there can be none on this machine."""


def url_of(folder: Path, database: str, user: str = OWNER, password: str = "") -> str:
    """The URL of a database of the server in a folder."""
    return f"postgresql://{user}{f':{password}' if password else ''}@/{database}?host={quote(str(folder), safe='')}"


def program(name: str) -> str:
    """Where a program of PostgreSQL is. Raises NoServer."""
    places = [*Path(DEBIAN).glob(f"*/bin/{name}")]
    found = shutil.which(name) or next(map(str, sorted(places, reverse=True)), None)
    if found is None:
        raise NoServer(f"PostgreSQL is not installed ({name} is not there); on Debian: apt-get install postgresql")
    return found


def owner() -> dict[str, Any]:
    """As whom a server is started: root may not."""
    if os.geteuid() != 0:
        return {}
    import pwd

    known = {each.pw_name: each for each in pwd.getpwall()}
    found = known.get("postgres") or known.get("nobody")
    if found is None:
        raise NoServer("root may not run PostgreSQL, and there is neither a user postgres nor a user nobody")
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


@contextmanager
def shared(folder: Path) -> Iterator[Path]:
    """The folder of a server that all who share `folder` share; the last one to leave stops it. Raises NoServer."""
    marker = folder / "postgresql.folder"
    with (folder / "postgresql.users").open("w") as users:
        with _guarded(folder):
            if not marker.exists():
                marker.write_text(str(begin()))
            fcntl.flock(users, fcntl.LOCK_SH)
            place = Path(marker.read_text())
        try:
            yield place
        finally:
            with _guarded(folder):
                if _is_last(users):
                    stop(place)
                    marker.unlink()


@contextmanager
def _guarded(folder: Path) -> Iterator[None]:
    with (folder / "postgresql.guard").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield


def _is_last(users: Any) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def begin(settings: Sequence[str] = SETTINGS) -> Path:
    """The folder of a new server, which has to be stopped. Raises NoServer."""
    who, place = owner(), Path(tempfile.mkdtemp(prefix="mockserver-postgresql-"))
    try:
        _make(place, who, settings)
    except BaseException:
        shutil.rmtree(place)
        raise
    return place


def _make(place: Path, who: dict[str, Any], settings: Sequence[str]) -> None:
    if who:
        os.chown(place, who["user"], who["group"])
    data = place / "data"
    _run([program("initdb"), "-D", str(data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], who)
    access = data / "pg_hba.conf"
    access.write_text(f"local all {LOCKED} scram-sha-256\nlocal all all trust\n")
    start(place, settings)
    with psycopg.connect(url_of(place, "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {LOCKED} LOGIN PASSWORD '{PASSWORD}'")


def start(place: Path, settings: Sequence[str] = SETTINGS) -> None:
    """Start the server in its folder, and wait until it answers."""
    options = " ".join(f"-c {each}" for each in (*settings, f"unix_socket_directories={place}"))
    words = ["-D", str(place / "data"), "-l", str(place / "log"), "-o", options, "-w", "-t", str(LONGEST), "start"]
    _run([program("pg_ctl"), *words], owner())


def halt(place: Path) -> None:
    """End the server at once, as if it had crashed; its folder stays."""
    words = ["-D", str(place / "data"), "-m", "immediate", "-w", "-t", str(LONGEST), "stop"]
    _run([program("pg_ctl"), *words], owner())


def stop(place: Path) -> None:
    """End the server, if it runs, and remove its folder."""
    if (place / "data" / "postmaster.pid").exists():
        halt(place)
    shutil.rmtree(place)


def _run(command: list[str], who: dict[str, Any]) -> None:
    ended = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", **who
    )
    if ended.returncode:
        raise NoServer(f"{' '.join(command)}: {ended.stdout.decode(errors='replace')}")
