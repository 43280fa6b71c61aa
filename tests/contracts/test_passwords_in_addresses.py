"""Is a password in an address that somebody gave told by nobody?"""

from pathlib import Path

import pytest

from contracts.cli import main
from contracts.targets.network import network_of
from tests.contracts.planning.plans import API, TARGET, write

PASSWORD = "zander"
WHOLE = f"http://me:{PASSWORD}@cls.example.com"
TORN = f"http://me:zan/{PASSWORD}@cls.example.com"  # by a slash that nobody escaped


@pytest.mark.parametrize("address", [WHOLE, TORN], ids=["whole", "torn"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["run", API, "--target", "URL"],
        ["run", API, "--profile", "PROFILE", "--target", "URL", "--yes"],
        ["plan", API, "--profile", "PROFILE", "--target", "URL"],
        ["plan", API, "--profile", "BAD", "-k", "Count/maximum"],
        ["record", API, "--target", "URL", "--cassette", "kept.har"],
        ["proxy", API, "--target", "URL"],
        ["proxy", API, "--profile", "BAD"],
        ["run", "URL"],
        ["explain", "URL"],
        ["clauses", API, "--operation", "URL"],
        ["clauses", "--spec", "URL"],
        ["merge", "URL"],
    ],
    ids=" ".join,
)
def test_a_password_in_an_address_is_not_told(
    arguments: list[str],
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", "AKID1")
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "s3cret")
    (tmp_path / "bad").mkdir()
    given = {"URL": address, "PROFILE": str(write(tmp_path)), "BAD": str(write(tmp_path / "bad", target=address))}
    with pytest.raises(SystemExit) as ended:
        main([given.get(each, each) for each in arguments])
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    assert [line[:11] for line in told.err.splitlines()] == ["contracts: "]
    assert "zan" not in told.err


@pytest.mark.parametrize(
    "proxy", [TORN, f"http://me:{PASSWORD}@[proxy", f"me:{PASSWORD}@proxy:1", "http://:1", "ftp://p"]
)
def test_what_is_no_address_of_a_proxy_is_told_without_its_password(proxy: str) -> None:
    with pytest.raises(ValueError, match=r"https_proxy or HTTPS_PROXY names '.*', which is no address of a") as refused:
        network_of({"HTTPS_PROXY": proxy})
    assert "zan" not in str(refused.value)


def test_a_proxy_of_this_form_is_taken() -> None:
    for proxy in ("http://me:it@proxy:1", "https://proxy", "socks5h://proxy:1/", "proxy:3128", "[::1]:3128"):
        assert network_of({"HTTPS_PROXY": proxy}).proxies_for(TARGET) == {"https": proxy}
