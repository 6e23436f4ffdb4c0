"""The ladder of escalation: steps that a stuck case climbs, their cases, appeals against them, and the rules by which they are proposed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models.cases import Case, LimitUnit
from chuangwen.evidence.models import Photo
from chuangwen.kernel.access import AccessScope
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.standards.models import Family


class Level(models.IntegerChoices):
    """The rungs, from the lowest (DOMAIN.md section 4, R15)."""

    REMINDER = 1, pgettext_lazy("escalation", "reminder")
    ORDER = 2, pgettext_lazy("escalation", "supervision order")
    LISTED = 3, pgettext_lazy("escalation", "listed supervision")
    TALK = 4, pgettext_lazy("escalation", "talk")
    HAND_OVER = 5, pgettext_lazy("escalation", "hand-over to discipline inspection")


class StepState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("escalation", "proposed")
    APPROVED = "approved", pgettext_lazy("escalation", "approved")
    ISSUED = "issued", pgettext_lazy("escalation", "issued")
    ANSWERED = "answered", pgettext_lazy("escalation", "answered")
    FULFILLED = "fulfilled", pgettext_lazy("escalation", "fulfilled")
    BROKEN = "broken", pgettext_lazy("escalation", "not kept")
    ENDED = "ended", pgettext_lazy("escalation", "ended")
    WITHDRAWN = "withdrawn", pgettext_lazy("escalation", "withdrawn")


OVER = (StepState.ENDED, StepState.WITHDRAWN)
RUNNING_STEPS = (StepState.ISSUED, StepState.ANSWERED)


class Trigger(models.TextChoices):
    """What a rule waits for."""

    HALF = "half", pgettext_lazy("escalation rule", "half of the time used")
    OVERDUE = "overdue", pgettext_lazy("escalation rule", "overdue")
    SUPERVISION = "supervision", pgettext_lazy("escalation rule", "over by further limits")
    BROKEN = "broken", pgettext_lazy("escalation rule", "step below not kept")
    REWORK = "rework", pgettext_lazy("escalation rule", "sent back so many times")
    REBOUNDS = "rebounds", pgettext_lazy("escalation rule", "came back so many times")


COUNTED = (Trigger.REWORK, Trigger.REBOUNDS)


class EscalationRule(models.Model):
    """When the next step is proposed by itself. ``climb``: how far above the handling unit it is addressed (0: to the unit itself).

    ``count`` is read where the trigger counts something. A hand-over is never proposed by a rule.
    """

    level = models.PositiveSmallIntegerField(choices=[pair for pair in Level.choices if pair[0] != Level.HAND_OVER])
    trigger = models.CharField(max_length=12, choices=Trigger.choices)
    count = models.PositiveSmallIntegerField(default=0)
    family = models.ForeignKey(Family, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    severity = models.PositiveSmallIntegerField(default=1, help_text="of problems at least so serious, 1 to 4")
    climb = models.PositiveSmallIntegerField(default=0)
    answer_amount = models.PositiveSmallIntegerField(default=1)
    answer_unit = models.CharField(max_length=14, choices=LimitUnit.choices, default=LimitUnit.WORKING_DAYS)
    asks = models.CharField(max_length=300, blank=True, help_text="what the step asks of the unit")
    active = models.BooleanField(default=True)

    access_scope = AccessScope(shared=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=Level.REMINDER, level__lte=Level.TALK), name="rule_never_hands_over"),
            models.CheckConstraint(condition=Q(answer_amount__gt=0), name="rule_answer_time"),
            models.CheckConstraint(condition=~Q(trigger__in=["rework", "rebounds"]) | Q(count__gt=0), name="rule_counts"),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="rule_severity"),
            models.CheckConstraint(
                condition=Q(level=Level.REMINDER, trigger="half") | (~Q(level=Level.REMINDER) & ~Q(trigger="half")),
                name="half_reminds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_trigger_display()} → {self.get_level_display()}"


class EscalationSettings(models.Model):
    """What an office sets once for its ladder: one row."""

    by_rule = models.BooleanField(default=True, help_text="steps are proposed by themselves")
    appeal_amount = models.PositiveSmallIntegerField(default=3)
    appeal_unit = models.CharField(max_length=14, choices=LimitUnit.choices, default=LimitUnit.WORKING_DAYS)
    promise_days = models.PositiveSmallIntegerField(default=30, help_text="a promise reaches so many days ahead at most")
    public_promises = models.BooleanField(default=False, help_text="promises of listed supervision are shown to everybody")

    access_scope = AccessScope(shared=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="escalation_settings_once"),
            models.CheckConstraint(condition=Q(appeal_amount__gt=0, promise_days__gt=0), name="appeal_time"),
        ]


class SupervisingOffice(models.Model):
    """督查机关: whose steps an area's are, and the characters of their numbers: 河东督字〔2026〕3号. One series per word and year."""

    division = models.OneToOneField(Division, null=True, blank=True, on_delete=models.CASCADE, related_name="supervising_office")
    organ = models.CharField(max_length=100)
    code = models.CharField(max_length=20, unique=True)
    order_word = models.CharField(max_length=10, default="督字")
    listed_word = models.CharField(max_length=10, default="指令字")
    talk_word = models.CharField(max_length=10, default="约谈字")
    hand_over_word = models.CharField(max_length=10, default="移送字")

    access_scope = AccessScope(division="division")

    def __str__(self) -> str:
        return self.organ


class EscalationStep(models.Model):
    """One rung taken with one unit for one case or several: what is asked, and what the unit says and promises.

    Proposed and approved are the office's own; from ``issued`` on the unit knows. ``due_at``: until when an answer is asked for;
    ``promised_on``: the last day of what the unit promised. ``mark`` is what the clock last told about (a wait that is over is told once).
    A paper about it is held by its name and address: the room that makes papers stands to the right.
    """

    level = models.PositiveSmallIntegerField(choices=Level.choices)
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.PROPOSED)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="escalation_steps", db_index=False)
    division = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule = models.ForeignKey(EscalationRule, null=True, blank=True, on_delete=models.SET_NULL, related_name="steps")
    reason = models.CharField(max_length=300)
    asks = models.CharField(max_length=300)
    answer_amount = models.PositiveSmallIntegerField(default=1)
    answer_unit = models.CharField(max_length=14, choices=LimitUnit.choices, default=LimitUnit.WORKING_DAYS)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    office = models.ForeignKey(SupervisingOffice, null=True, blank=True, on_delete=models.PROTECT, related_name="steps")
    number = models.CharField(max_length=60, null=True, blank=True, unique=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    measure = models.CharField(max_length=500, blank=True)
    promise = models.CharField(max_length=300, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="fulfilled or found not kept")
    ended_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="why it was withdrawn, found so or ended")
    appealed_at = models.DateTimeField(null=True, blank=True, help_text="since when an appeal waits")
    mark = models.CharField(max_length=20, blank=True)
    paper_title = models.CharField(max_length=200, blank=True)
    paper_url = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", via=("cases.StepUnit", "step_id", "unit"))

    class Meta:
        indexes = [
            models.Index(fields=["division", "state", "level"]),
            models.Index(fields=["unit", "state"]),
            models.Index(fields=["level", "promised_on"], condition=Q(promised_on__isnull=False), name="steps_promised"),
            models.Index(fields=["due_at"], condition=Q(state="issued"), name="steps_unanswered"),
            models.Index(fields=["promised_on"], condition=Q(state="answered"), name="steps_promise_runs"),
            models.Index(fields=["appealed_at"], condition=Q(appealed_at__isnull=False), name="steps_appealed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(level=Level.REMINDER)
                | Q(state__in=["proposed", "approved", "withdrawn"])
                | Q(number__isnull=False),
                name="issued_by_number",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.REMINDER) | ~Q(state="approved") | Q(approved_at__isnull=False), name="approved_at_some_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False, promised_on__isnull=False), name="answered_with_a_day"
            ),
            models.CheckConstraint(condition=~Q(state="withdrawn") | ~Q(note=""), name="withdrawn_with_words"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.get_level_display()} {self.unit}"


class StepCase(models.Model):
    """A case in a step. ``live`` while the step is neither ended nor withdrawn and the case is still this unit's."""

    step = models.ForeignKey(EscalationStep, on_delete=models.CASCADE, related_name="links")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps", db_index=False)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    live = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "level", "at"])]
        constraints = [
            models.UniqueConstraint(fields=["step", "case"], name="case_once_in_a_step"),
            models.UniqueConstraint(fields=["case", "level"], condition=Q(live=True), name="one_live_step_of_a_level"),
        ]


class StepUnit(models.Model):
    """Who sees a step: the unit it is addressed to, and the units that work on its cases."""

    step = models.ForeignKey(EscalationStep, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "step"], name="unit_once_in_a_step")]


class StepEvent(models.Model):
    """Something that happened to a step. Never changed."""

    step = models.ForeignKey(EscalationStep, on_delete=models.CASCADE, related_name="events")
    verb = models.CharField(max_length=16)
    at = models.DateTimeField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    actor_name = models.CharField(max_length=80, blank=True)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]


class Appeal(models.Model):
    """What a unit says against a step, with evidence; decided until ``due_at``. Granted, the step is withdrawn. While it waits the step
    rests."""

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("appeal", "waits for a decision")
        GRANTED = "granted", pgettext_lazy("appeal", "granted: the step is withdrawn")
        DENIED = "denied", pgettext_lazy("appeal", "denied: the step stands")

    step = models.ForeignKey(EscalationStep, on_delete=models.CASCADE, related_name="appeals")
    words = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["step"], condition=Q(state="pending"), name="one_appeal_waits"),
            models.CheckConstraint(
                condition=Q(state="pending") | (Q(decided_at__isnull=False) & ~Q(answer="")), name="appeal_decided_with_words"
            ),
        ]

    def __str__(self) -> str:
        return self.words


class AppealPhoto(models.Model):
    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="photo_links")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["appeal", "photo"], name="appeal_photo_once")]
