"""The words of Wagtail's scripts, as HR and editors read them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import wagtail.admin
from babel.messages.pofile import read_po
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_every_word_of_the_admins_scripts_is_japanese(client: Client) -> None:
    listed = Path(wagtail.admin.__file__).parent / "locale/en/LC_MESSAGES/djangojs.po"
    with listed.open("rb") as file:
        words = [one.id if isinstance(one.id, str) else one.id[0] for one in read_po(file) if one.id]

    script = client.get(reverse("wagtailadmin_javascript_catalog"), headers={"accept-language": "ja"}).content.decode()
    catalogue = re.search(r"const newcatalog = (\{.*?\n  \});", script, re.DOTALL)

    assert catalogue, script[:2000]
    known = json.loads(catalogue[1])
    assert [word for word in words if word not in known] == []
    assert known["Collapse all"] == "すべて折りたたむ"
