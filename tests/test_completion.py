"""Do real shells complete both programs, once they have read what these print?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from openapi.names import names

ROOT = Path(__file__).parents[1]
BASH = """
eval "$({program} completion bash)"
complete -p {program} > /dev/null || exit 3
for line in "{program} {start}" "{program} {command} {api}" "{program} {command} --"; do
    COMP_WORDS=($line); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMPREPLY=()
    _{program}_completion {program} 2> /dev/null
    echo "${{COMPREPLY[*]}}"
done
"""
COMMANDS = {"mockserver": "serve", "contracts": "run"}  # that take names of APIs
STARTS = {"mockserver": ("co", {"config", "completion"}), "contracts": ("cl", {"cleanup", "clauses"})}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """One in which both programs are found."""
    for name in COMMANDS:
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {name} "$@"\n')
        program.chmod(0o755)
    paths = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    return {**os.environ, "PATH": paths, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}


def run(shell: str, script: str, environment: dict[str, str]) -> str:
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"there is no {shell} here")
    done = subprocess.run(
        [path, "-c", script], env=environment, cwd=environment["HOME"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("program", COMMANDS)
def test_bash_completes_commands_apis_and_options(program: str, environment: dict[str, str]) -> None:
    api = names()[0]
    start, completed = STARTS[program]
    script = BASH.format(program=program, start=start, command=COMMANDS[program], api=api[:3])
    commands, apis, options = run("bash", script, environment).splitlines()
    assert set(commands.split()) == completed
    assert apis == api
    assert {"--help", "--spec"} <= set(options.split())


def test_zsh_takes_what_is_printed_for_it(environment: dict[str, str]) -> None:
    script = (
        'autoload -U compinit && compinit -u; eval "$(mockserver completion zsh)"; print $_comps[mockserver];'
        "_MOCKSERVER_COMPLETE=zsh_complete COMP_WORDS='mockserver se' COMP_CWORD=1 mockserver"
    )
    assert run("zsh", script, environment).splitlines()[:3] == ["_mockserver_completion", "plain", "serve"]


def test_fish_completes_commands(environment: dict[str, str]) -> None:
    script = "mockserver completion fish | source; complete -C 'mockserver se'"
    assert run("fish", script, environment).split()[0] == "serve"
