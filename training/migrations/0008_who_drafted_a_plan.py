"""Who drafted and changed a plan: two more kinds of event. The choices live in Python alone; no table changes."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("privacy_training", "0007_mail_language"),
    ]

    operations = [
        migrations.AlterField(
            model_name="campaignevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("drafted", "Plan drafted"),
                    ("changed", "Plan changed"),
                    ("approved", "Plan approved"),
                    ("opened", "Opened"),
                    ("extended", "Extended"),
                    ("adopted", "Newer version adopted"),
                    ("closed", "Closed"),
                    ("cancelled", "Cancelled"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]
