"""Is a control token that no header can carry told as that, by all who take one, and never shown?"""

from contextlib import closing
from pathlib import Path

import pytest

from contracts.targets import Choice, open_target
from mockserver import create_app
from mockserver.cli import main
from mockserver.client import Control, HttpDoor
from mockserver.listeners import Listener
from tests.mockserver.cloud import specs

API = "tencent-cls"
NOWHERE = "http://127.0.0.1:9"
WRONG = {
    "open\nsesame": "has a line break in it, which no HTTP header can carry",
    "open sesame\r": "has a line break in it",
    "open\x1bsesame": "has a control character in it",
    "sesame öffne dich €": "has a character beyond Latin-1 in it",
    "sesame\udcff": "has a character beyond Latin-1 in it",
    " open sesame": "begins or ends with a space, which no HTTP header keeps",
}


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command complains of, in one line that does not show the token."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    told = capsys.readouterr()
    assert (ended.value.code, told.out, told.err.count("\n")) == (2, "", 1)
    assert "sesame" not in told.err
    return told.err


@pytest.mark.parametrize("token", WRONG, ids=range(len(WRONG)))
def test_who_calls_is_told_what_is_wrong_with_the_token(
    token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = f"mockserver: the control token {WRONG[token]}"
    assert complaint(capsys, "ctl", "--url", NOWHERE, "--control-token", token, "health").startswith(said)
    monkeypatch.setenv("MOCKSERVER_CONTROL_TOKEN", token)
    assert complaint(capsys, "ctl", "--url", NOWHERE, "tasks").startswith(said)


@pytest.mark.parametrize("token", WRONG, ids=range(len(WRONG)))
def test_a_mock_that_nobody_could_give_its_token_is_not_started(
    token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = f"it {WRONG[token]}"
    assert said in complaint(capsys, "serve", API, "--control-token", token)
    monkeypatch.setenv("MOCKSERVER_CONTROL_TOKEN", token)
    assert said in complaint(capsys, "serve", API)
    with pytest.raises(ValueError, match="the control token "):
        create_app(specs={API: specs()[API]}, control_token=token)


def test_one_in_a_config_file_is_told_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mock.yaml"
    file.write_text("control-token: |\n  open sesame\n")
    assert "control-token" in (said := complaint(capsys, "serve", "--config", str(file)))
    assert "it has a line break in it" in said


@pytest.mark.parametrize("token", WRONG, ids=range(len(WRONG)))
def test_in_python_it_is_told_before_anybody_is_asked(token: str) -> None:
    with pytest.raises(ValueError, match="the control token ") as refused:
        HttpDoor(NOWHERE, token)
    assert WRONG[token] in str(refused.value)
    with pytest.raises(ValueError, match="the control token ") as refused:
        open_target(Choice(NOWHERE, control_token=token), {API: specs()[API]})
    assert WRONG[token] in str(refused.value)


@pytest.mark.parametrize("token", ["open sesame", "sésame", "a\tb", "x" * 1000])
def test_any_other_opens_the_mock_to_both_programs(token: str) -> None:
    server = Listener(create_app(specs={API: specs()[API]}, control_token=token).extensions["gateway"], 0, None)
    url = f"http://127.0.0.1:{server.port}"
    try:
        assert Control(HttpDoor(url, token)).tasks() == []
        with closing(open_target(Choice(url, control_token=token), {API: specs()[API]})) as target:
            target.reset()
    finally:
        server.stop()
