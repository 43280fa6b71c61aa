"""docs/real-endpoints.md, played against a server of its own: `python -m tests.pages.real_endpoints` writes it anew."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from tencentcloud.cls.v20201016 import models
from tencentcloud.cls.v20201016.cls_client import ClsClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from openapi.document import merge
from openapi.loader import load
from tests.contracts.rough.accounts import Holder
from tests.contracts.rough.server import Rough, rough
from tests.pages.page import Block, replayed
from tests.ports import free_port
from tests.shell import ROOT, Shell, shell

PAGE = ROOT / "docs" / "real-endpoints.md"
API = "tencent-cls"
TARGET = "https://cls.intl.tencentcloudapi.com"  # of which the page speaks
PROFILE = f"{API}.profile.yaml"
LONGEST = 300.0  # seconds until something that is waited for has happened
PORT = 4030  # of the proxy on the page
CLIENT = "while a client lists its tasks"
WHEN = re.compile(r"(?P<act>kill -9|touch (?P<file>\S+)) when (?P<journal>\S+) has a task")


@dataclass(frozen=True)
class Player:
    """Somebody who reads the page, and does what it says in an empty folder."""

    shell: Shell
    server: Rough

    def play(self, block: Block) -> list[str]:
        """What each command of a block printed; what stands in YAML goes into the profile."""
        if block.language == "yaml":
            self._edit(yaml.safe_load(block.text))
            return []
        happening = WHEN.fullmatch(block.note)
        if block.note == CLIENT:
            return [self._told(self._beside_a_client(command)) for command in block.commands]
        if happening:
            return [self._told(self._interrupted(command, happening)) for command in block.commands]
        return [self._told(self.shell.run(command)[1]) for command in block.commands]

    def _edit(self, changes: dict[str, Any]) -> None:
        path = self.shell.folder / PROFILE
        profile = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump(merge({**changes, "target": self.server.gateway.url}, profile)))

    def _interrupted(self, command: str, happening: re.Match[str]) -> str:
        """What a command printed that was killed, or asked to end, while a task that it had created was there."""
        with self.shell.start(f"exec {command}") as process:
            self._stop_with_a_task(self.shell.folder / happening["journal"], process)
            if happening["file"]:
                (self.shell.folder / happening["file"]).touch()
                process.send_signal(signal.SIGCONT)
            else:
                process.kill()
            output, _ = process.communicate(timeout=LONGEST)
        return output + ("" if happening["file"] else "Killed\n")

    def _stop_with_a_task(self, journal: Path, process: subprocess.Popen[str]) -> None:
        """Hold a process at a moment at which its journal says that something is to be removed."""
        deadline = time.monotonic() + LONGEST
        while not _has_a_task(journal) or not self._is_held(journal, process):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "no task was created"
            time.sleep(0.02)

    def _is_held(self, journal: Path, process: subprocess.Popen[str]) -> bool:
        process.send_signal(signal.SIGSTOP)
        if _has_a_task(journal):
            return True
        process.send_signal(signal.SIGCONT)
        return False

    def _beside_a_client(self, command: str) -> str:
        """What a proxy printed while a client of the account listed its tasks, once rightly and once not."""
        port = free_port()
        with self.shell.start(f"exec {command}".replace(f"--port {PORT}", f"--port {port}")) as process:
            assert process.stdout is not None
            output = ""
            while "stands before" not in output:
                line = process.stdout.readline()
                assert line, output
                output += line
            try:
                list_twice(f"127.0.0.1:{port}", self.server.holders["first"])
            except BaseException:
                process.kill()  # which would wait for a client for ever
                raise
            rest, _ = process.communicate(timeout=LONGEST)
        return (output + rest).replace(f":{port}", f":{PORT}")

    def _told(self, output: str) -> str:
        return output.replace(self.server.gateway.url, TARGET).replace(f"{self.shell.folder}/", "")


def list_twice(address: str, holder: Holder) -> None:
    """What the official SDK sends when tasks are listed, and when more of them are asked for than a page may have."""
    http = HttpProfile(protocol="http", endpoint=address)
    client = ClsClient(Credential(holder.key_id, holder.secret), "ap-guangzhou", ClientProfile(httpProfile=http))
    request = models.DescribeExportsRequest()
    request.TopicId = load(API).resources["topic"].default
    client.DescribeExports(request)
    request.Limit = 101
    with suppress(TencentCloudSDKException):  # as it is refused
        client.DescribeExports(request)


def _has_a_task(journal: Path) -> bool:
    text = journal.read_text(encoding="utf-8") if journal.exists() else ""
    return text.count('"made"') > text.count('"removed"')


@contextmanager
def player(folder: Path) -> Iterator[Player]:
    """A reader with credentials in the environment, and the server that the profile is going to name."""
    inside, outside = folder / "reader", folder / "server"
    for each in (inside, outside):
        each.mkdir()
    with rough(API, outside, certificate="", options=["--seconds", "2"]) as server:
        holder = server.holders["first"]
        keys = {"TENCENTCLOUD_SECRET_ID": holder.key_id, "TENCENTCLOUD_SECRET_KEY": holder.secret}
        yield Player(shell(inside, **keys), server)


def played(folder: Path) -> str:
    """The page as it reads today."""
    with player(folder) as reader:
        return replayed(PAGE.read_text(encoding="utf-8"), reader.play)


def main() -> None:
    """Write the page anew."""
    with TemporaryDirectory() as folder:
        PAGE.write_text(played(Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
