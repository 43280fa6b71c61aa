"""Is the wheel complete, and does it serve where no checkout is near?"""

import os
import re
import subprocess
import sys
import sysconfig
import threading
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from email.parser import Parser
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[1]
PACKAGES = ("openapi", "mockserver", "contracts")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)], cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the scripts folder of a new environment: the wheel installed, its dependencies borrowed from this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-index", "--no-deps", str(wheel)], folder
    )
    (site_packages,) = folder.glob("lib/python*/site-packages")
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site_packages / "borrowed.pth").write_text("\n".join(borrowed))
    return folder / "bin"


def run(command: list[str], cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, env=OUTSIDE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def serving(command: list[str], cwd: Path) -> Iterator[str]:
    """Yield the address that a server prints when it is started with `command`; end it afterwards."""
    with subprocess.Popen(
        command, cwd=cwd, env=OUTSIDE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        deadline = threading.Timer(240, server.kill)
        deadline.start()
        try:
            yield find_address(server)
        finally:
            deadline.cancel()
            server.terminate()


def find_address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    printed = []
    for line in server.stdout:
        printed.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    pytest.fail("the server printed no address, only:\n" + "".join(printed))


def list_files(package: str) -> set[str]:
    files = (path for path in (ROOT / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in files}


@pytest.mark.parametrize("package", PACKAGES)
def test_the_wheel_holds_every_file_of_the_package(wheel: Path, package: str) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith(f"{package}/")}
    assert packed == list_files(package)
    assert {f"{package}/__init__.py", f"{package}/py.typed"} <= packed


def test_the_wheel_holds_the_specs(wheel: Path) -> None:
    specs = {f"openapi/{path.name}" for path in (ROOT / "openapi").glob("*.yaml")}
    assert specs
    assert specs <= set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_holds_nothing_but_the_packages_and_its_own_description(wheel: Path) -> None:
    folders = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in folders if not name.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_declares_its_commands_and_its_pytest_plugin(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    declared = ConfigParser()
    declared.read_string(archive.read(name).decode())
    assert dict(declared["console_scripts"]) == PROJECT["scripts"]
    assert dict(declared["pytest11"]) == PROJECT["entry-points"]["pytest11"]


def test_the_wheel_says_which_python_it_needs_and_carries_its_licence(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
    described = Parser().parsestr(archive.read(name).decode())
    assert described["Name"] == PROJECT["name"]
    assert described["Requires-Python"] == ">=3.11"
    assert any(name.endswith("/licenses/LICENSE") for name in archive.namelist())


def test_an_installed_wheel_is_imported_from_its_own_environment(scripts: Path, tmp_path: Path) -> None:
    listing = f"import {', '.join(PACKAGES)}\nfor package in ({', '.join(PACKAGES)}): print(package.__file__)"
    places = run([str(scripts / "python"), "-c", listing], cwd=tmp_path).split()
    assert len(places) == len(PACKAGES)
    assert all(Path(place).is_relative_to(scripts.parent) for place in places), places


def test_an_installed_wheel_serves_outside_the_checkout(scripts: Path, tmp_path: Path) -> None:
    with serving([str(scripts / "mockserver"), "serve", "--port", "0"], cwd=tmp_path) as address:
        assert requests.get(f"{address}/_mock/health", timeout=60).status_code == 200


def test_an_installed_wheel_lists_its_clauses_outside_the_checkout(scripts: Path, tmp_path: Path) -> None:
    assert run([str(scripts / "contracts"), "clauses"], cwd=tmp_path).strip()
