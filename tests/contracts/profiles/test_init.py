"""`contracts init` writes a profile that is valid as it is and lets a run read, and tells what each entry is for."""

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from contracts.cli import commands
from contracts.profiles import Allowance, Budget, load_profile
from contracts.profiles.template import endpoint_of, template
from openapi.clauses import clauses
from openapi.loader import load, names
from openapi.model import Spec
from tests.contracts.bent import spec

OWN = Path(__file__).parents[1] / "acme-reports.yaml"
VARIABLES = (
    *("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "BCE_ACCESS_KEY_ID", "BCE_SECRET_ACCESS_KEY"),
    *("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "FIRST_KEY", "FIRST_SECRET", "SECOND_KEY", "SECOND_SECRET"),
    *("OTHER_KEY", "OTHER_SECRET"),
)
CREDENTIALS = {name: f"of {name}" for name in VARIABLES}


def any_spec(name: str) -> Spec:
    return load(OWN) if name == OWN.stem else spec(name)


def uncommented(text: str) -> str:
    """The profile with every entry that stands there as a comment; sentences stay comments."""
    return re.sub(r"(?m)^( *)#(?=[^ ])", r"\1", text)


@pytest.mark.parametrize("name", [*names(), OWN.stem])
def test_what_is_written_is_valid_and_lets_a_run_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "cloud.yaml"
    path.write_text(template(any_spec(name)), encoding="utf-8")
    found = load_profile(path, CREDENTIALS, {name: any_spec(name)})
    assert (found.allow, found.budget) == (Allowance(), Budget())
    assert list(found.accounts) == ["first"]
    assert found.target.startswith("https://") or name == OWN.stem


@pytest.mark.parametrize("name", names())
def test_every_account_and_every_condition_of_a_resource_stands_there_to_be_taken_out_of_its_comment(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "cloud.yaml"
    path.write_text(uncommented(template(spec(name))), encoding="utf-8")
    found = load_profile(path, CREDENTIALS, {name: spec(name)})
    conditions = {kind: set(each.conditions) for kind, each in spec(name).resources.items()}
    assert set(found.accounts) == {"first", "second"} | conditions.pop("account", set())
    assert {kind: set(each) - {""} for kind, each in found.resources.items()} == conditions
    assert found.allow.operations == set(spec(name).operations)


@pytest.mark.parametrize("name", names())
def test_the_clauses_that_are_named_are_clauses(name: str) -> None:
    known = {each.id.partition("/")[2] for each in clauses(spec(name))}
    words = re.sub(r"\n *# ", " ", template(spec(name)))
    named = [each for found in re.findall(r"Unlocks (.*?)\.(?: |$)", words, re.MULTILINE) for each in found.split(", ")]
    assert named
    assert {re.sub(r" and \d+ more$", "", each) for each in named} <= known


@pytest.mark.parametrize("name", names())
def test_no_line_is_too_long_to_be_read(name: str) -> None:
    assert max(map(len, template(spec(name)).splitlines())) <= 110


def test_the_address_of_a_region_is_taken() -> None:
    assert (
        endpoint_of(spec("huawei-iotda"), "ap-southeast-1").target == "https://iotda.ap-southeast-1.myhuaweicloud.com"
    )
    assert (
        yaml.safe_load(template(spec("tencent-cls"), "ap-tokyo"))["target"]
        == "https://cls.ap-tokyo.tencentcloudapi.com"
    )


def test_a_region_that_is_not_documented_is_told_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="baidu-bls has no region 'xy'; it has bj, gz, su"):
        endpoint_of(spec("baidu-bls"), "xy")


def test_a_file_is_written_and_the_next_step_told(tmp_path: Path) -> None:
    path = tmp_path / "cloud.yaml"
    done = CliRunner().invoke(commands, ["init", "baidu-bls", "--output", str(path)])
    assert (done.exit_code, done.output) == (
        0,
        f"{path} is written; name resources that exist in it, then: contracts plan --profile {path}\n",
    )
    assert path.read_text() == template(spec("baidu-bls"))


def test_a_file_that_is_there_is_kept_unless_it_is_forced(tmp_path: Path) -> None:
    path = tmp_path / "cloud.yaml"
    path.write_text("mine")
    done = CliRunner().invoke(commands, ["init", "baidu-bls", "--output", str(path)])
    assert (done.exit_code, path.read_text()) == (1, "mine")
    assert f"{path} exists; --force writes over it" in done.output
    assert CliRunner().invoke(commands, ["init", "baidu-bls", "--output", str(path), "--force"]).exit_code == 0
    assert path.read_text() == template(spec("baidu-bls"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name the API"),
        (["baidu-bl"], "baidu-bl"),
        (["baidu-bls", "--region", "xy"], "it has bj, gz"),
    ],
)
def test_what_cannot_be_written_is_told(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(commands, ["init", *arguments, "--output", "-"])
    assert done.exit_code != 0
    assert said in done.output


def test_a_spec_of_ones_own_has_a_profile_too() -> None:
    done = CliRunner().invoke(commands, ["init", "--spec", str(OWN), "--output", "-"])
    assert done.exit_code == 0
    assert f"api: {OWN.stem}" in done.output
