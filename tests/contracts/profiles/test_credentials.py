"""Credentials come from where the official clients have them, as the official clients read them."""

import json
from pathlib import Path
from typing import Any

import pytest
from huaweicloudsdkcore.auth.provider import EnvCredentialProvider, ProfileCredentialProvider
from tccli import options_define
from tencentcloud.common.credential import EnvironmentVariableCredential, ProfileCredential

from contracts.profiles import ProfileError, load_profile
from contracts.target import Account
from openapi.loader import load
from openapi.messages import Credentials
from tests.contracts.bent import spec

CLOUDS = ("tencent-cls", "baidu-bls", "huawei-iotda")
SECRET = "s3cret%d"


def first(folder: Path, api: str, source: str, environment: dict[str, str]) -> Account:
    path = folder / "cloud.yaml"
    path.write_text(f"version: 1\napi: {api}\naccounts: {{first: {{credentials: {source}}}}}\n")
    return load_profile(path, environment, {api: spec(api)}).accounts["first"]


def refusal(folder: Path, api: str, source: str, environment: dict[str, str]) -> str:
    with pytest.raises(ProfileError) as refused:
        first(folder, api, source, environment)
    said = str(refused.value)
    assert SECRET not in said
    return said.removeprefix(f"{folder}/cloud.yaml:3: accounts.first.credentials: ").replace(str(folder), "~")


def put(folder: Path, path: str, text: str) -> dict[str, str]:
    """A file in a home, and the environment of whoever lives there."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return {"HOME": str(folder)}


VARIABLES: dict[str, dict[str, str]] = {
    "tencent-cls": {
        "TENCENTCLOUD_SECRET_ID": "AKID1",
        "TENCENTCLOUD_SECRET_KEY": SECRET,
        "TENCENTCLOUD_TOKEN": "session",
    },
    "baidu-bls": {"BCE_ACCESS_KEY_ID": "AKID1", "BCE_SECRET_ACCESS_KEY": SECRET, "BCE_SESSION_TOKEN": "session"},
    "huawei-iotda": {
        "HUAWEICLOUD_SDK_AK": "AKID1",
        "HUAWEICLOUD_SDK_SK": SECRET,
        "HUAWEICLOUD_SDK_SECURITY_TOKEN": "session",
        "HUAWEICLOUD_SDK_PROJECT_ID": "p1",
    },
}
FILES = {
    "tencent-cls": (
        ".tccli/default.credential",
        json.dumps({"secretId": "AKID1", "secretKey": SECRET, "token": "session"}),
    ),
    "baidu-bls": (".go-bcecli/credentials", f"[Defaults]\nAk = AKID1\nSk = {SECRET}\nSts = session\n"),
    "huawei-iotda": (
        ".huaweicloud/credentials",
        f"[basic]\nak = AKID1\nsk = {SECRET}\nsecurity_token = session\nproject_id = p1\n",
    ),
}


@pytest.mark.parametrize("api", CLOUDS)
def test_the_variables_of_the_official_clients_are_read(tmp_path: Path, api: str) -> None:
    found = first(tmp_path, api, "environment", VARIABLES[api])
    assert found.key == Credentials("AKID1", SECRET, "session")
    assert found.project == ("p1" if api == "huawei-iotda" else "")


@pytest.mark.parametrize("api", CLOUDS)
def test_the_files_of_the_official_clients_are_read(tmp_path: Path, api: str) -> None:
    found = first(tmp_path, api, "file", put(tmp_path, *FILES[api]))
    assert found.key == Credentials("AKID1", SECRET, "session")
    assert found.project == ("p1" if api == "huawei-iotda" else "")


def test_the_variables_are_those_that_the_sdks_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**VARIABLES["tencent-cls"], **VARIABLES["huawei-iotda"]}.items():
        monkeypatch.setenv(name, value)
    theirs: Any = EnvironmentVariableCredential().get_credential()
    own = first(tmp_path, "tencent-cls", "environment", VARIABLES["tencent-cls"]).key
    assert (theirs.secret_id, theirs.secret_key) == (own.key_id, own.secret)
    assert options_define.ENV_TOKEN in VARIABLES["tencent-cls"]
    theirs = EnvCredentialProvider.get_basic().get_credentials()
    other = first(tmp_path, "huawei-iotda", "environment", VARIABLES["huawei-iotda"])
    assert (theirs.ak, theirs.sk, theirs.security_token) == (other.key.key_id, other.key.secret, other.key.token)
    assert theirs.project_id == other.project


def test_the_files_are_those_that_the_sdks_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = put(tmp_path, ".tencentcloud/credentials", "[default]\nsecret_id = AKID9\nsecret_key = another\n")
    put(tmp_path, ".huaweicloud/credentials", FILES["huawei-iotda"][1].replace("%", ""))  # which theirs cannot read
    monkeypatch.setenv("HOME", str(tmp_path))
    theirs: Any = ProfileCredential().get_credential()
    own = first(tmp_path, "tencent-cls", "file", environment).key
    assert (theirs.secret_id, theirs.secret_key) == (own.key_id, own.secret)
    theirs = ProfileCredentialProvider.get_basic().get_credentials()
    other = first(tmp_path, "huawei-iotda", "file", environment)
    assert (theirs.ak, theirs.sk, theirs.security_token) == (other.key.key_id, other.key.secret, other.key.token)
    assert theirs.project_id == other.project


def test_a_file_may_stand_elsewhere_as_a_variable_says(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere", FILES["huawei-iotda"][1])
    environment = {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(tmp_path / "elsewhere")}
    assert first(tmp_path, "huawei-iotda", "file", environment).key.key_id == "AKID1"


def test_the_second_place_is_looked_at_when_the_first_has_nothing(tmp_path: Path) -> None:
    environment = {"BAIDUCLOUD_ACCESS_KEY": "AKID2", "BAIDUCLOUD_SECRET_KEY": "other"}
    assert first(tmp_path, "baidu-bls", "environment", environment).key == Credentials("AKID2", "other")


def test_a_project_in_the_profile_goes_before_that_of_the_clients(tmp_path: Path) -> None:
    path = tmp_path / "cloud.yaml"
    path.write_text("version: 1\napi: huawei-iotda\naccounts: {first: {credentials: environment, project: own}}\n")
    found = load_profile(path, VARIABLES["huawei-iotda"], {"huawei-iotda": spec("huawei-iotda")})
    assert found.accounts["first"].project == "own"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "the environment has no BCE_ACCESS_KEY_ID and BCE_SECRET_ACCESS_KEY, nor BAIDUCLOUD_ACCESS_KEY and BAIDU"),
        ({"BCE_ACCESS_KEY_ID": "AKID1"}, "the environment has BCE_ACCESS_KEY_ID, but not BCE_SECRET_ACCESS_KEY"),
    ],
)
def test_variables_that_are_missing_are_named(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    assert refusal(tmp_path, "baidu-bls", "environment", environment).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[Defaults\nSk = {SECRET}", "~/.go-bcecli/credentials cannot be read as ini"),
        (f"[Others]\nAk = AKID1\nSk = {SECRET}", "~/.go-bcecli/credentials has no Ak and no Sk in 'Defaults'"),
        (f"[Defaults]\nSk = {SECRET}", "~/.go-bcecli/credentials has no Ak in 'Defaults'"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_not_repeated(tmp_path: Path, text: str, said: str) -> None:
    assert refusal(tmp_path, "baidu-bls", "file", put(tmp_path, ".go-bcecli/credentials", text)) == said


@pytest.mark.parametrize(
    "text", [f'{{"secretKey": "{SECRET}"', f'["{SECRET}"]', f'"{SECRET}"', pytest.param("[" * 9999, id="deep")]
)
def test_json_that_is_no_object_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    said = refusal(tmp_path, "tencent-cls", "file", put(tmp_path, ".tccli/default.credential", text))
    assert said.startswith("~/.tccli/default.credential")


def test_files_that_are_missing_are_named(tmp_path: Path) -> None:
    said = refusal(tmp_path, "baidu-bls", "file", {"HOME": str(tmp_path)})
    assert said == "there is no file ~/.go-bcecli/credentials"


def test_one_source_is_not_taken_for_two_accounts(tmp_path: Path) -> None:
    path = tmp_path / "cloud.yaml"
    both = "{first: {credentials: environment}, second: {credentials: environment}}"
    path.write_text(f"version: 1\napi: baidu-bls\naccounts: {both}\n")
    with pytest.raises(ProfileError, match="`environment` is one account, and 'first' has it already"):
        load_profile(path, VARIABLES["baidu-bls"], {"baidu-bls": spec("baidu-bls")})


def test_an_api_whose_clients_nobody_describes_asks_for_variables_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "cloud.yaml"
    path.write_text("version: 1\napi: acme-reports\naccounts: {first: {credentials: file}}\n")
    own = load(Path(__file__).parents[1] / "acme-reports.yaml")
    with pytest.raises(ProfileError, match="nobody says in which file official clients of this API look"):
        load_profile(path, {}, {"acme-reports": own})
