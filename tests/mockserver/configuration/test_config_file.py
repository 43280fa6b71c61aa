"""Does each setting come from where it should, and is what is wrong with one said with its place?"""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from mockserver.configuration.options import SERVE
from mockserver.configuration.parser import LARGEST
from tests.mockserver.configuration.command import Run, listed, write

API = "huawei-iotda"
FULL = """\
apis: [huawei-iotda, tencent-cls]
host: localhost
port: 4999
clock: manual
control-token: open-sesame
any-resource: false
seed: 7
readings: {huawei-iotda/progress-type: text}
accounts:
- key-id: AKIDMINE
  secret: SECRETMINE
  temporary: {key-id: AKIDSHORT, secret: SECRETSHORT, token: TOKENSHORT}
- {key-id: AKIDLATE, secret: SECRETLATE, condition: isolated}
resources:
- {api: tencent-cls, kind: topic, id: 11111111-3025-4048-b81a-dd436373062e, condition: closed}
timetables:
  tencent-cls: {queued: 0, running: 30, kept: 3600}
faults:
- {api: tencent-cls, code: InternalError, operation: CreateExport, times: 3}
"""


def test_without_a_file_every_setting_is_its_default(run: Run) -> None:
    found = listed(run)
    assert {origin for _, origin in found.values()} == {"default"}
    assert found["port"] == (4010, "default")


def test_the_file_of_the_working_directory_is_found(run: Run, tmp_path: Path) -> None:
    write(tmp_path, FULL)
    found = listed(run)
    assert found["port"] == (4999, "mockserver.yaml:3")
    assert found["apis"] == (["huawei-iotda", "tencent-cls"], "mockserver.yaml:1")
    assert found["readings"] == ({"huawei-iotda/progress-type": "text"}, "mockserver.yaml:8")
    assert found["no-control"] == (False, "default")


def test_flags_win_over_the_environment_and_that_over_the_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, FULL)
    monkeypatch.setenv("MOCKSERVER_PORT", "5001")
    monkeypatch.setenv("MOCKSERVER_SEED", "8")
    found = listed(run, "--port", "5002", "--resources", "any")
    assert found["port"] == (5002, "command line")
    assert found["seed"] == (8, "environment: MOCKSERVER_SEED")
    assert found["any-resource"] == (True, "command line")
    assert found["clock"] == ("manual", "mockserver.yaml:4")


def test_every_setting_can_come_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "APIS": f"{API} tencent-cls",
        "ANY_RESOURCE": "true",
        "NO_CONTROL": "1",
        "READINGS": f"{API}/progress-type=text",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"MOCKSERVER_{name}", value)
    found = listed(run)
    assert found["apis"][0] == [API, "tencent-cls"]
    assert (found["any-resource"][0], found["no-control"][0]) == (True, True)
    assert found["readings"][0] == {f"{API}/progress-type": "text"}
    assert all(str(setting.envvar).startswith("MOCKSERVER_") for setting in SERVE.params if hasattr(setting, "key"))


def test_the_environment_and_a_flag_name_another_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "port: 1\n")
    (tmp_path / "second.yaml").write_text("port: 2\n")
    (tmp_path / "third.yaml").write_text("port: 3\n")
    monkeypatch.setenv("MOCKSERVER_CONFIG", "second.yaml")
    assert listed(run)["port"] == (2, "second.yaml:1")
    assert listed(run, "--config", "third.yaml")["port"] == (3, "third.yaml:1")


def test_no_secret_is_shown(run: Run, tmp_path: Path) -> None:
    write(tmp_path, FULL)
    for arguments in (("config",), ("config", "--json")):
        _, out, _ = run(*arguments)
        assert "AKIDMINE" in out
        assert "AKIDSHORT" in out
        assert not [word for word in ("open-sesame", "SECRETMINE", "SECRETSHORT", "TOKENSHORT") if word in out]


def test_a_path_starts_from_the_folder_of_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    spec = Path(__file__).parents[2] / "contracts/acme-reports.yaml"
    (tmp_path / "deep/acme-reports.yaml").write_text(spec.read_text())
    write(tmp_path / "deep", "specs: [acme-reports.yaml]\n")
    assert listed(run, "--config", "deep/mockserver.yaml")["specs"][0] == ["deep/acme-reports.yaml"]


def test_that_nothing_was_set_is_told(run: Run) -> None:
    assert run("config", "--changed")[:2] == (0, "every setting is as it comes\n")


def test_the_schema_is_published_and_takes_a_full_file(run: Run, tmp_path: Path) -> None:
    write(tmp_path, "no: yaml: at all")  # which is not looked at
    code, out, _ = run("config", "--schema")
    schema = json.loads(out)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(yaml.safe_load(FULL))
    assert code == 0
    assert not [name for name, member in schema["properties"].items() if not member["description"]]
    assert not Draft202012Validator(schema).is_valid({"prot": 1})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("port:", "prot:", "3:1: prot: is no setting here; did you mean 'port'?"),
        ("4999", "'http'", "3:1: port: has to be a whole number"),
        ("4999", "65536", "3:1: port: this is greater than the maximum of 65535"),
        ("times: 3", "times: three", "19:68: faults.0.times: has to be a whole number or nothing"),
        ("manual", "fast", "4:1: clock: 'fast' is no clock; there are real, manual and xN"),
        ("progress-type", "progres-type", "8:12: huawei-iotda has no reading 'progres-type'; it has"),
        ("progress-type: text", "progress-type: words", "8:12: reading 'huawei-iotda/progress-type' has no answer"),
        ("[huawei-iotda", "[huawei-iot", "1:8: unknown API 'huawei-iot'; there are baidu-bls"),
        ("secret: SECRETMINE", "secrt: SECRETMINE", "11:3: accounts.0.secrt: is no setting here; did you"),
        ("secret: SECRETMINE", "name: me", "10:3: accounts.0: 'secret' is missing"),
        ("SECRETMINE", "12345", "11:3: accounts.0.secret: has to be a text; what looks like a number"),
        ("AKIDMINE", "AKIDEXAMPLE", "9:1: accounts: the access key AKIDEXAMPLE belongs to another"),
        ("isolated", "isolatd", "13:42: accounts.1.condition: 'isolatd' is no condition of an account"),
        ("kind: topic", "kind: topik", "15:3: resources.0: tencent-cls has no resource 'topik'; there are"),
        ("condition: closed", "condition: shut", "15:3: resources.0: topic of tencent-cls has no condition"),
        ("queued: 0", "queud: 0", "17:17: timetables.tencent-cls.queud: is no setting here; did you mean"),
        ("queued: 0", "queued: -1", "17:17: timetables.tencent-cls.queued: this is less than the minimum"),
        ("  tencent-cls: {", "  tencent: {", "17:3: timetables.tencent: 'tencent' is no API with tasks"),
        ("InternalError", "InternalEror", "19:3: faults.0: CreateExport has no error code 'InternalEror'"),
        ("seed: 7", "seed: 7\nseed: 8", "8:1: the key seed is given twice"),
        ("seed: 7", "seed: 0x_", "7:7: no number: "),
        ("seed: 7", f"seed: {'7' * 5000}", "7:7: no number: "),
        ("queued: 0", "queued: .inf", "17:25: .inf is no number that JSON knows"),
        ("seed: 7", 'tls-folder: "a\\0b"', "7:1: tls-folder: "),
        ("seed: 7", 'records: [{api: tencent-cls, file: "a\\0b"}]', "7:11: records.0: "),
        ("manual", "&a manual\nb: *a", "5:4: an alias; write out what it stands for"),
        ("manual", "!!python/object/apply:os.getcwd []", "4:8: the tag python"),
        ("manual", "!!binary aGk=", "4:8: the tag binary"),
        ("seed: 7", f"seed: {'[' * 30}{']' * 30}", "7:"),
        ("[huawei-iotda, tencent-cls]", "{", "3:5: is not YAML: "),
    ],
    ids=lambda value: "".join(each for each in value[:30] if each.isalnum()),
)  # fmt: skip
def test_what_is_wrong_is_one_line_with_its_place(run: Run, tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in FULL
    write(tmp_path, FULL.replace(old, new, 1))
    code, out, err = run("config")
    assert (code, out) == (2, "")
    assert err.startswith(f"mockserver: mockserver.yaml:{said}")
    assert err.count("\n") == 1
    assert "SECRETMINE" not in err


@pytest.mark.parametrize("text", ["- a list", "just words", "1"])
def test_what_is_no_mapping_is_refused(run: Run, tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    assert "has to be a mapping at its top" in run("config")[2]


def test_flags_and_the_environment_add_to_what_the_file_lists(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.jsonl").write_text('{"target": "device-1"}\n')
    write(tmp_path, f"apis: [{API}]\nrecords: [{{generate: {{count: 2}}}}]\n")
    monkeypatch.setenv("MOCKSERVER_FAULTS", "flaky")
    shown = listed(run, "--records", f"{API}=rows.jsonl")
    assert shown["records"] == (
        [{"generate": {"count": 2}}, {"api": API, "file": "rows.jsonl"}],
        "mockserver.yaml:2, command line",
    )
    assert shown["faults"] == ([{"set": "flaky"}], "environment: MOCKSERVER_FAULTS")


def test_what_a_flag_adds_is_not_looked_for_in_the_file(run: Run, tmp_path: Path) -> None:
    write(tmp_path, f"apis: [{API}]\nrecords: [{{generate: {{count: 2}}}}]\n")
    code, _, err = run("config", "--records", "missing.jsonl")
    assert (code, err.partition("missing.jsonl")[0]) == (2, "mockserver: records.1: ")


@pytest.mark.parametrize("key", ["record-files", "fault-sets"])
def test_a_list_of_the_file_has_one_name(run: Run, tmp_path: Path, key: str) -> None:
    write(tmp_path, f"{key}: []\n")
    assert f"{key}: is no setting here" in run("config")[2]


def test_an_empty_file_says_nothing(run: Run, tmp_path: Path) -> None:
    write(tmp_path, "# nothing yet\n")
    assert {origin for _, origin in listed(run).values()} == {"default"}


def test_a_file_beyond_all_bounds_is_not_read(run: Run, tmp_path: Path) -> None:
    write(tmp_path, f"# {'x' * LARGEST}\n")
    assert f"more than {LARGEST} bytes" in run("config")[2]


def test_bytes_that_are_no_text_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mockserver.yaml").write_bytes(b"clock: \xff\n")
    assert "is not UTF-8" in run("config")[2]


def test_a_variable_that_looks_like_a_setting_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKSERVER_PROT", "1")
    code, _, err = run("config")
    assert code == 2
    assert "MOCKSERVER_PROT in the environment is no setting; did you mean 'MOCKSERVER_PORT'?" in err


def test_what_kubernetes_sets_for_a_service_of_this_name_is_passed_over(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PORT": "tcp://10.0.0.1:4010",
        "SERVICE_HOST": "10.0.0.1",
        "PORT_4010_TCP_PORT": "4010",
    }.items():
        monkeypatch.setenv(f"MOCKSERVER_{name}", value)
    assert listed(run)["port"] == (4010, "default")
