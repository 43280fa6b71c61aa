"""Is one YAML file outside the package all that a new API takes: a mock, its clauses, and their verdicts?"""

from collections import Counter
from contextlib import closing
from pathlib import Path

from contracts.calls.client import Run
from contracts.judgement import Verdict
from contracts.suite import Suite
from mockserver import create_app

OWN = Path(__file__).parent / "acme-reports.yaml"
API = OWN.stem


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
