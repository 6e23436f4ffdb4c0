"""Cases, who answers for them, and everything that happened to them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models.cells import Cell
from chuangwen.evidence.models import Photo
from chuangwen.fieldwork.models import Observation, Round
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.identifiers import Identified
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Grid, Located, Site
from chuangwen.standards.models import Criterion, Family, Kind


class State(models.TextChoices):
    """DOMAIN.md section 5."""

    REPORTED = "reported", pgettext_lazy("case state", "reported")
    SCREENED = "screened", pgettext_lazy("case state", "screened")
    DISPATCHED = "dispatched", pgettext_lazy("case state", "dispatched")
    REFUSED = "refused", pgettext_lazy("case state", "refused, to be redispatched")
    RECTIFYING = "rectifying", pgettext_lazy("case state", "being rectified")
    DEFERRED = "deferred", pgettext_lazy("case state", "deferred")
    SUBMITTED = "submitted", pgettext_lazy("case state", "submitted for check")
    VERIFIED = "verified", pgettext_lazy("case state", "verified")
    CLOSED = "closed", pgettext_lazy("case state", "closed")
    REJECTED = "rejected", pgettext_lazy("case state", "rejected")
    MERGED = "merged", pgettext_lazy("case state", "merged")


OPEN_STATES = (
    State.REPORTED,
    State.SCREENED,
    State.DISPATCHED,
    State.REFUSED,
    State.RECTIFYING,
    State.DEFERRED,
    State.SUBMITTED,
    State.VERIFIED,
)
WORKING_STATES = (State.DISPATCHED, State.RECTIFYING)
"""A unit's clock runs."""


class Verb(models.TextChoices):
    """What happens to cases: the words of the events."""

    REPORT = "report", pgettext_lazy("case event", "reported")
    EDIT = "edit", pgettext_lazy("case event", "corrected")
    COMMENT = "comment", pgettext_lazy("case event", "remarked")
    SCREEN = "screen", pgettext_lazy("case event", "screened")
    MERGE = "merge", pgettext_lazy("case event", "merged")
    REJECT = "reject", pgettext_lazy("case event", "rejected")
    DISPATCH = "dispatch", pgettext_lazy("case event", "dispatched")
    REDISPATCH = "redispatch", pgettext_lazy("case event", "redispatched")
    SIGN_FOR = "sign_for", pgettext_lazy("case event", "signed for")
    REFUSE = "refuse", pgettext_lazy("case event", "refused")
    PASS_ON = "pass_on", pgettext_lazy("case event", "passed on")
    HAND_BACK = "hand_back", pgettext_lazy("case event", "handed back")
    ASK_EXTENSION = "ask_extension", pgettext_lazy("case event", "asked for more time")
    GRANT_EXTENSION = "grant_extension", pgettext_lazy("case event", "granted more time")
    DENY_EXTENSION = "deny_extension", pgettext_lazy("case event", "denied more time")
    DEFER = "defer", pgettext_lazy("case event", "deferred")
    RESUME = "resume", pgettext_lazy("case event", "resumed")
    SUBMIT = "submit", pgettext_lazy("case event", "submitted")
    SEND_BACK = "send_back", pgettext_lazy("case event", "sent back")
    VERIFY = "verify", pgettext_lazy("case event", "verified")
    CLOSE = "close", pgettext_lazy("case event", "closed")
    SOLVE_ON_SPOT = "solve_on_spot", pgettext_lazy("case event", "solved on the spot")
    REBOUND = "rebound", pgettext_lazy("case event", "found again")
    LINK_REBOUND = "link_rebound", pgettext_lazy("case event", "linked as found again")
    RECHECK = "recheck", pgettext_lazy("case event", "checked again")
    DISPUTE = "dispute", pgettext_lazy("case event", "objected to")
    ANSWER_DISPUTE = "answer_dispute", pgettext_lazy("case event", "objection answered")
    ESCALATE = "escalate", pgettext_lazy("case event", "escalated")
    CLOCK = "clock", pgettext_lazy("case event", "the clock")
    IMPORT = "import", pgettext_lazy("case event", "brought in")


class Source(models.TextChoices):
    PATROL = "patrol", pgettext_lazy("case source", "patrol")
    ROUND = "round", pgettext_lazy("case source", "inspection round")
    UNANNOUNCED = "unannounced", pgettext_lazy("case source", "unannounced visit")
    MOCK = "mock", pgettext_lazy("case source", "mock assessment")
    HIGHER = "higher", pgettext_lazy("case source", "sent down by a higher level")
    RESIDENT = "resident", pgettext_lazy("case source", "resident")
    HOTLINE = "hotline", pgettext_lazy("case source", "hotline")
    SYSTEM = "system", pgettext_lazy("case source", "other system")
    MEDIA = "media", pgettext_lazy("case source", "media")
    LEADER = "leader", pgettext_lazy("case source", "leader's instruction")
    SELF_CHECK = "self_check", pgettext_lazy("case source", "self-check")
    RECHECK = "recheck", pgettext_lazy("case source", "silent re-check")
    HISTORY = "history", pgettext_lazy("case source", "imported history")
    MEETING = "meeting", pgettext_lazy("case source", "resolution of a meeting")


class LimitUnit(models.TextChoices):
    WORKING_HOURS = "working_hours", pgettext_lazy("case limit", "working hours")
    WORKING_DAYS = "working_days", pgettext_lazy("case limit", "working days")
    CALENDAR_DAYS = "calendar_days", pgettext_lazy("case limit", "calendar days")


class Urgency(models.TextChoices):
    """How the clock stands, as the job last found it."""

    NONE = "none", pgettext_lazy("case clock", "no deadline running")
    ON_TIME = "on_time", pgettext_lazy("case clock", "on time")
    HALF = "half", pgettext_lazy("case clock", "half the time used")
    OVERDUE = "overdue", pgettext_lazy("case clock", "overdue")
    SUPERVISION = "supervision", pgettext_lazy("case clock", "to be supervised")


class LoopSettings(models.Model):
    """What an office sets once for its loop: one row, made when first asked for."""

    rebound_days = models.PositiveSmallIntegerField(
        default=30, help_text="the same problem at the same place within so many days is a rebound"
    )
    rebound_metres = models.PositiveSmallIntegerField(
        default=50, help_text="where no site is named: the same kind of problem so near is the same problem"
    )
    objection_amount = models.PositiveSmallIntegerField(default=2, help_text="how long the office may take over an objection")
    objection_unit = models.CharField(max_length=14, choices=LimitUnit.choices, default=LimitUnit.WORKING_DAYS)
    arbitration_amount = models.PositiveSmallIntegerField(default=1)
    arbitration_unit = models.CharField(max_length=14, choices=LimitUnit.choices, default=LimitUnit.WORKING_DAYS)
    default_amount = models.PositiveSmallIntegerField(default=3, help_text="the limit where no rule fits")
    default_unit = models.CharField(max_length=14, choices=LimitUnit.choices, default=LimitUnit.WORKING_DAYS)
    supervise_after_limits = models.PositiveSmallIntegerField(default=1, help_text="how many more limits over before supervision")

    access_scope = AccessScope(shared=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="loop_settings_once"),
            models.CheckConstraint(
                condition=Q(arbitration_amount__gt=0, default_amount__gt=0, supervise_after_limits__gt=0, objection_amount__gt=0),
                name="loop_limits_positive",
            ),
        ]


class DeadlineRule(models.Model):
    """How long a problem may take: the strongest matching row holds (source, then kind, then family, then severity). Editable.

    ``works`` are building works: they are put off against a plan rather than done within the limit.
    """

    family = models.ForeignKey(Family, null=True, blank=True, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.ForeignKey(Kind, null=True, blank=True, on_delete=models.CASCADE, related_name="deadlines")
    severity = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices, blank=True)
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=14, choices=LimitUnit.choices)
    works = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    active = models.BooleanField(default=True)

    access_scope = AccessScope(shared=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="deadline_positive")]

    def __str__(self) -> str:
        return f"{self.amount} {self.get_unit_display()}"


LIVE = Q(live__isnull=False)
"""Not ended. Written like this (and not as a list of states) a database can prove that the small indexes of what is alive will do."""


class Case(Identified, Located):
    """件 (问题): anything that has to be closed. ``number`` is what people call it by; what follows its dash is never given twice.

    One clock runs at a time: the unit's from dispatch to submission, the office's (arbitration) while the case stands refused. ``pauses``
    are the times that do not count, [[from, until], ...] as ISO moments; ``paused_at`` begins the one that still lasts. ``next_at`` is when
    the job has to look at the case again.
    """

    number = models.CharField(max_length=30, null=True, unique=True, editable=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.REPORTED)
    live = models.GeneratedField(
        expression=models.Case(models.When(state__in=("closed", "rejected", "merged"), then=None), default=models.Value(True)),
        output_field=models.BooleanField(null=True), db_persist=True,
    )  # fmt: skip
    source = models.CharField(max_length=12, choices=Source.choices)
    description = models.CharField(max_length=500)
    family = models.ForeignKey(Family, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False)
    kind = models.ForeignKey(Kind, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False)
    severity = models.PositiveSmallIntegerField(default=2)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False)
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False)
    grid = models.ForeignKey(Grid, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases", db_index=False)
    address = models.CharField(max_length=200, blank=True)
    criterion = models.ForeignKey(
        Criterion, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False)
    observation = models.OneToOneField(Observation, null=True, blank=True, on_delete=models.PROTECT, related_name="case")

    lead_unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="led_cases", db_index=False)
    handling_unit = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="handled_cases",
        db_index=False,
        help_text="who works on it now: the lead unit or whom it passed the case on to",
    )
    assigned_reason = models.CharField(max_length=200, blank=True)
    binding = models.BooleanField(default=False, help_text="arbitrated: the unit may not refuse it again")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    reported_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True, blank=True, help_text="first dispatched, or solved on the spot")
    dispatched_at = models.DateTimeField(null=True, blank=True, help_text="dispatched for the last time")
    signed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True, help_text="since when it waits for arbitration")
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    limit_amount = models.PositiveSmallIntegerField(null=True, blank=True)
    limit_unit = models.CharField(max_length=14, choices=LimitUnit.choices, blank=True)
    extension_days = models.PositiveSmallIntegerField(default=0, help_text="working days granted on top of the limit")
    extension_asked = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="working days asked for and not answered yet"
    )
    extension_reason = models.CharField(max_length=300, blank=True)
    clock_at = models.DateTimeField(null=True, blank=True, help_text="when the present clock began")
    due_at = models.DateTimeField(null=True, blank=True)
    half_at = models.DateTimeField(null=True, blank=True)
    supervise_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    pauses = models.JSONField(default=list, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    urgency = models.CharField(max_length=12, choices=Urgency.choices, default=Urgency.NONE)
    deferred_until = models.DateField(null=True, blank=True)
    deferred_reason = models.CharField(max_length=300, blank=True)
    deferred_plan = models.CharField(max_length=300, blank=True)

    measure = models.CharField(max_length=500, blank=True)
    rework = models.PositiveSmallIntegerField(default=0)
    solved_on_spot = models.BooleanField(default=False)
    in_time = models.BooleanField(
        null=True, blank=True, help_text="whether the accepted submission came in time; known when closed"
    )
    handled_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="working minutes from dispatch to the accepted submission"
    )
    rebound_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="rebounds", db_index=False
    )
    rebounded_at = models.DateTimeField(null=True, blank=True, help_text="when the problem was found to be back")
    disputed_at = models.DateTimeField(
        null=True, blank=True, help_text="since when an objection to the closing waits for an answer"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )
    version = models.PositiveIntegerField(default=0)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", own="reported_by", via=("cases.CaseParty", "case_id", "unit"))

    class Meta:
        indexes = [
            # What is alive is a small part of all: these hold it alone, and the first two answer "what waits for whom" by themselves.
            models.Index(
                fields=["division", "state", "urgency", "lead_unit", "extension_asked"], condition=LIVE, name="cases_live_place"
            ),
            models.Index(fields=["handling_unit", "state", "urgency", "rework"], condition=LIVE, name="cases_live_unit"),
            models.Index(fields=["state", "due_at"], condition=LIVE, name="cases_live_state"),
            models.Index(fields=["urgency", "due_at"], condition=LIVE, name="cases_live_urgency"),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="cases_clock"),
            # Most cases have none of these: an index that holds the rest alone is small, and a database sees that it is.
            *(
                models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"cases_{name}")
                for name in ("grid", "criterion", "round", "rebound_of", "merged_into")
            ),
            # What may come back where no site is named is looked for around a point.
            models.Index(fields=["kind", "lat"], condition=Q(state="closed", site__isnull=True), name="cases_closed_siteless"),
            models.Index(fields=["disputed_at", "division"], condition=Q(disputed_at__isnull=False), name="cases_disputed"),
            # What a map of a past day counts, and what lists of a place ask for: a place, its closed ones by day, and where they lie.
            models.Index(
                fields=["division", "state", "closed_at", "reported_at", "round", "site", "lat", "lon", "family", "source"],
                name="cases_stood",
            ),
            # The newest of a state in a large place: walked from the end, without sorting all of them.
            models.Index(fields=["state", "id", "division"], name="cases_newest_of_state"),
            models.Index(fields=["lead_unit", "state", "closed_at"]),
            models.Index(fields=["family", "state"]),
            models.Index(fields=["kind", "state"]),
            models.Index(fields=["site", "criterion", "closed_at"]),
            models.Index(fields=["site", "kind", "closed_at"]),
            # Counts by month, and the heat of a map, are answered by these alone: with them stands what decides whether somebody may see a
            # case, and where it lies.
            models.Index(
                fields=["reported_at", "division", "round", "site", "lat", "lon", "family", "source"], name="cases_reported"
            ),
            models.Index(fields=["closed_at", "division", "round", "site"], name="cases_closed"),
            # The heat of a whole year is most of all cases: counted in this order, none has to be sorted.
            models.Index(
                Cell(), "reported_at", "division", "round", "site", "lat", "lon", "family", "source", name="cases_cells"
            ),
            models.Index(fields=["due_at"]),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="merged") | Q(merged_into__isnull=False), name="merged_into_something"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")), name="merged_into_another"
            ),
            models.CheckConstraint(condition=~Q(state="closed") | Q(closed_at__isnull=False), name="closed_at_some_time"),
            models.CheckConstraint(
                condition=~Q(state__in=["dispatched", "rectifying", "submitted"]) | Q(lead_unit__isnull=False),
                name="dispatched_to_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["dispatched", "rectifying"]) | Q(due_at__isnull=False), name="a_clock_runs"
            ),
            models.CheckConstraint(
                condition=~Q(state="deferred") | Q(deferred_until__isnull=False), name="deferred_until_some_day"
            ),
        ]

    def __str__(self) -> str:
        return self.number or ""


class CaseParty(models.Model):
    """A unit that has to do with a case: lead, assisting, or whom the lead passed it on to."""

    class Part(models.TextChoices):
        LEAD = "lead", pgettext_lazy("case", "lead")
        ASSIST = "assist", pgettext_lazy("case", "assisting")
        PASSED_TO = "passed_to", pgettext_lazy("case", "passed on to")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=10, choices=Part.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "case"], name="one_part_per_unit")]


class CaseEvent(models.Model):
    """Something that happened to a case: who, when, from which state to which, with what words and photos. Never changed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events", db_index=False)
    verb = models.CharField(max_length=16, choices=Verb.choices)
    at = models.DateTimeField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    actor_name = models.CharField(max_length=80, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12, blank=True)
    note = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["case", "at"])]


class CasePhoto(models.Model):
    class Stage(models.TextChoices):
        BEFORE = "before", pgettext_lazy("case", "before")
        AFTER = "after", pgettext_lazy("case", "after")
        OTHER = "other", pgettext_lazy("case", "other")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="photo_links", db_index=False)
    event = models.ForeignKey(CaseEvent, null=True, on_delete=models.CASCADE, related_name="photo_links", db_index=False)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=6, choices=Stage.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "photo", "stage"], name="case_photo_once")]
