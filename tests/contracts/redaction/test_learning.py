"""What an answer tells of its account is kept back from then on."""

from __future__ import annotations

from typing import Any

from contracts.redaction import OPEN, Redactor
from contracts.redaction.learning import learn
from openapi.model import Answer, Json
from tests.contracts.bent import spec

BUCKET = "https://my-logs-1251762227.cos.eu-frankfurt.myqcloud.com/export/a.gz?q-signature=0f"
FILE = "log_200026871539_5f433ce0-c243_20261105_export-57196a6a_1793855307.tar.gz"


def learned(api: str, operation: str, body: Json, **headers: str) -> Redactor:
    redactor = Redactor()
    learn(
        redactor,
        spec(api),
        _answer(api, operation),
        {name.replace("_", "-"): value for name, value in headers.items()},
        body,
    )
    return redactor


def _answer(api: str, operation: str) -> Answer:
    return spec(api).operations[operation].success


def export(**members: Any) -> Json:
    return {"Response": {"Exports": [{"ExportId": "57196a6a", **members}], "RequestId": "r"}}


def test_a_token_that_was_issued() -> None:
    redactor = learned("huawei-iam", "KeystoneCreateUserTokenByPassword", None, x_subject_token="MIIFissued")
    assert redactor.text("it was MIIFissued") == "it was <token>"


def test_ids_of_accounts_and_projects_also_in_lists() -> None:
    projects: Json = [
        {"id": "p0123456789", "domain_id": "d0123456789"},
        {"id": "p9876543210", "domain_id": "d0123456789"},
    ]
    redactor = learned("huawei-iam", "KeystoneListProjects", {"projects": projects})
    assert redactor.text("p0123456789 p9876543210 d0123456789") == "<project> <project> <account>"


def test_the_account_in_the_name_of_a_file() -> None:
    redactor = learned("tencent-cls", "DescribeExports", export(FileName=FILE))
    assert redactor.text(f"{FILE} of 200026871539") == f"{FILE.replace('200026871539', '<account>')} of <account>"


def test_the_bucket_of_a_link() -> None:
    redactor = learned("tencent-cls", "DescribeExports", export(CosPath=BUCKET))
    assert (
        redactor.text(BUCKET) == "https://<account>.cos.eu-frankfurt.myqcloud.com/export/a.gz?q-signature=<signature>"
    )


def test_the_host_of_any_other_link_is_no_secret() -> None:
    redactor = learned("tencent-cls", "DescribeExports", export(CosPath="https://gateway.example.com/a.gz"))
    assert redactor.text("https://gateway.example.com/a.gz") == "https://gateway.example.com/a.gz"


def test_a_mock_has_nothing_to_keep_back() -> None:
    learn(OPEN, spec("tencent-cls"), _answer("tencent-cls", "DescribeExports"), {}, export(FileName=FILE))
    assert OPEN.text(FILE) == FILE
