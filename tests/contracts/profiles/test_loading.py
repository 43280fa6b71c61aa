"""A profile names variables, never secrets, and says what is wrong with it."""

import re
from pathlib import Path

import pytest

from contracts.profiles import Allowance, Budget, Profile, ProfileError, api_of, load_profile
from contracts.profiles.document import SCHEMA
from tests.contracts.bent import spec

NAME = "tencent-cls"
SPECS = {NAME: spec(NAME)}
ENVIRONMENT = {"MY_KEY": "AKID1", "MY_SECRET": "s3cret", "MY_SESSION": "t0ken"}
GOOD = """
version: 1
api: tencent-cls
target: https://example.com
region: ap-shanghai
accounts:
  first:
    credentials: {key-id: MY_KEY, secret: MY_SECRET, session-token: MY_SESSION}
    project: p1
resources:
  topic: {usable: [a, b], closed: [c]}
allow: {operations: [CreateExport, DescribeExports], create: true, exceed-limits: false}
budget: {requests: 40, tasks: 2, bytes: 1.5 MB, minutes: 3.5}
"""
BARE = """
version: 1
api: tencent-cls
accounts: {first: {credentials: {token: MY_KEY}}}
"""


def load(folder: Path, text: str) -> Profile:
    path = folder / "cloud.yaml"
    path.write_text(text, encoding="utf-8")
    return load_profile(path, ENVIRONMENT, SPECS)


def refusal(folder: Path, text: str) -> str:
    """The message about a profile, from the name of the file on."""
    with pytest.raises(ProfileError) as refused:
        load(folder, text)
    return str(refused.value).removeprefix(f"{folder}/")


def test_accounts_are_read_from_the_environment(tmp_path: Path) -> None:
    first = load(tmp_path, GOOD).accounts["first"]
    assert (first.key.key_id, first.key.secret, first.key.token, first.project) == ("AKID1", "s3cret", "t0ken", "p1")
    assert first.token == ""


def test_everything_else_stands_in_the_file(tmp_path: Path) -> None:
    found = load(tmp_path, GOOD)
    assert (found.api, found.target, found.region) == (NAME, "https://example.com", "ap-shanghai")
    assert found.ids("topic") == ("a", "b")
    assert found.ids("topic", "closed") == ("c",)
    assert found.ids("topic", "missing") == ()
    assert found.allow == Allowance(frozenset({"CreateExport", "DescribeExports"}), create=True)
    assert found.budget == Budget(requests=40, tasks=2, bytes=1_500_000, minutes=3.5)


def test_a_profile_that_allows_nothing_lets_a_run_read_and_little_more(tmp_path: Path) -> None:
    found = load(tmp_path, BARE)
    assert found.allow == Allowance()
    assert not any((found.allow.create, found.allow.delete, found.allow.download, found.allow.exceed_limits))
    assert found.budget == Budget()


def test_the_api_of_a_profile_is_known_without_any_credentials(tmp_path: Path) -> None:
    path = tmp_path / "cloud.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert api_of(path) == NAME


@pytest.mark.parametrize(
    ("given", "instead", "said"),
    [
        ("\nregion:", "\nreqion:", ":5: reqion: is no key of a profile here; did you mean 'region'? There are version"),
        (
            "    project:",
            "    projekt:",
            ":9: accounts.first.projekt: is no key of a profile here; did you mean 'project",
        ),
        ("create: true", "creating: true", "allow.creating: is no key of a profile here; did you mean 'create'?"),
        ("requests: 40", "requests: 0", "budget.requests: what stands there is less than the minimum of 1"),
        ("1.5 MB", "1.5 Mbit", "budget.bytes: has to be a number of bytes, or one with a unit: 50 MB"),
        ("version: 1", "version: 2", ":2: version: 1 was expected"),
        ("  first:", "  third:", ":6: accounts: 'first' is missing"),
        ("https://", "ftp://", ":4: target: what stands there does not match"),
        ("topic: {", "topics: {", ":11: resources.topics: there is no kind of resource in tencent-cls 'topics'; did"),
        (
            "closed: [",
            "close: [",
            "resources.topic.close: there is no condition of a topic 'close'; did you mean 'closed'",
        ),
        (
            "CreateExport,",
            "CreateExports,",
            "there is no operation of tencent-cls 'CreateExports'; did you mean 'Create",
        ),
        ("api: tencent-cls", "api: tencent-cl", ":3: api: the profile is of tencent-cl, which is not among the chosen"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_place_and_what_is_right(
    tmp_path: Path, given: str, instead: str, said: str
) -> None:
    assert given in GOOD
    assert said in refusal(tmp_path, GOOD.replace(given, instead))


@pytest.mark.parametrize(("text", "said"), [("a: [", "is not YAML"), ("just text", "has to be a mapping at its top")])
def test_what_is_no_profile_at_all_is_told(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"absent\.yaml: cannot be read"):
        load_profile(tmp_path / "absent.yaml")


def test_an_api_that_comes_with_no_package_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cloud.yaml"
    path.write_text(GOOD.replace("tencent-cls", "tencent-clss"), encoding="utf-8")
    with pytest.raises(ProfileError, match=r"there is no API 'tencent-clss'; did you mean 'tencent-cls'\?"):
        load_profile(path, ENVIRONMENT)


def test_a_variable_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD.replace("MY_SECRET", "OTHER_SECRET"))
    assert said == "cloud.yaml:8: accounts.first.credentials.secret: the environment has no variable OTHER_SECRET"


SECRET = "kR8yJ2Wn0qTz6LdXvB4mHs"


@pytest.mark.parametrize(
    "credentials",
    [
        f"{{key-id: MY_KEY, secret: {SECRET}}}",
        f"{{key-id: MY_KEY, secret: '{SECRET}+/='}}",
        f"{{key-id: {SECRET.upper()}, secret: MY_SECRET}}",
        f"{{key-id: MY_KEY, secret: MY_SECRET, session: {SECRET}}}",
        f"{{key-id: MY_KEY, secret: [{SECRET}]}}",
        f"{{token: {SECRET}}}",
        SECRET,
        f"[{SECRET}]",
    ],
)
def test_a_credential_in_the_profile_is_refused_and_not_repeated(tmp_path: Path, credentials: str) -> None:
    text = re.sub(r"credentials: .*", f"credentials: {credentials}", GOOD)
    said = refusal(tmp_path, text)
    assert said.startswith("cloud.yaml:8: accounts.first.credentials")
    assert SECRET.lower() not in said.lower()
    assert "variable" in said


def test_a_credential_in_the_profile_is_told_by_its_place(tmp_path: Path) -> None:
    text = GOOD.replace("secret: MY_SECRET", f"\n      secret: '{SECRET}+/='")
    assert refusal(tmp_path, text).startswith(
        "cloud.yaml:9: accounts.first.credentials.secret: is no name of a variable"
    )


@pytest.mark.parametrize(
    "place", ["accounts: {first: @}", "accounts: @", "accounts: {first: {credentials: environment, project: [@]}}"]
)
def test_whatever_stands_at_an_account_is_never_repeated(tmp_path: Path, place: str) -> None:
    text = "version: 1\napi: tencent-cls\n" + place.replace("@", SECRET)
    assert SECRET not in refusal(tmp_path, text)


def test_the_published_schema_describes_every_key() -> None:
    def keys(node: object) -> list[dict[str, object]]:
        if not isinstance(node, dict):
            return []
        own = list(node.get("properties", {}).values())
        return own + [found for each in node.values() for found in keys(each)]

    undescribed = [
        each for each in keys(SCHEMA) if "description" not in each and "$ref" not in each and "const" not in each
    ]
    assert undescribed == []
