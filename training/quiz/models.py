"""Papers drawn, answers given and how they were marked."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.campaigns.models import Task
from training.catalogue.models import ModuleVersion, QuestionVersion
from training.ledger.models import Evidence


class Attempt(Evidence):
    """A paper drawn for a task.

    ``drawn`` lists question version ids in the order shown; ``seed`` rebuilds
    the draw and the order of the options.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("task"))
    number = models.PositiveIntegerField(_("attempt"))
    module_version = models.ForeignKey(
        ModuleVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )
    seed = models.CharField(_("seed"), max_length=32)
    drawn = models.JSONField(_("questions on the paper"))
    started_at = models.DateTimeField(_("started at"))
    deadline = models.DateTimeField(_("to be submitted by"), null=True, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering: ClassVar = ["task", "number"]
        constraints = [models.UniqueConstraint(fields=["task", "number"], name="quiz_attempt_number_unique")]

    def __str__(self) -> str:
        return f"{self.task_id} #{self.number}"


class SavedAnswer(models.Model):
    """An answer kept while the paper is open, so that a crash or another device loses nothing."""

    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, related_name="saved_answers", verbose_name=_("attempt")
    )
    question_version = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("question")
    )
    response = models.JSONField(_("response"))
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("saved answer")
        verbose_name_plural = _("saved answers")
        constraints = [models.UniqueConstraint(fields=["attempt", "question_version"], name="quiz_savedanswer_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.question_version_id}"


class Submission(Evidence):
    """A paper handed in: once."""

    attempt = models.OneToOneField(
        Attempt, on_delete=models.PROTECT, related_name="submission", verbose_name=_("attempt")
    )
    at = models.DateTimeField(_("submitted at"))

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return str(self.attempt_id)


class Answer(Evidence):
    """A response to one question: itself a disclosure under ``response_digest``, erasable with the person."""

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="answers", verbose_name=_("submission")
    )
    question_version = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("question")
    )
    response_digest = models.CharField(_("response's digest"), max_length=43)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [models.UniqueConstraint(fields=["submission", "question_version"], name="quiz_answer_once")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.question_version_id}"


class Marking(Evidence):
    """A submission's marks; the highest number counts. Points are whole, per question version id in ``points``."""

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="markings", verbose_name=_("submission")
    )
    number = models.PositiveIntegerField(_("marking"))
    points = models.JSONField(_("points per question"))
    score = models.PositiveIntegerField(_("score"))
    out_of = models.PositiveIntegerField(_("out of"))
    passed = models.BooleanField(_("passed"))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("marked by"),
        help_text=_("Empty: marked by the system."),
    )
    at = models.DateTimeField(_("marked at"))

    class Meta:
        verbose_name = _("marking")
        verbose_name_plural = _("markings")
        ordering: ClassVar = ["submission", "number"]
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="quiz_marking_number_unique")]

    def __str__(self) -> str:
        return f"{self.score}/{self.out_of}"

    @property
    def percent(self) -> int:
        """The score in per cent, rounded down: 79.6 are not the 80 that pass.

        0 where every question was withdrawn, so that nothing was left to score.
        """
        return 100 * self.score // self.out_of if self.out_of else 0


class Withdrawal(Evidence):
    """A question was found faulty: papers that hold it are marked again without it, new ones do not draw it.

    The reason is a disclosure of the entry.
    """

    question_version = models.OneToOneField(
        QuestionVersion, on_delete=models.PROTECT, related_name="withdrawal", verbose_name=_("question")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("withdrawn by")
    )
    at = models.DateTimeField(_("withdrawn at"))

    class Meta:
        verbose_name = _("withdrawal of a question")
        verbose_name_plural = _("withdrawals of questions")
        ordering: ClassVar = ["at"]

    def __str__(self) -> str:
        return str(self.question_version_id)


class MakeUp(Evidence):
    """Somebody who has no attempt left was taught again (再教育) and may sit so many more papers.

    What was done, and why, are disclosures of the entry.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="make_ups", verbose_name=_("task"))
    number = models.PositiveIntegerField(_("make-up"))
    attempts = models.PositiveIntegerField(_("attempts granted"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("granted by")
    )
    at = models.DateTimeField(_("granted at"))

    class Meta:
        verbose_name = _("make-up")
        verbose_name_plural = _("make-ups")
        ordering: ClassVar = ["task", "number"]
        constraints = [models.UniqueConstraint(fields=["task", "number"], name="quiz_makeup_number_unique")]

    def __str__(self) -> str:
        return f"{self.task_id} #{self.number}"
