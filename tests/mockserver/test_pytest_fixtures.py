"""Do the fixtures give a test what it asks for, and leave nothing to the next one?"""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

HEAD = """
    import pytest, requests
    API = "huawei-iotda"
    CREATION = {"resource_type": "BatchTask", "resource_condition": {"task_id": "5f433ce0c24389024365fdfa"}}

    def create(url, login):
        token = {"X-Auth-Token": login.token}
        return requests.post(f"{url}/v5/iot/{login.project}/export-tasks", headers=token, json=CREATION)

    CLOUD = "https://iotda.cn-north-4.myhuaweicloud.com"
"""


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package is installed, pytest would find the plugin a second time."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def outcomes(pytester: pytest.Pytester, body: str) -> tuple[dict[str, int], str]:
    """How the tests of a file end, and what is printed."""
    pytester.makepyfile(HEAD + body)
    found = pytester.runpytest_inprocess("-p", "mockserver.testing.plugin", "-p", "no:cacheprovider")
    ended = {how: count for how, count in found.parseoutcomes().items() if not how.startswith("warning")}
    return ended, str(found.stdout)  # pytest warns where the plugin was imported before


def test_in_this_process_each_test_starts_empty(pytester: pytest.Pytester) -> None:
    body = """
    @pytest.mark.cloud(API)
    @pytest.mark.parametrize("again", [1, 2])
    def test_it(cloud_mock, cloud_requests, again):
        login = cloud_mock.accounts.all()[0]
        assert create(CLOUD, login).status_code == 201
        assert [task["api"] for task in cloud_mock.tasks()] == [API]
        assert cloud_requests.operations == ["CreateExportTask"]
    """
    assert outcomes(pytester, body)[0] == {"passed": 2}


def test_on_a_port_each_test_has_an_account_and_a_clean_slate_of_its_own(pytester: pytest.Pytester) -> None:
    body = """
    seen = set()

    @pytest.mark.parametrize("again", [1, 2])
    def test_it(cloud_server, cloud_clock, cloud_requests, again):
        assert create(cloud_server.url, cloud_server.login).status_code == 201
        assert cloud_server.tasks()[0]["phase"] == "queued"
        cloud_clock.advance(3600)
        assert cloud_server.tasks()[0]["phase"] in ("succeeded", "expired")
        assert len(cloud_requests) == 1
        seen.add(cloud_server.login.key_id)
        assert len(seen) == again
        assert cloud_server.login.key_id in cloud_server.env("huawei-clouddc").values()
    """
    assert outcomes(pytester, body)[0] == {"passed": 2}


def test_a_mark_sets_clock_and_faults(pytester: pytest.Pytester) -> None:
    body = """
    @pytest.mark.cloud(API, clock="manual", faults=[(API, "IOTDA.000006", "CreateExportTask", 1)])
    def test_it(cloud_mock, cloud_requests):
        login = cloud_mock.accounts.all()[0]
        assert create(CLOUD, login).status_code >= 400
        assert create(CLOUD, login).status_code == 201
        cloud_requests.assert_sent("CreateExportTask", times=2, resource_type="BatchTask")
        assert not cloud_requests.of("CreateExportTask")[0].is_accepted
        assert cloud_mock.clock.now() == cloud_mock.clock.now()
    """
    assert outcomes(pytester, body)[0] == {"passed": 1}


def test_a_fault_can_be_added_in_a_test(pytester: pytest.Pytester) -> None:
    body = """
    def test_it(cloud_server, cloud_faults):
        cloud_faults.add(API, "IOTDA.000006", operation="CreateExportTask")
        assert create(cloud_server.url, cloud_server.login).status_code >= 400

    def test_next(cloud_server):
        assert create(cloud_server.url, cloud_server.login).status_code == 201
    """
    assert outcomes(pytester, body)[0] == {"passed": 2}


def test_an_assertion_that_fails_says_what_was_sent(pytester: pytest.Pytester) -> None:
    body = """
    @pytest.mark.cloud(API)
    def test_it(cloud_mock, cloud_requests):
        create(CLOUD, cloud_mock.accounts.all()[0])
        cloud_requests.assert_order("CreateExportTask", "ShowExportTask")
    """
    found, said = outcomes(pytester, body)
    assert found == {"failed": 1}
    assert "CreateExportTask → ShowExportTask were not called in this order" in said
    assert "1. CreateExportTask(resource_type='BatchTask'" in said


def test_a_refusal_is_told_with_its_reason(pytester: pytest.Pytester) -> None:
    body = """
    @pytest.mark.cloud(API)
    def test_it(cloud_mock, cloud_requests):
        requests.get(CLOUD + "/v5/iot/p/export-tasks")
        cloud_requests.assert_nothing_refused()
    """
    found, said = outcomes(pytester, body)
    assert found == {"failed": 1}
    assert "1 were refused" in said
    assert "no credentials" in said


def test_a_fault_of_another_form_is_told(pytester: pytest.Pytester) -> None:
    body = """
    @pytest.mark.cloud(API, faults=[("IOTDA.000006",)])
    def test_it(cloud_mock):
        pass
    """
    found, said = outcomes(pytester, body)
    assert found == {"errors": 1}
    assert "a fault is the name of a ready-made set, (api, code)" in said


def test_the_fixtures_are_told_by_pytest(pytester: pytest.Pytester) -> None:
    found = pytester.runpytest_inprocess("-p", "mockserver.testing.plugin", "--fixtures")
    for name in ("cloud_mock", "cloud_server", "cloud_clock", "cloud_faults", "cloud_requests"):
        found.stdout.fnmatch_lines([f"{name} -- *"])


def test_what_is_wrong_with_the_settings_is_told_in_one_line(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncloud_config = mock.yaml\n")
    pytester.path.joinpath("mock.yaml").write_text("clok: manual\n")
    body = """
    def test_in_this_process(cloud_mock): ...
    def test_on_a_port(cloud_server): ...
    """
    found, printed = outcomes(pytester, body)
    assert found == {"errors": 2}
    assert printed.count("mock.yaml:1:1: clok: is no setting here; did you mean 'clock'?") >= 2
    assert "Traceback" not in printed
    assert "schema.py" not in printed


def test_what_is_wrong_with_a_mark_is_told_in_one_line_once(pytester: pytest.Pytester) -> None:
    body = """
    @pytest.mark.cloud(API, clok="manual")
    def test_it(cloud_mock): ...
    """
    found, printed = outcomes(pytester, body)
    assert found == {"errors": 1}
    assert "mock() takes no clok; it takes config, clock" in printed
    assert "During handling" not in printed
    assert "inprocess.py" not in printed


def test_an_api_that_is_not_served_is_told_with_those_that_are(pytester: pytest.Pytester) -> None:
    body = """
    @pytest.mark.cloud(API)
    def test_it(cloud_server, cloud_mock):
        for ask in (cloud_server.env, cloud_server.client, cloud_mock.client):
            with pytest.raises(KeyError, match=f"no API 'nonsense' is served here; there are .*{API}"):
                ask("nonsense")
    """
    assert outcomes(pytester, body)[0] == {"passed": 1}


def test_the_ini_file_names_the_settings_of_all_mocks(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncloud_config = mock.yaml\n")
    pytester.path.joinpath("mock.yaml").write_text(
        "accounts: [{key-id: AKIDMINE, secret: SECRETMINE}]\nclock: manual\n"
    )
    body = """
    def known(cloud):
        return [each.key_id for each in cloud.accounts.all()]

    def test_in_this_process(cloud_mock):
        assert "AKIDMINE" in known(cloud_mock)
        assert cloud_mock.clock.now() == cloud_mock.clock.now()

    @pytest.mark.cloud(clock="x60")
    def test_a_mark_wins(cloud_mock):
        assert cloud_mock.clock.now() != cloud_mock.clock.now()

    def test_on_a_port(_cloud_port, cloud_server):
        assert "AKIDMINE" in known(_cloud_port)
    """
    assert outcomes(pytester, body)[0] == {"passed": 3}
