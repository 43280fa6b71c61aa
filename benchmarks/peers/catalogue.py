"""What people would use instead: how each is started at its best documented settings, and what it leaves out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.servers import Launch, Unavailable

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
PYTHON = HERE / ".venv" / "bin" / "python"
GRANIAN = ("--host", "127.0.0.1", "--workers", "1", "--blocking-threads", "1", "--log-level", "error")
JAVA = 3.0  # how many times as long a compiler needs that works while requests are answered
NEVER = "signatures, rate limits, quotas, states, journal"


@dataclass(frozen=True, slots=True)
class Material:
    """What peers answer from."""

    folder: Path  # to write into
    document: Path  # the operations as plain OpenAPI, with an example of each answer
    answers: Mapping[str, tuple[str, str, int, Any]]  # by operation: method, path, status, the example


@dataclass(frozen=True, slots=True)
class Peer:
    """One of them."""

    name: str
    package: str  # by which its version is found; empty: it is not to be had, why says `leaves_out`
    leaves_out: str
    start: Callable[[int, Material], Launch]
    warmth: float = 1.0  # how many times as long as others it is asked before it is measured

    def version(self) -> str:
        """The one installed. Raises Unavailable when there is none."""
        if not self.package:
            raise Unavailable(self.leaves_out)
        if self.package.startswith("npm:"):
            path = MODULES / self.package.removeprefix("npm:") / "package.json"
            if not path.exists():
                raise Unavailable(f"{self.package} is not installed: `make bench` installs it, with npm")
            return str(json.loads(path.read_text())["version"])
        if not PYTHON.exists():
            raise Unavailable(f"{self.package} is not installed: `make bench` installs it")
        program = f"from importlib.metadata import version; print(version({self.package.removeprefix('pypi:')!r}))"
        return subprocess.run([PYTHON, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def prism(port: int, given: Material) -> Launch:
    """Not one process more for the log, which is silent."""
    told = ["mock", "--verboseLevel", "silent", "--host", "127.0.0.1", "--port", str(port), str(given.document)]
    return _node(["@stoplight/prism-cli/dist/index.js", *told], port)


def mockoon(port: int, given: Material) -> Launch:
    """Without its log file, its admin API and the transactions that this shows."""
    told = ["--data", str(given.document), "--hostname", "127.0.0.1", "--port", str(port)]
    told += ["--disable-log-to-file", "--disable-admin-api", "--repair", "--disable-external-refs"]
    return _node(["@mockoon/cli/bin/run.js", "start", *told, "--max-transaction-logs", "1"], port)


def openapi_backend(port: int, given: Material) -> Launch:
    """Behind Node's own http server."""
    command = ["node", str(HERE / "openapi_backend.js"), str(port), str(given.document)]
    return Launch(command, port, {"NODE_ENV": "production"})


def wiremock(port: int, given: Material) -> Launch:
    """As its documentation tunes it for load tests: no journal, no log, no templates."""
    folder = given.folder / "wiremock" / "mappings"
    folder.mkdir(parents=True, exist_ok=True)
    for name, (method, path, status, answer) in given.answers.items():
        asked = {"method": method, "urlPathPattern": _pattern(path)}
        response = {"status": status, "jsonBody": answer, "headers": {"content-type": "application/json"}}
        (folder / f"{name}.json").write_text(json.dumps({"request": asked, "response": response}))
    told = ["--port", str(port), "--bind-address", "127.0.0.1", "--root-dir", str(folder.parent)]
    told += ["--no-request-journal", "--disable-request-logging", "--disable-response-templating", "--disable-banner"]
    told += ["--disable-gzip", "--disable-http2-plain"]
    return _java(["-jar", _jar("wiremock/build"), *told], port, given.folder)


def mockserver(port: int, given: Material) -> Launch:
    """As its documentation measures it: expectations of methods and paths, its log off."""
    expectations = given.folder / "mockserver.json"
    expectations.write_text(json.dumps([_expectation(*each) for each in given.answers.values()]))
    settings = {"logLevel": "OFF", "disableLogging": "true", "maxLogEntries": "1"}
    told = [f"-Dmockserver.{name}={value}" for name, value in settings.items()]
    told += [f"-Dmockserver.initializationJsonPath={expectations}", "-jar", _jar("mockserver-node")]
    return _java([*told, "--port", str(port)], port, given.folder)  # where it leaves its certificate


def _expectation(method: str, path: str, status: int, answer: Any) -> dict[str, Any]:
    response = {"statusCode": status, "headers": {"content-type": ["application/json"]}, "body": json.dumps(answer)}
    return {"httpRequest": {"method": method, "path": _pattern(path)}, "httpResponse": response}


def _pattern(path: str) -> str:
    return path.replace("{project_id}", "[0-9a-f]{32}")


def specmatic(port: int, given: Material) -> Launch:
    """Without its log."""
    told = ["mock", "--noConsoleLog", "--hot-reload=disabled", "--host", "127.0.0.1", "--port", str(port)]
    return _java(["-jar", _jar("specmatic"), *told, str(given.document)], port, given.folder)


def connexion(port: int, given: Material) -> Launch:
    """On uvicorn with uvloop and httptools, as its documentation recommends."""
    told = ["--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop", "--http", "httptools"]
    command = [str(PYTHON), "-m", "uvicorn", *told, "--no-access-log", "--log-level", "error", "connexion_app:app"]
    return Launch(command, port, {"DOCUMENT": str(given.document)}, HERE)


def moto(port: int, _: Material) -> Launch:
    """On Granian, which is faster than the server it comes with."""
    command = [str(PYTHON), "-m", "granian", "--interface", "wsgi", *GRANIAN, "--port", str(port), "moto_app:app"]
    return Launch(command, port, {}, HERE)


def flask(port: int, _: Material) -> Launch:
    """An empty view on Granian with one blocking thread, its fastest on two processors."""
    return granian("benchmarks.peers.flask_app:create", port)


def floor(kind: str, port: int) -> Launch:
    """What the mock's server, or the loop that it runs in, takes by itself."""
    return Launch([sys.executable, str(HERE / "floors.py"), kind, str(port)], port, {})


def by_hand(port: int) -> Launch:
    """What two operations take that are written by hand, behind the same server."""
    return Launch([sys.executable, str(HERE / "by_hand.py"), str(port)], port, {})


def granian(factory: str, port: int) -> Launch:
    """A WSGI application of this project on the settings that all have which run on Granian here."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", *GRANIAN, "--port", str(port)]
    return Launch([*command, factory], port, {})


PEERS = (
    Peer("openapi-backend", "npm:openapi-backend", NEVER, openapi_backend),
    Peer("Prism", "npm:@stoplight/prism-cli", NEVER, prism),
    Peer("Mockoon", "npm:@mockoon/cli", f"validation, {NEVER}", mockoon),
    Peer("WireMock", "npm:wiremock", f"validation, {NEVER} (its own is off)", wiremock, JAVA),
    Peer("MockServer", "npm:mockserver-node", f"validation, {NEVER} (its own is off)", mockserver, JAVA),
    Peer("Specmatic", "npm:specmatic", NEVER, specmatic, JAVA),
    Peer("connexion", "pypi:connexion", NEVER, connexion),
    Peer(
        "moto", "pypi:moto", "validation, checked signatures, rate limits, quotas, journal; another cloud's tasks", moto
    ),
    Peer("Counterfact", "", "npm knew no package of this name when the lock file was made", flask),
)


def _node(command: list[str], port: int) -> Launch:
    return Launch(["node", str(MODULES / command[0]), *command[1:]], port, {"NODE_ENV": "production"})


def _java(told: list[str], port: int, folder: Path) -> Launch:
    if not shutil.which("java"):
        raise Unavailable("no Java on this machine (on Debian: apt-get install default-jre-headless)")
    return Launch(["java", *told], port, {}, folder)


def _jar(folder: str) -> str:
    found = [*(MODULES / folder).glob("*.jar")]
    if not found:
        raise Unavailable(f"there is no jar in the npm package {folder.partition('/')[0]}")
    return str(found[0])
