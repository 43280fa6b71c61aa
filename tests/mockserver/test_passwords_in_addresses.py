"""Is a password in an address that somebody gave told by nobody?"""

from pathlib import Path

import pytest

from mockserver.cli import main
from mockserver.control.bodies import Unusable
from mockserver.control.signing import Draft
from mockserver.hints import BadAddress, places
from openapi.loader import load

API = "tencent-cls"
PASSWORD = "zander"
WHOLE = f"http://me:{PASSWORD}@host"
TORN = f"http://me:zan/{PASSWORD}@host"  # by a slash that nobody escaped
QUOTED = f"http://me:zan'{PASSWORD}@host"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command complains of, in one line."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    told = capsys.readouterr()
    assert (ended.value.code, told.out, told.err.count("\n")) == (2, "", 1)
    return told.err


@pytest.mark.parametrize(
    "address", [WHOLE, TORN, QUOTED, TORN.replace("http", "postgresql")], ids=["whole", "torn", "quoted", "store"]
)
@pytest.mark.parametrize(
    "arguments",
    [
        ["serve", "--store", "URL"],
        ["serve", "URL"],
        ["serve", "--host", "URL", "--port", "0", API],
        ["serve", "--config", "URL"],
        ["config", "--spec", "URL"],
        ["env", API, "--url", "URL"],
        ["env", "URL"],
        ["ctl", "--url", "URL?", "health"],
        ["ctl", "--url", "URL", "health", "extra", "URL"],
        ["ctl", "--url", "URL", "spec", "URL"],
    ],
    ids=" ".join,
)
def test_a_password_in_an_address_is_not_told(
    arguments: list[str], address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "zan" not in said(capsys, *[each.replace("URL", address) for each in arguments])


def test_neither_is_one_in_the_environment_or_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MOCKSERVER_URL", f"{WHOLE}:x")
    assert "http://me:***@host:x" in said(capsys, "ctl", "health")
    monkeypatch.delenv("MOCKSERVER_URL")
    file = tmp_path / "mock.yaml"
    file.write_text(f"store: {TORN}")
    assert "http://me:***@host" in said(capsys, "serve", "--config", str(file))
    monkeypatch.setenv("MOCKSERVER_STORE", WHOLE)
    assert "http://me:***@host" in said(capsys, "serve")


def test_in_python_it_is_not_told_either() -> None:
    for address in (WHOLE, TORN):
        with pytest.raises(BadAddress) as refused:
            places(address)
        assert "zan" not in str(refused.value)
    for address in (TORN.replace("http", "ftp"), f"http://[me:{PASSWORD}@host"):
        with pytest.raises(Unusable) as unusable:
            Draft("GET", address, {}).request(load(API))
        assert "zan" not in str(unusable.value)
