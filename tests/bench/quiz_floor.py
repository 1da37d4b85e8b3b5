"""The floor that the quiz engine is measured against: a view that does nothing but be called and write.

It stands on the same server behind the same middleware, asks for the same sign-in and the same CSRF token, reads the
same form, and writes n + 4 rows for n answers, one INSERT each, and updates one.
"""

from __future__ import annotations

import uuid

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import connection, models, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.views.generic import View


class FloorRow(models.Model):
    """A row of about the size of an answer's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=100)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "floor"
        managed = False

    def __str__(self) -> str:
        return self.name


class FloorCounter(models.Model):
    """What one UPDATE moves."""

    count = models.PositiveIntegerField()

    class Meta:
        app_label = "floor"
        managed = False

    def __str__(self) -> str:
        return str(self.count)


class FloorView(LoginRequiredMixin, View):
    """Write, and go elsewhere."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """As many rows as the form has answers, and four."""
        answers = {key: value for key, value in request.POST.items() if len(key) == 36}
        with transaction.atomic():
            for number in range(len(answers) + 4):
                FloorRow.objects.create(name=f"{request.user.pk}/{number}", text=str(answers))
            FloorCounter.objects.filter(pk=1).update(count=F("count") + 1)
        return redirect("/")


def make_tables() -> None:
    """The floor's tables, in whatever database there is."""
    with connection.schema_editor() as editor:
        editor.create_model(FloorRow)
        editor.create_model(FloorCounter)
    FloorCounter.objects.create(pk=1, count=0)


urlpatterns = [path("floor/", FloorView.as_view()), path("", include("cms.site.urls"))]
