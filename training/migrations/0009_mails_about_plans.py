"""Letters about plans: to accounts, privacy officers among them. Letters are no evidence; no other table changes."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("privacy_training", "0008_who_drafted_a_plan"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="about",
            field=models.CharField(
                choices=[("training", "Somebody's training"), ("plans", "Plans")],
                default="training",
                max_length=20,
                verbose_name="about",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="account",
            ),
        ),
        migrations.AlterField(
            model_name="letter",
            name="reader",
            field=models.CharField(
                choices=[
                    ("learner", "The person"),
                    ("manager", "The manager"),
                    ("hr", "HR"),
                    ("officer", "The privacy officer"),
                    ("responsible", "The person responsible for the campaign"),
                ],
                max_length=20,
                verbose_name="who is told",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("about", "plans")), fields=["made_at"], name="reminders_letters_plans"
            ),
        ),
    ]
