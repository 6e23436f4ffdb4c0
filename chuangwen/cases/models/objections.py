"""Objections: somebody finds that a closed problem was not put right, and has to be answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models.cases import Case, CaseEvent
from chuangwen.kernel.access import AccessScope


class Objection(models.Model):
    """What somebody says against the closing of a case. One waits at a time; whoever says more adds to it.

    Answered by a person: ``upheld`` (the problem goes on in ``new_case``) or ``dismissed`` with a sentence. Where nobody answers before
    ``due_at`` the clock upholds it: silence reopens.
    """

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("objection", "waits for an answer")
        UPHELD = "upheld", pgettext_lazy("objection", "upheld: the problem goes on")
        DISMISSED = "dismissed", pgettext_lazy("objection", "answered: stays closed")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="objections", db_index=False)
    event = models.OneToOneField(CaseEvent, on_delete=models.CASCADE, related_name="objection")
    words = models.CharField(max_length=500)
    said_by = models.CharField(max_length=80, blank=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    by_clock = models.BooleanField(default=False, help_text="nobody answered in time: the clock upheld it")
    new_case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    access_scope = AccessScope(division="case__division", own="case__reported_by")

    class Meta:
        indexes = [
            models.Index(fields=["case", "raised_at"]),
            models.Index(fields=["due_at"], condition=Q(state="pending"), name="objections_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="pending"), name="one_objection_waits"),
            models.CheckConstraint(condition=~Q(state="upheld") | Q(new_case__isnull=False), name="upheld_goes_on"),
            models.CheckConstraint(condition=~Q(state="dismissed") | ~Q(answer=""), name="dismissed_with_words"),
            models.CheckConstraint(condition=Q(state="pending") | Q(answered_at__isnull=False), name="objection_answered_when"),
        ]

    def __str__(self) -> str:
        return self.words
