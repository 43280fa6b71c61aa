"""Does a served mock tell of its config file, and take over what changes in it?"""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import requests

from tests.mockserver.configuration.command import write

ROOT = Path(__file__).parents[3]
PATIENCE = 60  # seconds after which the test gives up


def test_a_served_mock_names_its_file_and_takes_over_a_change(tmp_path: Path) -> None:
    path = write(tmp_path, "apis: [huawei-iotda]\nport: 0\n")
    command = [sys.executable, "-m", "mockserver", "serve"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=tmp_path, env={**kept, "PYTHONPATH": str(ROOT)}, text=True, **pipes) as process:  # type: ignore[call-overload]
        deadline = threading.Timer(PATIENCE, process.kill)
        deadline.start()
        try:
            url = re.search(r"http://\S+", process.stdout.readline())
            assert url
            assert "Settings: mockserver.yaml" in next(line for line in process.stdout if "Settings" in line)

            new = path.with_name("new.yaml")  # as editors do it
            new.write_text("apis: [huawei-iotda]\nport: 0\naccounts: [{key-id: AKIDMINE, secret: SECRETMINE}]\n")
            new.replace(path)
            assert process.stderr.readline() == "mockserver: mockserver.yaml: accounts is changed\n"
            accounts = requests.get(f"{url[0]}/_mock/accounts", timeout=PATIENCE).json()["accounts"]
            assert "AKIDMINE" in [each["key_id"] for each in accounts]
        finally:
            deadline.cancel()
            process.terminate()
