"""The product's settings: one dict, read when asked for, and what is wrong with it is said at start-up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Tags, run_checks

from training.checks import KNOWN, settings_are_known_and_complete
from training.conf import Conf, conf


@pytest.fixture
def with_settings(settings: Any) -> Any:
    """Change some of the product's settings; None takes one away."""

    def change(**changes: Any) -> None:
        merged = {**settings.PRIVACY_TRAINING, **changes}
        settings.PRIVACY_TRAINING = {key: value for key, value in merged.items() if value is not None}

    return change


def found() -> list[str]:
    return [str(message.id).removeprefix("privacy_training.") for message in settings_are_known_and_complete()]


def test_the_settings_of_this_run_are_complete():
    assert found() == []


def test_a_misspelt_setting_is_named_with_those_there_are(with_settings: Any):
    with_settings(COMPANY_TITLE="x", ledger_key_file="y")
    messages = settings_are_known_and_complete()
    assert [m.id for m in messages] == ["privacy_training.E001"] * 2
    assert "'COMPANY_TITLE'" in messages[0].msg
    assert "COMPANY_NAME" in str(messages[0].hint)


@pytest.mark.parametrize("name", ["", None])
def test_a_company_without_a_name_is_an_error(with_settings: Any, name: str | None):
    with_settings(COMPANY_NAME=name)
    assert found() == ["E002"]


@pytest.mark.parametrize("path", ["", None])
def test_a_log_without_a_key_is_an_error(with_settings: Any, path: str | None):
    with_settings(LEDGER_KEY_FILE=path)
    assert found() == ["E003"]


@pytest.mark.parametrize(("debug", "ids"), [(False, ["E004"]), (True, [])])
def test_a_key_that_is_not_there_is_an_error_in_production_alone(
    with_settings: Any, settings: Any, tmp_path: Path, debug: bool, ids: list[str]
):
    settings.DEBUG = debug
    with_settings(LEDGER_KEY_FILE=tmp_path / "none.pem")
    assert found() == ids


@pytest.mark.parametrize("name", ["SIGNING_KEY_FILE", "SIGNING_CERTIFICATE_FILE"])
@pytest.mark.parametrize("path", ["", None])
def test_certificates_without_a_key_to_sign_them_are_an_error(with_settings: Any, name: str, path: str | None):
    with_settings(**{name: path})
    (message,) = settings_are_known_and_complete()
    assert message.id == "privacy_training.E005"
    assert name in message.msg
    assert "make_signing_key" in str(message.hint)


@pytest.mark.parametrize("name", ["SIGNING_KEY_FILE", "SIGNING_CERTIFICATE_FILE"])
@pytest.mark.parametrize(("debug", "ids"), [(False, ["E006"]), (True, [])])
def test_a_signing_file_that_is_not_there_is_an_error_in_production_alone(
    with_settings: Any, settings: Any, tmp_path: Path, name: str, debug: bool, ids: list[str]
):
    settings.DEBUG = debug
    with_settings(**{name: tmp_path / "none.pem"})
    assert found() == ids


def test_a_folder_is_no_key(with_settings: Any, tmp_path: Path):
    with_settings(LEDGER_KEY_FILE=tmp_path)
    assert found() == ["E004"]


def test_every_fault_comes_with_a_hint(with_settings: Any):
    with_settings(COMPANY_NAME=None, LEDGER_KEY_FILE=None, X=1)
    messages = settings_are_known_and_complete()
    assert len(messages) == 3
    assert all(m.hint and m.is_serious() for m in messages)


def test_the_check_runs_with_the_others(with_settings: Any):
    with_settings(COMPANY_NAME=None)
    assert "privacy_training.E002" in {m.id for m in run_checks(tags=[Tags.security])}


def test_a_setting_changed_while_running_takes_effect(with_settings: Any):
    with_settings(SIGNING_WINDOW_SECONDS=30, PUBLIC_URL="https://kenshu.example.jp/", TIME_ZONE="UTC")
    assert conf.signing_window_seconds == 30
    assert conf.check_url("ab") == "https://kenshu.example.jp/check/ab/"
    assert conf.time_zone.key == "UTC"


def test_every_setting_has_a_default(settings: Any):
    settings.PRIVACY_TRAINING = {}
    values = {name: getattr(conf, name.lower()) for name in KNOWN}
    assert values["TIME_ZONE"].key == "Asia/Tokyo"
    assert timedelta(seconds=values["SIGNING_WINDOW_SECONDS"]) == timedelta(minutes=10)
    assert values["LEDGER_KEY_FILE"] is None
    assert len(values) == len([value for value in vars(Conf).values() if isinstance(value, property)])


def test_a_site_without_the_dict_has_the_defaults_and_is_told_what_is_missing(settings: Any):
    del settings.PRIVACY_TRAINING
    assert conf.company_name == ""
    assert found() == ["E002", "E003", "E005", "E005"]
