"""Does the command line say what is wrong in one line, and point clients at the mock?"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mockserver.accounts import FIRST
from mockserver.app import build, create_app
from mockserver.cli import code_of, main
from mockserver.greeting import greet
from mockserver.hints import BadAddress, fill, places
from mockserver.settings import Settings, clock_of
from mockserver.shells import Shell, lines
from openapi.loader import names
from openapi.model import ClientHint
from tests.mockserver.cloud import specs

API = "tencent-cls"
ROOT = Path(__file__).parents[2]
Run = Callable[..., tuple[int, str, str]]
HINT = ClientHint(
    "Shell client",
    {"MOCK_URL": "{url}", "MOCK_KEY": "{key_id}:{secret}", "MOCK_NOTE": "it's {other} $HOME"},
    'connect("{host}", {port}, {project: 1})\nlogin("{token}")',
)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process: its exit code, what it printed, and its errors."""

    def run_command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, printed.out, printed.err

    return run_command


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([f"serve {API}x"], f"did you mean {API}?"),
        (["serve nothing-like-it"], ", ".join(names())),
        ([f"env {API}x"], f"did you mean {API}?"),
        (["serve --clock fast"], "real, manual and xN"),
        (["serve --clock x"], "x60"),
        (["serve --clock x0"], "factor"),
        (["serve --reading nonsense"], "API/READING=ANSWER"),
        (["serve --reading a/b="], "API/READING=ANSWER"),
        ([f"serve --reading {API}/nonsense=1"], "has no reading 'nonsense'"),
        ([f"serve {API} --reading baidu-bls/x=1"], "no such API is loaded"),
        (["serve --port 65536"], "65535"),
        (["serve --port http"], "integer"),
        (["serve --resources some"], "known"),
        (["serve --spec /nowhere.yaml"], "/nowhere.yaml"),
        (["serve --store disk"], "memory"),
        (["serve --workers 2"], "2 workers need a store that they can share: --store sqlite:///FILE"),
        (["serve --workers 0"], "1<=x<=64"),
        (["serve --store sqlite:////no/such/folder/mock.db"], "there is no folder /no/such/folder"),
        (["serve --store postgresql://me:pw@/mock?host=/no/such"], "postgresql://me:***@/mock?host=/no/such cannot"),
        (["serve --prot 1"], "--port"),
        ([f"serve {API} --host 192.0.2.1 --port 0"], "--host"),
        ([f"serve {API} --host no.such.host.invalid --port 0"], "--host"),
        ([f"env {API} --url 127.0.0.1"], "http://127.0.0.1:4010"),
        (["env"], "API"),
        (["sreve"], "sreve"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_is_wrong_is_said_in_one_line_with_what_would_be_right(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments[0].split())
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_what_is_named_in_a_line_stays_as_it_is(run: Run) -> None:
    assert run("ctl", "state", "load", "/no  such/a\tb.json")[2].startswith(
        "mockserver: /no  such/a\tb.json: cannot be"
    )


def test_a_mistake_of_the_program_is_not_told_as_a_broken_promise(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(lambda: {"there": 1}["missing"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Traceback")
    assert said.endswith("KeyError: 'missing'\nmockserver: this is a mistake of mockserver itself\n")


def test_a_spec_that_is_no_good_is_an_error_with_its_place(run: Run, tmp_path: Path) -> None:
    spec = tmp_path / "mine.yaml"
    own = (Path(__file__).parents[1] / "contracts/acme-reports.yaml").read_text()
    spec.write_text(f"{own}x-mine: 1\n")
    code, _, err = run("serve", "--spec", str(spec))
    assert code == 2
    assert f"{spec}:{own.count(chr(10)) + 1}: unknown keyword x-mine" in err


@pytest.mark.parametrize(
    ("arguments", "commands"), [((), {"serve", "env"}), (("ctl",), {"clock", "tasks"}), (("ctl", "state"), {"save"})]
)
def test_without_a_command_it_shows_its_help(run: Run, arguments: tuple[str, ...], commands: set[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, err) == (2, "")
    assert commands <= set(out.split())


@pytest.mark.parametrize("arguments", [("--help",), ("serve", "-h"), ("env", "--help"), ("--version",)])
def test_asked_for_help_or_the_version_it_succeeds(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    assert "mockserver" in out


def test_env_prints_lines_that_a_shell_understands(run: Run) -> None:
    code, out, _ = run("env", API, "--port", "4999")
    assert code == 0
    assert "127.0.0.1" in evaluate(out, "NO_PROXY")


def evaluate(lines: str, variable: str) -> str:
    """What a shell finds in a variable after it took over the lines."""
    script = f'eval "$1"; printf %s "${variable}"'
    done = subprocess.run(["sh", "-euc", script, "sh", lines], capture_output=True, text=True, check=True, env={})
    return done.stdout


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MOCK_URL", "http://127.0.0.1:4010"),
        ("MOCK_KEY", f"{FIRST.key.key_id}:{FIRST.key.secret}"),
        ("MOCK_NOTE", "it's {other} $HOME"),
        ("NO_PROXY", "127.0.0.1"),
    ],
)
def test_a_hint_is_exported_as_it_is_meant(variable: str, value: str) -> None:
    said = "\n".join(lines(Shell.BASH, [HINT], places("http://127.0.0.1:4010")))
    assert evaluate(said, variable) == value


def test_that_there_are_no_clients_is_a_comment() -> None:
    assert next(lines(Shell.BASH, [], places("http://127.0.0.1:4010"))).startswith("# ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("arguments", [["env", API], ["--help"]], ids=" ".join)
def test_output_that_cannot_be_written_is_one_clear_line(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "mockserver", *arguments]
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "mockserver: No space left on device\n")


def test_what_a_command_does_is_said_in_full(run: Run) -> None:
    assert not any(line.endswith("...") for line in run("--help")[1].splitlines()[1:])


def test_the_other_settings_of_a_hint_are_comments() -> None:
    assert '#   connect("127.0.0.1", 4010, {project: 1})' in list(
        lines(Shell.BASH, [HINT], places("http://127.0.0.1:4010"))
    )


def test_only_known_placeholders_are_filled() -> None:
    assert fill("{url} {{host}} {unknown} {}", places("http://h:1")) == "http://h:1 {h} {unknown} {}"


def test_a_port_that_goes_without_saying_is_filled_in() -> None:
    assert places("https://mock.example")["port"] == "443"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:4010",
        "ftp://h",
        "http://",
        "http://h/path",
        "http://h:x",
        "http://h:99999",
        "http://[::1",
        "http://a b",
        "http://u:p@h",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadAddress, match="address"):
        places(url)


def test_the_greeting_tells_of_nothing_that_is_not_there() -> None:
    controls = create_app(specs={API: replace(specs()[API], clients=(), resources={})}).extensions["mock"]
    greeting = "\n".join(text for _, text in greet(controls, "http://127.0.0.1:4010"))
    assert "What exists" not in greeting
    assert "mockserver env" not in greeting
    assert greeting.endswith("Ctrl-C ends the mock.")


def test_the_greeting_says_where_with_what_and_how() -> None:
    spec = replace(specs()[API], clients=(HINT,))
    topic = spec.resources["topic"]
    controls = create_app(specs={API: spec}).extensions["mock"]
    lines = [text for _, text in greet(controls, "http://127.0.0.1:4010")]
    greeting = "\n".join(lines)
    assert "http://127.0.0.1:4010" in lines[0]
    assert "  In a browser: http://127.0.0.1:4010/_mock/ui" in lines
    for account in controls.engine.accounts:
        assert account.key.key_id in greeting
        assert account.key.secret in greeting
    assert FIRST.project in greeting
    assert FIRST.token in greeting
    assert topic.default in greeting
    assert f"{topic.conditions['closed'].example} (closed)" in greeting
    assert '  connect("127.0.0.1", 4010, {project: 1})' in lines


@pytest.mark.parametrize(
    ("options", "times"), [({}, 0), ({"control": False}, 1), ({"control": False, "bare": True}, 0)]
)
def test_the_greeting_says_when_the_control_plane_is_off(options: Any, times: int) -> None:
    controls = create_app(specs={API: specs()[API]}, **options).extensions["mock"]
    greeting = [text for _, text in greet(controls, "http://127.0.0.1:4010")]
    assert (
        greeting.count("  Control plane: off, as other machines reach this address; --control-token opens it") == times
    )


def test_a_manual_clock_stands_still() -> None:
    assert clock_of("manual").state()["frozen"]


def test_a_clock_can_be_told_to_run_faster() -> None:
    assert clock_of("x60").state()["scale"] == 60


def test_settings_make_the_app_they_describe() -> None:
    settings = Settings((API,), clock="manual", seed=3, any_resource=True)
    first, second = (build(settings).extensions["mock"] for _ in range(2))
    assert first.clock.state()["frozen"]
    assert first.engine.resources.condition(API, "topic", "any") == ""
    assert first.engine.specs.keys() == second.engine.specs.keys() == {API}


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="there are no terminals here")
@pytest.mark.parametrize(("no_color", "is_styled"), [("", True), ("1", False)], ids=["colors", "NO_COLOR"])
def test_a_terminal_is_greeted_in_style_unless_it_wants_none(no_color: str, *, is_styled: bool) -> None:
    program = "from mockserver.greeting import _print_styled; _print_styled([('bold', 'The mock answers')])"
    reader, writer = os.openpty()
    environment = {**os.environ, "NO_COLOR": no_color, "TERM": "xterm"}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, stdout=writer, check=True)
    said = os.read(reader, 1000)
    os.close(writer)
    os.close(reader)
    assert b"The mock answers" in said
    assert (b"\x1b[" in said) is is_styled
