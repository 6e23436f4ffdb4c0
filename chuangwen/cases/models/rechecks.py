"""Silent re-checks: which closed cases are looked at again by somebody else, drawn how, found how."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models.cases import Case
from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import AccessScope
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Located


class RecheckSettings(models.Model):
    """How many closed cases are checked again and which ones weigh more: one row. Editable (DOMAIN.md section 2, rule 4).

    ``share`` and ``random_part`` are percent: of what was closed in the window, and of what is drawn. A weight says how many times as
    likely as a plain case one is drawn that shows the sign in full; see ``rechecks.rules.weight``.
    """

    share = models.DecimalField(max_digits=5, decimal_places=2, default=5)
    random_part = models.PositiveSmallIntegerField(default=50)
    weight_rebounds = models.PositiveSmallIntegerField(default=3)
    weight_doubts = models.PositiveSmallIntegerField(default=4)
    weight_rushed = models.PositiveSmallIntegerField(default=2)
    weight_rework = models.PositiveSmallIntegerField(default=2)
    rushed_percent = models.PositiveSmallIntegerField(default=10, help_text="submitted in so much of the end of its time")
    from_days = models.PositiveSmallIntegerField(default=3, help_text="closed at least so many days ago")
    to_days = models.PositiveSmallIntegerField(default=30, help_text="closed at most so many days ago")
    days_to_visit = models.PositiveSmallIntegerField(default=7)
    at_most = models.PositiveSmallIntegerField(default=200, help_text="by one draw")
    weekly = models.BooleanField(default=True, help_text="drawn by itself every week")

    access_scope = AccessScope(shared=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="recheck_settings_once"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=100, random_part__lte=100), name="recheck_shares"),
            models.CheckConstraint(
                condition=Q(from_days__lte=models.F("to_days"), days_to_visit__gt=0, at_most__gt=0, rushed_percent__lte=100),
                name="recheck_days",
            ),
        ]


class RecheckDraw(models.Model):
    """One draw, with everything that is needed to do it again: ``frame`` holds [number of the case, weight] of every case that could be drawn,
    ``result`` [number, how, account] of those that were. ``frame_hash`` is what the trail keeps: it names no case."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    seed = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    closed_from = models.DateField()
    closed_to = models.DateField()
    share = models.DecimalField(max_digits=5, decimal_places=2)
    random_part = models.PositiveSmallIntegerField()
    at_most = models.PositiveSmallIntegerField()
    frame = models.JSONField(default=list)
    frame_hash = models.CharField(max_length=64)
    result = models.JSONField(default=list)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.drawn_at:%Y%m%d}-{self.pk}"


class Recheck(Located):
    """A closed case that somebody independent looks at again, without notice.

    Until it is done nobody of the units that answered for the case may learn of it: everything that reads re-checks goes through
    ``rechecks.queries``. ``unit`` is who answered when it was drawn.
    """

    class How(models.TextChoices):
        RANDOM = "random", pgettext_lazy("recheck", "at random")
        RISK = "risk", pgettext_lazy("recheck", "by risk")

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("recheck", "planned")
        DONE = "done", pgettext_lazy("recheck", "done")
        DROPPED = "dropped", pgettext_lazy("recheck", "dropped")

    class Result(models.TextChoices):
        SOLVED = "solved", pgettext_lazy("recheck", "still solved")
        BACK = "back", pgettext_lazy("recheck", "back")
        UNCLEAR = "unclear", pgettext_lazy("recheck", "could not tell")

    draw = models.ForeignKey(RecheckDraw, on_delete=models.PROTECT, related_name="rechecks")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="rechecks")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    how = models.CharField(max_length=6, choices=How.choices)
    weight = models.FloatField()
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    result = models.CharField(max_length=8, choices=Result.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    new_case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    photos = models.ManyToManyField(Photo, through="RecheckPhoto", related_name="+")

    access_scope = AccessScope(division="case__division", own="assigned_to")

    class Meta:
        indexes = [
            models.Index(fields=["assigned_to", "state", "due_on"]),
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["unit", "done_at"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="planned"), name="one_recheck_planned"),
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(result="") & Q(done_at__isnull=False)), name="recheck_done_with_result"
            ),
            models.CheckConstraint(condition=~Q(result="back") | Q(new_case__isnull=False), name="recheck_back_goes_on"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class RecheckPhoto(models.Model):
    recheck = models.ForeignKey(Recheck, on_delete=models.CASCADE, related_name="photo_links", db_index=False)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recheck", "photo"], name="recheck_photo_once")]
