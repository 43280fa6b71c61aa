"""A profile names variables, never secrets, and says what is wrong with it."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from contracts.profile import Profile, ProfileError, check_resources, load_profile
from tests.contracts.bent import spec

NAME = "tencent-cls"
ENVIRONMENT = {"KEY": "AKID1", "SECRET": "s3cret"}
GOOD = """
target: https://example.com
accounts:
  first: {key-id: KEY, secret: SECRET, project: p1}
resources:
  some-api: {topic: {usable: [a, b], closed: [c]}}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "profile.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_accounts_are_read_from_the_environment(tmp_path: Path) -> None:
    found = load_profile(write(tmp_path, GOOD), ENVIRONMENT)
    first = found.accounts["first"]
    assert (found.target, first.key.key_id, first.key.secret, first.project) == (
        "https://example.com",
        "AKID1",
        "s3cret",
        "p1",
    )
    assert found.resources["some-api"]["topic"] == {"": ("a", "b"), "closed": ("c",)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + "surprise: 1\n", "surprise"),
        (GOOD.replace("secret: SECRET", "password: SECRET"), "accounts.first"),
        (GOOD.replace("first:", "third:"), "first"),
        (GOOD.replace("SECRET", "OTHER"), "the environment has no variable OTHER"),
        ("a: [", "cannot be read"),
        ("just text", "the file"),
    ],
)
def test_a_profile_that_cannot_be_used_says_where_and_why(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ProfileError, match=f"^{path}: .*{said}"):
        load_profile(path, ENVIRONMENT)


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ({"topics": {"": ("a",)}}, "resources.tencent-cls: there is no 'topics', but topic, "),
        ({"topic": {"shut": ("a",)}}, "resources.tencent-cls.topic: there is no condition 'shut', but usable, "),
    ],
)
def test_resources_that_an_api_does_not_have_are_told_with_those_that_it_has(
    resources: Mapping[str, Mapping[str, tuple[str, ...]]], said: str
) -> None:
    with pytest.raises(ProfileError, match=re.escape(f"cloud.yaml: {said}")):
        check_resources(
            Profile(resources={"tencent-cls": resources}), {"tencent-cls": spec("tencent-cls")}, "cloud.yaml"
        )


def test_an_account_without_credentials_is_told_what_it_needs(tmp_path: Path) -> None:
    path = write(tmp_path, "accounts: {first: {project: p}}")
    with pytest.raises(ProfileError, match=r"accounts\.first: an account needs key-id and secret, or token"):
        load_profile(path, ENVIRONMENT)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"absent\.yaml: cannot be read"):
        load_profile(tmp_path / "absent.yaml")
