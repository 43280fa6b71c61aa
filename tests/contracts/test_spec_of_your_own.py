"""Is one YAML file outside the package all that a new API takes: a mock, its clauses, and their verdicts?"""

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.calls.client import Run
from contracts.files import exports
from contracts.files.tables import Excessive
from contracts.judgement import Verdict
from contracts.suite import Suite
from mockserver import create_app
from openapi.document import SpecError, patch, read

OWN = Path(__file__).parent / "acme-reports.yaml"
API = OWN.stem
SHOWN = Path(__file__).parents[2] / "docs" / "acme-audit.yaml"  # the one that docs/vocabulary.md starts from

SAID = {"assumed": "we chose"}


def test_it_is_served() -> None:
    client = create_app([OWN]).test_client()
    headers = {"X-Auth-Token": "TOKENEXAMPLE"}
    created = client.post("/v1/reports", json={"shop": "berlin"}, headers=headers)
    assert created.status_code == 201
    assert created.get_json() | {"id": ""} == {"id": "", "state": "waiting", "shop": "berlin", "days": 7}
    early = client.get(f"/v1/reports/{created.get_json()['id']}/file", headers=headers)
    assert (early.status_code, early.get_json()["error"]) == (409, "early")
    client.put("/_mock/clock", json={"action": "advance", "seconds": 60})
    file = client.get(f"/v1/reports/{created.get_json()['id']}/file", headers=headers)
    assert (file.status_code, file.mimetype) == (200, "text/csv")
    assert file.text.splitlines()[0] == "name,day"


def test_its_clauses_are_judged() -> None:
    suite = Suite((OWN,), run=Run(seed=1, max_examples=4))
    with closing(suite):
        found = [suite.judge(clause) for clause in suite.clauses]
    assert [(each.clause.id, each.reason) for each in found if each.verdict is not Verdict.HELD] == [
        (
            f"{API}/CreateReport/rate-limit",
            "a quota of 3 tasks is full before, and refuses with the same code, slow-down",
        ),
        (f"{API}/name/file", "no answer tells the name of the file"),
    ]
    assert Counter(each.verdict for each in found)[Verdict.HELD] > 50


def test_the_one_that_the_documentation_shows_keeps_all_that_it_states() -> None:
    suite = Suite((SHOWN,), run=Run(seed=1, max_examples=2))
    with closing(suite):
        found = [suite.judge(clause) for clause in suite.clauses]
    counted = Counter(each.verdict for each in found)
    assert counted[Verdict.BROKEN] == 0
    assert counted[Verdict.HELD] > 100
    assert {each.reason for each in found if each.verdict is Verdict.NOT_OBSERVED} == {
        "no answer of CreateExport states finished",
    }


def test_a_quota_that_would_take_days_to_fill_is_not_observed(tmp_path: Path) -> None:
    path = tmp_path / SHOWN.name
    changes = {"/x-quotas/0/limit": 10**9, "/x-quotas/0/x-cite": SAID}
    path.write_text(yaml.safe_dump(patch(read(SHOWN), changes)))
    with closing(Suite((path,), run=Run(seed=1))) as suite:
        (quota,) = [each for each in suite.clauses if each.kind == "quota"]
        assert suite.judge(quota).reason == "a quota of 1,000,000,000 tasks takes too long to fill"


ID = "/components/parameters/Id"
NUMBERED = {
    "/x-lifecycle/task-id": "{number}",
    "/components/schemas/Export/properties/id/type": "integer",
    f"{ID}/schema/type": "integer",
    f"{ID}/example": 1,
    f"{ID}/x-cite": SAID,
    "/paths/~1v1~1exports/get/responses/200/content/application~1json/schema/properties/next/type": "integer",
}
ONE = {"/x-quotas/0/limit": 1, "/x-quotas/0/x-cite": SAID}
EVICTING: dict[str, Any] = {
    "/x-quotas/0/when-full": "evict-earliest",
    "/x-quotas/0/refuse": None,
    "/x-quotas/0/counts": "all",
    "/x-error-codes/4/when": [],
}


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        pytest.param(NUMBERED, ("action-in-phase", "phase"), id="ids that are numbers"),
        pytest.param(ONE, ("rule", "size"), id="a quota of one task"),
        pytest.param(EVICTING, ("paging",), id="a quota that lets the earliest go"),
    ],
)
def test_a_mock_keeps_what_honest_specs_state(tmp_path: Path, changes: dict[str, Any], kinds: tuple[str, ...]) -> None:
    path = tmp_path / SHOWN.name
    path.write_text(yaml.safe_dump(patch(read(SHOWN), changes)))
    with closing(Suite((path,), run=Run(seed=1, max_examples=2))) as suite:
        found = [suite.judge(clause) for clause in suite.clauses if clause.kind in kinds]
    assert [each.clause.id for each in found if each.verdict is Verdict.BROKEN] == []


def test_a_file_that_is_larger_than_is_looked_at_is_not_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack(*_: object) -> bytes:
        raise Excessive("the archive holds more than 9 bytes, which is more than is looked at")

    monkeypatch.setattr(exports, "unpack", unpack)
    with closing(Suite((SHOWN,), run=Run(seed=1))) as suite:
        found = [suite.judge(clause) for clause in suite.clauses if clause.kind == "file"]
    counted = Counter(each.verdict for each in found)
    assert counted[Verdict.BROKEN] == 0 < counted[Verdict.NOT_OBSERVED]


def test_it_may_sign_its_links_and_refuse_unknown_parameters(tmp_path: Path) -> None:
    download = "/paths/~1v1~1exports~1{id}~1file/get"
    changes = {
        "/x-authentication": {"schemes": ["bce-auth-v1"], "x-cite": SAID},
        "/x-link": {
            "operation": "DownloadExport",
            "scheme": "bce-auth-v1",
            "seconds": 600,
            "url": "https://files.acme.example/v1/exports/{task.id}/file",
            "x-cite": SAID,
        },
        f"{download}/x-schemes": ["bce-auth-v1"],
        "/components/schemas/Export/properties/url": {"type": "string", "x-bind": "task.link"},
    }
    path = tmp_path / SHOWN.name
    path.write_text(yaml.safe_dump(patch(read(SHOWN), changes)))
    suite = Suite((path,), run=Run(seed=1, max_examples=2))
    with closing(suite):
        asked = [each for each in suite.clauses if each.operation == "DownloadExport" or each.kind == "signature"]
        found = [suite.judge(clause) for clause in asked if clause.kind not in {"conformance", "robustness"}]
    assert [(each.clause.id, each.reason) for each in found if each.verdict is not Verdict.HELD] == [
        ("acme-audit/DownloadExport/rate-limit", "this operation is reached through a link only"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("openapi: 3.0.3", "swagger: '2.0'", ":1: is Swagger 2.0, and OpenAPI 3.0 is read"),
        ("x-authentication:", "x-auth:", "'x-authentication' is missing: .* docs/vocabulary.md"),
        ("x-error-codes:", "x-error-code:", r":\d+: unknown keyword x-error-code; did you mean x-error-codes\?"),
        ('$ref: "#/components/schemas/', '$ref: "#/components/schemas/Absent', "the reference .* leads nowhere"),
        ("components:", "components: [", r":\d+: is not YAML: "),
    ],
)
def test_one_that_cannot_be_used_is_refused_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / OWN.name
    text = OWN.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(SpecError, match=rf"^{path}.*{said}"):
        _ = Suite((path,)).clauses


def test_one_whose_schemas_have_no_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / OWN.name
    document = yaml.safe_load(OWN.read_text())
    report = document["components"]["schemas"]["NewReport"]
    report["properties"]["again"] = {"$ref": "#/components/schemas/NewReport"}
    path.write_text(yaml.safe_dump(document))
    with pytest.raises(SpecError, match=rf"^{path}.*holds itself; values of such schemas have no end"):
        _ = Suite((path,)).clauses


def test_a_folder_is_no_spec(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=f"^{tmp_path}: cannot be read: Is a directory$"):
        _ = Suite((tmp_path,)).clauses
