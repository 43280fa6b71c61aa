"""The export centre of huaweicloudsdkworkspace, each call in one line, and the twelve operations that fill it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import huaweicloudsdkworkspace.v2 as sdk

from tests.clients.control import Mock

API = "huawei-workspace"
USER_GROUP = "2b31ed520a1b4c3debedb6e57f0a9b8c"
UNKNOWN_TASK = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Creator:
    """An operation that creates an export task."""

    method: str  # of the client
    request: Any  # the class of its requests
    body: Any = None  # the class of its bodies; None: everything stands in path and query
    required: Mapping[str, Any] = field(default_factory=dict[str, Any])
    optional: Mapping[str, Any] = field(default_factory=dict[str, Any])
    spans: bool = False  # it asks for a time window
    column: str = ""  # one of its spreadsheet that tells what the rows are

    def call(self, client: Any, arguments: Mapping[str, Any]) -> Any:
        if self.body is None:
            return getattr(client, self.method)(self.request(**arguments))
        return getattr(client, self.method)(self.request(body=self.body(**arguments)))

    def arguments(self, mock: Mock) -> dict[str, Any]:
        """What the operation demands."""
        return {**self.required, **(window(mock) if self.spans else {})}


def window(mock: Mock, days: int = 7) -> dict[str, str]:
    """The last days, as the operations want them."""
    now = datetime.fromtimestamp(mock.now(), UTC)
    return {
        name: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        for name, moment in (("start_time", now - timedelta(days=days)), ("end_time", now))
    }


ENGLISH = {"language": "en_US"}
CREATORS: dict[str, Creator] = {
    "ExportUsersNew": Creator(
        "export_users_new",
        sdk.ExportUsersNewRequest,
        sdk.ExportUsersNewReq,
        optional={"user_name": "alice", "user_names": ["a", "b"], "active_type": "ADMIN_ACTIVATE", "language": "zh_CN"},
        column="user_name",
    ),
    "ExportUserGroupsNew": Creator(
        "export_user_groups_new",
        sdk.ExportUserGroupsNewRequest,
        sdk.ExportUserGroupsNewReq,
        optional={"name": "sales", "group_ids": [USER_GROUP], "language": "zh_CN"},
        column="user_quantity",
    ),
    "ExportUserGroupUsersNew": Creator(
        "export_user_group_users_new",
        sdk.ExportUserGroupUsersNewRequest,
        required={"group_id": USER_GROUP},
        optional={"user_names": ["a", "b c"], "active_type": "USER_ACTIVATE", "language": "zh_CN"},
        column="user_email",
    ),
    "ExportDesktopListNew": Creator(
        "export_desktop_list_new",
        sdk.ExportDesktopListNewRequest,
        required=ENGLISH,
        optional={
            "computer_names": ["DESK-1", "DESK-2"],
            "without_any_tag": True,
            "desktop_type": "POOLED",
            "status": "ACTIVE",
            "sort_field": "created",
            "sort_type": "DESC",
            "user_attached": False,
            "charge_mode": "1",
        },
        column="computer_name",
    ),
    "ExportDesktopVersionList": Creator(
        "export_desktop_version_list",
        sdk.ExportDesktopVersionListRequest,
        required=ENGLISH | {"agent_version": "24.2.0.1", "os_type": "Windows"},
        optional={"desktop_name": "DESK", "username": "alice"},
        column="agent_version",
    ),
    "ExportUserConnectionNew": Creator(
        "export_user_connection_new",
        sdk.ExportUserConnectionNewRequest,
        optional={"user_name": "alice", "min_e2e_rtt": 1, "max_e2e_rtt": 100, "public_ip": "192.0.2.1"},
        column="connection_start_time",
    ),
    "ExportHostsDetail": Creator(
        "export_hosts_detail",
        sdk.ExportHostsDetailRequest,
        required=ENGLISH,
        optional={"state": "available", "limit": 10, "offset": 1, "sort_field": "instance_total", "sort_type": "ASC"},
        column="host_type",
    ),
    "ExportAppUserAccessData": Creator(
        "export_app_user_access_data",
        sdk.ExportAppUserAccessDataRequest,
        sdk.ExportAppUserAccessDataRequestBody,
        optional={"username": "alice", "sort_field": "access_failed_count", "sort_type": "DESC"},
        spans=True,
        column="access_failed_count",
    ),
    "ExportDesktopUsageMetricNew": Creator(
        "export_desktop_usage_metric_new",
        sdk.ExportDesktopUsageMetricNewRequest,
        optional={"min_idle_days": 1, "max_idle_days": 9, "sort_field": "desktop_usage", "sort_type": "DESC"},
        spans=True,
        column="desktop_usage",
    ),
    "ExportUserUsageMetricNew": Creator(
        "export_user_usage_metric_new",
        sdk.ExportUserUsageMetricNewRequest,
        optional={"usage_min_hours": 1, "usage_max_hours": 9, "sort_field": "user_usage", "sort_type": "ASC"},
        spans=True,
        column="user_usage",
    ),
    "ExportTenantUpgradeStrategies": Creator(
        "export_tenant_upgrade_strategies",
        sdk.ExportTenantUpgradeStrategiesRequest,
        required=ENGLISH,
        optional={"strategy_type": 1, "is_force_upgrade": 0, "status": 1, "strategy_priority": 3},
        column="strategy_name",
    ),
    "ExportTerminalsBindingDesktopsInfoNew": Creator(
        "export_terminals_binding_desktops_info_new",
        sdk.ExportTerminalsBindingDesktopsInfoNewRequest,
        required=ENGLISH,
        optional={"computer_name": "DESK-1", "mac": "02:00:00:00:00:01"},
        column="mac",
    ),
}


def create(client: Any, **arguments: Any) -> str:
    """The id of a new task that exports users."""
    return str(CREATORS["ExportUsersNew"].call(client, arguments).task_id)


def list_tasks(client: Any, **query: Any) -> Any:
    return client.list_export_tasks(sdk.ListExportTasksRequest(**query))


def ids(page: Any) -> list[str]:
    return [task.task_id for task in page.export_tasks]


def download(client: Any, task_id: str) -> bytes:
    return bytes(client.download_export_file(sdk.DownloadExportFileRequest(task_id=task_id)).raw_content)


def delete(client: Any, *task_ids: str) -> Any:
    body = sdk.DeleteExportTaskRequestBody(task_ids=list(task_ids))
    return client.delete_export_tasks(sdk.DeleteExportTasksRequest(body=body))
