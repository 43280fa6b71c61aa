"""The same work in the words of the cloud that moto stands for: export tasks of a log group, created and looked at."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.servers import Unavailable, ask

GROUP, BUCKET = "group", "bucket"
SCOPE = "Credential=AKIDEXAMPLE/20260101/us-east-1"
SIGNATURE = f"SignedHeaders=host, Signature={'0' * 64}"


def prepare(port: int) -> None:
    """What tasks refer to. Raises Unavailable."""
    headers = {"host": f"127.0.0.1:{port}", "authorization": _authorization("s3"), "content-length": "0"}
    bucket = _wire(f"PUT /{BUCKET}", headers, "")
    for message in (bucket, call(port, "CreateLogGroup", {"logGroupName": GROUP})):
        status, body = ask(port, message)
        if status != 200:  # noqa: PLR2004
            raise Unavailable(f"moto answered {status}: {body[:200]!r}")


def first(port: int) -> bytes:
    """What is answered as soon as anything is."""
    return call(port, "DescribeLogGroups", {})


def create(port: int, count: int) -> list[bytes]:
    """Requests that create tasks."""
    told = {"logGroupName": GROUP, "destination": BUCKET, "from": 0, "to": 1}
    return [call(port, "CreateExportTask", {**told, "taskName": f"task{number}"}) for number in range(count)]


def show(port: int, count: int) -> list[bytes]:
    """Requests that look at one task each, as moto's list has no pages. Raises Unavailable."""
    found = [json.loads(ask(port, message)[1]).get("taskId") for message in create(port, count)]
    return [call(port, "DescribeExportTasks", {"taskId": each}) for each in found]


def call(port: int, action: str, arguments: dict[str, Any]) -> bytes:
    """A request, with a signature that moto does not look at."""
    body = json.dumps(arguments)
    headers = {
        "host": f"127.0.0.1:{port}",
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": f"Logs_20140328.{action}",
        "authorization": _authorization("logs"),
        "content-length": str(len(body)),
    }
    return _wire("POST /", headers, body)


def _authorization(service: str) -> str:
    return f"AWS4-HMAC-SHA256 {SCOPE}/{service}/aws4_request, {SIGNATURE}"


def _wire(line: str, headers: dict[str, str], body: str) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{line} HTTP/1.1\r\n{head}\r\n{body}".encode()
