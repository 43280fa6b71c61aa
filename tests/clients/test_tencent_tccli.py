"""tccli, the command line of Tencent Cloud, run as a command."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.clients.control import FIRST, TEMPORARY, WRONG_SECRET, Account, Mock
from tests.clients.exported import open_tar, read_csv
from tests.clients.tencent import CLOSED_TOPIC, FROM, REGION, TO, TOPIC
from tests.shell import LONGEST

TCCLI = Path(sys.executable).with_name("tccli")
QUIET = {"PYTHONWARNINGS": "ignore::SyntaxWarning"}  # of strings in its source, which newer versions of Python tell
CREATION = ["--TopicId", TOPIC, "--Query", "status:200", "--Count", "100", "--From", f"{FROM}", "--To", f"{TO}"]
WAITER = "{'expr': 'Exports[0].Status', 'to': 'Completed', 'timeout': 5, 'interval': 1}"
REFUSAL = re.compile(r"\[TencentCloudSDKException\] code:(\S+) message:(.*) requestId:(\S+)")


def run(mock: Mock, *arguments: str, account: Account = FIRST) -> subprocess.CompletedProcess[str]:
    """What the command did; its settings come with the arguments, there is no file of them."""
    settings = ["--endpoint", mock.url, "--region", REGION]
    keys = ["--secretId", account.key, "--secretKey", account.secret]
    command = [str(TCCLI), "cls", *arguments, *settings, *keys]
    environment = {**os.environ, **QUIET}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False)


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert (done.returncode, done.stderr) == (0, "")
    return dict(json.loads(done.stdout))


def refusal(mock: Mock, done: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    """Code and message of the last line that the command writes; the request id in it is that of the answer."""
    assert (done.returncode, done.stdout) == (255, "")
    found = REFUSAL.fullmatch(done.stderr.splitlines()[-1])
    assert found, done.stderr
    assert found[3] == mock.last_answer()["Response"]["RequestId"]
    return found[1], found[2]


def test_an_export_lives_its_whole_life(mock: Mock) -> None:
    export_id = answer(run(mock, "CreateExport", *CREATION, "--Format", "csv", "--Order", "asc"))["ExportId"]
    mock.advance(10)
    (export,) = answer(run(mock, "DescribeExports", "--TopicId", TOPIC, "--waiter", WAITER))["Exports"]
    assert (export["ExportId"], export["Status"]) == (export_id, "Completed")

    content = mock.download(export["CosPath"]).content
    assert len(content) == export["FileSize"]
    moments = [int(row["__TIMESTAMP__"]) for row in read_csv(open_tar(content)[1])]
    assert moments == sorted(moments)
    assert FROM <= moments[0] <= moments[-1] <= TO

    assert answer(run(mock, "DeleteExport", "--ExportId", export_id)).keys() == {"RequestId"}
    assert refusal(mock, run(mock, "DeleteExport", "--ExportId", export_id)) == (
        "ResourceNotFound.ExportNotExist",
        "The log export does not exist.",
    )


def test_what_the_mock_refuses_is_a_line_and_exit_code_255(mock: Mock) -> None:
    closed = run(mock, "CreateExport", *CREATION, "--TopicId", CLOSED_TOPIC)
    assert refusal(mock, closed) == ("FailedOperation.TopicClosed", "The log topic has been disabled.")
    backwards = run(mock, "CreateExport", *CREATION, "--To", "1")
    assert refusal(mock, backwards)[0] == "InvalidParameter"


def test_a_wrong_secret_is_refused(mock: Mock) -> None:
    done = run(mock, "DescribeExports", "--TopicId", TOPIC, account=WRONG_SECRET)
    assert refusal(mock, done)[0] == "AuthFailure.SignatureFailure"


def test_temporary_credentials_are_accepted(mock: Mock) -> None:
    done = run(mock, "DescribeExports", "--TopicId", TOPIC, "--token", TEMPORARY.token, account=TEMPORARY)
    assert answer(done)["TotalCount"] == 0


def test_the_command_itself_refuses_what_its_definition_forbids(mock: Mock) -> None:
    done = run(mock, "CreateExport", *CREATION, "--Count", "abc")
    assert (done.returncode, mock.exchanges()) == (252, [])
    assert "invalid int value: 'abc'" in done.stderr
