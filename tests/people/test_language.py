"""In which language somebody is written to."""

from __future__ import annotations

from typing import Any

import pytest

from tests import building
from tests.people.test_scim import told
from training.errors import Invalid
from training.people.account_models import MailLanguage
from training.people.language import choose_language, known_language, language_of
from training.people.scim_clients import SCOPES, make_client
from training.people.scim_users import create_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    """A site in two languages; a bare Django knows a hundred."""
    settings.LANGUAGES = [("ja", "日本語"), ("en", "English")]


def test_the_own_choice_counts_before_the_providers_word_and_that_before_the_companys() -> None:
    client, _token = make_client(name="IdP", scopes=SCOPES, by=None, now=building.NOW)
    user = create_user(client=client, resource=told(preferredLanguage="en-US"), now=building.NOW)
    other = building.person("000102", "𠮷田 二")
    assert user.employee is not None
    assert (language_of(user.employee.pk), language_of(other.employee_id), language_of(None)) == ("en", "ja", "ja")
    choose_language(employee=user.employee, language="ja")
    choose_language(employee=other.employee, language="en")
    assert (language_of(user.employee.pk), language_of(other.employee_id)) == ("ja", "en")


def test_it_is_chosen_anew_as_often_as_one_likes_and_only_among_the_sites_languages() -> None:
    employee = building.person().employee
    for language in ("en", "ja", "en"):
        choose_language(employee=employee, language=language)
    assert MailLanguage.objects.get().language == "en"
    for language in ("", "zh", "EN", "en\x00"):
        with pytest.raises(Invalid):
            choose_language(employee=employee, language=language)
    assert language_of(employee.pk) == "en"


def test_it_costs_one_query(django_assert_num_queries: Any) -> None:
    employee = building.person().employee
    with django_assert_num_queries(1):
        language_of(employee.pk)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("en-US", "en"), ("en_GB,ja;q=0.5", "en"), ("ja-JP", "ja"), ("zh", "ja"), ("", "ja"), ("x" * 600, "ja")],
)
def test_a_tag_means_the_language_that_comes_nearest(wanted: str, found: str) -> None:
    assert known_language(wanted) == found
