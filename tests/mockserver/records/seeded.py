"""A mock whose records a test loads, and what its exports hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mockserver.accounts import FIRST, Account
from mockserver.client.doors import PlaneDoor
from mockserver.client.records import Records
from mockserver.control.plane import Plane
from mockserver.control.view import Answer
from tests.mockserver.cloud import LONG_ENOUGH, START, Cloud
from tests.mockserver.files.exports import untarred

API = "tencent-cls"
TOPIC = "ee20bb16-3025-4048-b81a-dd436373062e"
NOW = int(START * 1000)
HOUR = 3_600_000  # milliseconds


@dataclass(frozen=True)
class Seeded:
    """One mock, its control plane, and its records."""

    cloud: Cloud

    @property
    def plane(self) -> Plane:
        return Plane(self.cloud.app.extensions["mock"])

    @property
    def records(self) -> Records:
        return Records(PlaneDoor(lambda: self.plane))

    def post(self, body: bytes | Iterable[bytes], **query: str) -> Answer:
        return self.plane.answer("POST", "/records", {"api": API, **query}, body)

    def export(self, account: Account = FIRST, **arguments: Any) -> str:
        """The id of a new export of the last hour."""
        given = {"TopicId": TOPIC, "Query": "", "Count": 100, "From": NOW - HOUR, "To": NOW, **arguments}
        return str(self.cloud.call(API, "CreateExport", account, **given).json["Response"]["ExportId"])

    def shown(self, export: str, account: Account = FIRST) -> dict[str, Any]:
        """The export as it is listed once it has ended."""
        self.cloud.wait(LONG_ENOUGH)
        listed = self.cloud.call(API, "DescribeExports", account, TopicId=TOPIC).json["Response"]["Exports"]
        return next(each for each in listed if each["ExportId"] == export)

    def file(self, export: str, account: Account = FIRST) -> bytes:
        """What is in the archive."""
        return untarred(self.cloud.follow(self.shown(export, account)["CosPath"]).body)[1]

    def rows(self, account: Account = FIRST, **arguments: Any) -> list[dict[str, Any]]:
        """The rows of a new export."""
        return [json.loads(line) for line in self.file(self.export(account, **arguments), account).splitlines()]


def row(seconds_ago: int, **columns: Any) -> dict[str, Any]:
    return {"__TIMESTAMP__": NOW - seconds_ago * 1000, **columns}


def lines(*rows: Mapping[str, Any]) -> bytes:
    return b"\n".join(json.dumps(each, ensure_ascii=False).encode() for each in rows)


def iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()
