"""Cared people with the least data, their plans and rhythms, who looks after them, what is owed, what was recorded, and alarms."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models import Case
from chuangwen.duties.rhythm import recurring, shapes
from chuangwen.duties.rhythm import rules as rhythm
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.codes import mask_name, mask_phone
from chuangwen.kernel.columns import account
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.volunteers.care import rules, states
from chuangwen.volunteers.corps.models import LATITUDES, LONGITUDES, Team, Volunteer
from chuangwen.volunteers.presence.models import Presence


class Contact(models.TextChoices):
    """What a plan asks for, and what is recorded."""

    CALL = "call", pgettext_lazy("care", "telephone call")
    VISIT = "visit", pgettext_lazy("care", "visit")
    EVENT = "event", pgettext_lazy("care", "event")
    BIRTHDAY = "birthday", pgettext_lazy("care", "birthday")


class CaredPerson(models.Model):
    """关爱对象: somebody who agreed to be looked after. The least is kept: name, telephone, where they live, month and day of birth (the year
    only if they like), what kind of household, a relative only with the relative's own consent, notes without a word about health
    (``rules.medical_word``). ``unit`` answers for the community. ``lat``, ``lon``: degrees, WGS-84."""

    class Kind(models.TextChoices):
        ALONE = "alone", pgettext_lazy("care", "elderly, living alone")
        COUPLE = "couple", pgettext_lazy("care", "elderly couple by themselves")
        CHILD = "child", pgettext_lazy("care", "child whose parents work elsewhere")
        IMPAIRED = "impaired", pgettext_lazy("care", "person with an impairment")
        FAMILY = "family", pgettext_lazy("care", "family that lost its only child")
        OTHER = "other", pgettext_lazy("care", "other")

    class Consent(models.TextChoices):
        PAPER = "paper", pgettext_lazy("care", "signed a paper")
        SPOKEN = "spoken", pgettext_lazy("care", "said so before a witness")
        GUARDIAN = "guardian", pgettext_lazy("care", "the guardian agreed")

    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ALONE)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="cared_people")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cared_people")
    address = models.CharField(max_length=120, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)])
    birth_day = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)])
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    family_name = models.CharField(max_length=40, blank=True)
    family_relation = models.CharField(max_length=20, blank=True)
    family_phone = models.CharField(max_length=20, blank=True)
    family_consented_on = models.DateField(null=True, blank=True)
    notes = models.CharField(max_length=200, blank=True)
    consented_on = models.DateField()
    consent = models.CharField(max_length=8, choices=Consent.choices)
    consent_taken_by = account()
    made_at = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(
        division="division", unit="unit", own="helpers__volunteer__person__account", via=("volunteers.CaredPerson", "pk", "unit")
    )

    class Meta:
        indexes = [models.Index(fields=["division", "ended_on"], name="cared_by_place"), models.Index(fields=["birth_month", "birth_day"])]
        constraints = [
            models.UniqueConstraint(fields=["division", "name", "phone"], condition=Q(ended_on__isnull=True), name="cared_for_once"),
            models.CheckConstraint(condition=LATITUDES & LONGITUDES, name="cared_on_earth"),
            models.CheckConstraint(
                condition=Q(birth_month__isnull=True, birth_day__isnull=True)
                | Q(birth_month__gte=1, birth_month__lte=12, birth_day__gte=1, birth_day__lte=31),
                name="birthday_whole",
            ),
            models.CheckConstraint(condition=Q(birth_year__isnull=True) | Q(birth_month__isnull=False), name="birth_year_of_a_birthday"),
            models.CheckConstraint(
                condition=Q(family_name="", family_phone="") | Q(family_consented_on__isnull=False), name="family_agreed_to_be_kept"
            ),
        ]

    def __str__(self) -> str:
        return self.masked_name

    def get_absolute_url(self) -> str:
        return reverse("volunteers:care-person", args=[self.pk])

    @property
    def masked_name(self) -> str:
        """As lists and messages name somebody: family name and stars."""
        return mask_name(self.name)

    @property
    def numbered(self) -> str:
        """As who stands above the community reads it."""
        return _("Cared person no. %(number)d") % {"number": self.pk}

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def has_family(self) -> bool:
        return bool(self.family_phone)


class CarePlan(models.Model):
    """关爱计划 of one person. ``team`` answers for the pair; ``calls_count``: a telephone call that was begun and ended gives minutes of its
    length. While somebody is away (with their children, travelling) nothing is owed. ``laid_on``: the last day on which it was laid out."""

    class State(models.TextChoices):
        RUNNING = states.RUNNING, pgettext_lazy("care", "running")
        AWAY = states.AWAY, pgettext_lazy("care", "away for a while")
        ENDED = states.ENDED, pgettext_lazy("care", "ended")

    person = models.OneToOneField(CaredPerson, on_delete=models.CASCADE, related_name="plan")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="care_plans")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    starts_on = models.DateField()
    away_until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    calls_count = models.BooleanField(default=False)
    laid_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    access_scope = AccessScope(division="person__division", unit="person__unit", own="team__leader__person__account")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state="running") | ~Q(reason=""), name="care_rests_why"),
        ]

    def __str__(self) -> str:
        """As lists call it: where ``queries.named`` says that its reader stands above, by the number."""
        covered = getattr(self, "named", True) or getattr(self, "alarmed", False)
        return str(self.person) if covered else self.person.numbered

    def get_absolute_url(self) -> str:
        return self.person.get_absolute_url()


class CareRhythm(models.Model):
    """How often one kind of contact is owed: an RFC 5545 rule as duties read it (``duties.rhythm``); ``days``: each day by itself, ``periods``:
    so many times within a period. A birthday's rule comes from the person."""

    plan = models.ForeignKey(CarePlan, on_delete=models.CASCADE, related_name="rhythms")
    kind = models.CharField(max_length=8, choices=Contact.choices)
    span = models.CharField(max_length=8, choices=[(rhythm.DAYS, "days"), (rhythm.PERIODS, "periods")], default=rhythm.DAYS)
    rule = models.CharField(max_length=recurring.LONGEST)
    times = models.PositiveSmallIntegerField(default=1)
    on_day_off = models.CharField(max_length=6, default=rhythm.STAY)

    access_scope = AccessScope(division="plan__person__division", unit="plan__person__unit", own="plan__team__leader__person__account")

    class Meta:
        ordering = ["plan", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind"], name="one_rhythm_of_a_kind"),
            models.CheckConstraint(condition=Q(times__gte=1, times__lte=7), name="care_times"),
        ]

    def __str__(self) -> str:
        if self.kind == Contact.BIRTHDAY:
            return str(Contact.BIRTHDAY.label)
        return shapes.words(self.span, recurring.read(self.rule), self.times, self.on_day_off)


class CareHelper(models.Model):
    """Who looks after somebody now: the two of the pair, and those who stand in, in order. Who no longer does has no row (the history keeps the
    change), so that nobody sees a person whom they do not look after. ``fixed``: put there by hand; pairing leaves it."""

    class Role(models.TextChoices):
        FIRST = "first", pgettext_lazy("care", "first of the pair")
        SECOND = "second", pgettext_lazy("care", "second of the pair")
        STAND_IN = "stand_in", pgettext_lazy("care", "stands in")

    PAIR = ("first", "second")

    person = models.ForeignKey(CaredPerson, on_delete=models.CASCADE, related_name="helpers")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="care_of")
    role = models.CharField(max_length=8, choices=Role.choices)
    order = models.PositiveSmallIntegerField(default=0)
    fixed = models.BooleanField(default=False)
    since = models.DateField()

    access_scope = AccessScope(division="person__division", unit="person__unit", own="volunteer__person__account")

    class Meta:
        ordering = ["person", "role", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "volunteer"], name="helper_once"),
            models.UniqueConstraint(fields=["person", "role"], condition=Q(role__in=["first", "second"]), name="one_of_each_in_the_pair"),
        ]


class CareDue(models.Model):
    """What is owed once: from ``first`` to ``last``, both inside, so many times. ``state`` as it was last found."""

    class State(models.TextChoices):
        OPEN = rhythm.OPEN, pgettext_lazy("care due", "still to come")
        KEPT = rhythm.KEPT, pgettext_lazy("care due", "kept")
        MISSED = rhythm.MISSED, pgettext_lazy("care due", "missed")
        EXCUSED = rhythm.EXCUSED, pgettext_lazy("care due", "excused")

    plan = models.ForeignKey(CarePlan, on_delete=models.CASCADE, related_name="dues")
    kind = models.CharField(max_length=8, choices=Contact.choices)
    first = models.DateField()
    last = models.DateField()
    wanted = models.PositiveSmallIntegerField(default=1)
    done = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    excused = models.CharField(max_length=200, blank=True)

    access_scope = AccessScope(division="plan__person__division", unit="plan__person__unit", own="plan__team__leader__person__account")

    class Meta:
        ordering = ["first", "kind"]
        indexes = [models.Index(fields=["last", "state"], name="care_due_last")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind", "first"], name="care_owed_once"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="care_due_forward"),
            models.CheckConstraint(condition=~Q(state="excused") | ~Q(excused=""), name="care_excused_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first}"


class CareRecord(models.Model):
    """One contact. ``uid`` is made on the phone: the same one again is the same record. ``began_at`` and ``ended_at`` of a visit (or of a call
    that counts) stand in its presence too. ``outcome`` is empty while a visit goes on."""

    class Outcome(models.TextChoices):
        WELL = rules.WELL, pgettext_lazy("care record", "all is well")
        NOT_REACHED = rules.NOT_REACHED, pgettext_lazy("care record", "not reached")
        NEEDS_HELP = rules.NEEDS_HELP, pgettext_lazy("care record", "needs help")

    uid = models.UUIDField(unique=True)
    plan = models.ForeignKey(CarePlan, on_delete=models.CASCADE, related_name="records")
    kind = models.CharField(max_length=8, choices=Contact.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    volunteer = models.ForeignKey(Volunteer, null=True, blank=True, on_delete=models.PROTECT, related_name="care_records")
    day = models.DateField()
    at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    presence = models.OneToOneField(Presence, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(max_length=200, blank=True)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField()
    entered_by = account()
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="plan__person__division", unit="plan__person__unit", own="volunteer__person__account")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["plan", "kind", "day"], name="care_record_by_day")]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__isnull=True) | Q(began_at__isnull=False, ended_at__gte=F("began_at")),
                                   name="care_record_forward"),
            models.CheckConstraint(condition=~Q(outcome="") | Q(kind="visit", ended_at__isnull=True), name="only_a_visit_goes_on"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"


class CareAlarm(models.Model):
    """Somebody has to look today. ``stage``: who was told so far (1 the pair and those who stand in, 2 the leader of the team, 3 the community);
    ``next_at``: when the next are told."""

    class Cause(models.TextChoices):
        NOBODY_CALLED = "silence", pgettext_lazy("care alarm", "nobody has called")
        NEEDS_HELP = "help", pgettext_lazy("care alarm", "needs help")

    plan = models.ForeignKey(CarePlan, on_delete=models.CASCADE, related_name="alarms")
    cause = models.CharField(max_length=8, choices=Cause.choices)
    day = models.DateField()
    record = models.OneToOneField(CareRecord, null=True, blank=True, on_delete=models.SET_NULL, related_name="alarm")
    stage = models.PositiveSmallIntegerField(default=0)
    raised_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = account()
    closing = models.CharField(max_length=200, blank=True)

    access_scope = AccessScope(division="plan__person__division", unit="plan__person__unit", own="plan__team__leader__person__account")

    class Meta:
        ordering = ["-raised_at", "-pk"]
        indexes = [models.Index(fields=["closed_at", "day"], name="care_alarm_open")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "day"], condition=Q(cause="silence"), name="one_alarm_of_silence_a_day"),
            models.CheckConstraint(condition=Q(stage__lte=3), name="care_alarm_stage"),
            models.CheckConstraint(condition=Q(closed_at__isnull=True) | ~Q(closing=""), name="care_alarm_closed_how"),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.day}"


class CareSettings(models.Model):
    """What holds for an area and those below it: from which time of a day nobody having called is an alarm, after how many minutes the next are
    told, and how many days after the end what was kept of somebody is deleted."""

    division = models.OneToOneField(Division, on_delete=models.CASCADE, related_name="+")
    alarm_at = models.TimeField(default=rules.ALARM_AT)
    step_minutes = models.PositiveSmallIntegerField(default=rules.STEP_MINUTES)
    keep_days = models.PositiveSmallIntegerField(default=rules.KEEP_DAYS)

    access_scope = AccessScope(division="division")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(step_minutes__gte=5, step_minutes__lte=480), name="care_step_minutes"),
            models.CheckConstraint(condition=Q(keep_days__gte=1, keep_days__lte=1095), name="care_keep_days"),
        ]

    def __str__(self) -> str:
        return str(self.division)


class CareEvent(models.Model):
    """What happened to a plan, told in a sentence."""

    plan = models.ForeignKey(CarePlan, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(max_length=10)
    at = models.DateTimeField()
    account = account()
    words = models.CharField(max_length=300)

    access_scope = AccessScope(division="plan__person__division", unit="plan__person__unit", own="plan__team__leader__person__account")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.words
