"""Skills, the tree of teams, volunteers, and who belongs to which team from when to when."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.kernel.trees import Tree
from chuangwen.people.models import Person, Unit
from chuangwen.places.models import Division, Site

LATITUDES = Q(lat__isnull=True) | Q(lat__gte=-90, lat__lte=90)
LONGITUDES = Q(lon__isnull=True) | Q(lon__gte=-180, lon__lte=180)
WEEK = 21
"""Bits of ``free``: seven days from Monday, three parts each (morning, afternoon, evening); bit ``day * 3 + part``."""


class Skill(models.Model):
    """服务技能: what somebody can do and a service may need. ``group`` as the list shows them together; ``qualified``: it takes a training
    (first aid, counselling) before it counts."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    group = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)
    qualified = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Team(Tree):
    """志愿服务组织: corps, brigade, team or special team, at its place in the tree of teams. ``unit`` answers for it. ``lat``, ``lon`` (degrees,
    WGS-84) is where it is found and ``reach`` (metres) how far it goes; ``weekly`` how many orders a week it takes (0: it does not say)."""

    class Kind(models.TextChoices):
        CORPS = "corps", pgettext_lazy("volunteers", "corps")
        BRIGADE = "brigade", pgettext_lazy("volunteers", "brigade")
        TEAM = "team", pgettext_lazy("volunteers", "team")
        SPECIAL = "special", pgettext_lazy("volunteers", "special team")

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("volunteers", "active")
        PAUSED = "paused", pgettext_lazy("volunteers", "paused")
        CLOSED = "closed", pgettext_lazy("volunteers", "closed")

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="volunteer_teams")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="volunteer_teams")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    leader = models.ForeignKey("volunteers.Volunteer", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    skills = models.ManyToManyField(Skill, blank=True, related_name="teams")
    phone = models.CharField(max_length=30, blank=True)
    about = models.CharField(max_length=500, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    reach = models.PositiveIntegerField(default=1200)
    weekly = models.PositiveSmallIntegerField(default=0)
    started_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="unit", own="leader__person__account")

    class Meta:
        indexes = [models.Index(fields=["division", "state"], name="volunteer_team_by_place"), models.Index(fields=["name"])]
        constraints = [
            models.CheckConstraint(condition=LATITUDES & LONGITUDES, name="volunteer_team_on_earth"),
            models.CheckConstraint(condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("started_on")), name="volunteer_team_days"),
            models.CheckConstraint(condition=~Q(state="closed") | Q(closed_on__isnull=False), name="volunteer_team_closed_on"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("volunteers:team", args=[self.pk])


class Volunteer(models.Model):
    """志愿者: a person who registered. Little is kept: name and telephone are the person's, ``division`` where they mostly serve, ``lat``
    and ``lon`` at most as exact as the community, ``born_on`` only of somebody under 18 (a guardian consents under 14), the number of a document
    only sealed and only where certificates need it. ``free``: bits of the week (``WEEK``)."""

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("volunteers", "to be confirmed")
        ACTIVE = "active", pgettext_lazy("volunteers", "registered")
        PAUSED = "paused", pgettext_lazy("volunteers", "taking a break")
        LEFT = "left", pgettext_lazy("volunteers", "signed off")

    number = models.CharField(max_length=20, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="volunteer")
    state = models.CharField(max_length=8, choices=State.choices, default=State.APPLIED)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="volunteers")
    skills = models.ManyToManyField(Skill, blank=True, related_name="volunteers")
    free = models.PositiveIntegerField(default=0)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    born_on = models.DateField(null=True, blank=True)
    guardian_name = models.CharField(max_length=40, blank=True)
    guardian_phone = models.CharField(max_length=20, blank=True)
    guardian_consented_at = models.DateTimeField(null=True, blank=True)
    document_sealed = models.TextField(blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    registered_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(
        division="division", unit="memberships__team__unit", own="person__account", via=("volunteers.Membership", "volunteer_id", "team__unit")
    )

    class Meta:
        indexes = [models.Index(fields=["division", "state"], name="volunteer_by_place")]
        constraints = [
            models.CheckConstraint(condition=Q(free__lt=1 << WEEK), name="volunteer_week"),
            models.CheckConstraint(condition=LATITUDES & LONGITUDES, name="volunteer_on_earth"),
            models.CheckConstraint(condition=~Q(state="left") | Q(left_on__isnull=False), name="volunteer_left_on"),
        ]

    def __str__(self) -> str:
        return self.person.name

    def get_absolute_url(self) -> str:
        return reverse("volunteers:volunteer", args=[self.pk])


class Membership(models.Model):
    """A volunteer in a team, from a day to a day. Who asked and is not yet in has no ``joined_on``."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("volunteers", "asks to join")
        MEMBER = "member", pgettext_lazy("volunteers", "member")
        DEPUTY = "deputy", pgettext_lazy("volunteers", "deputy leader")
        LEFT = "left", pgettext_lazy("volunteers", "left the team")
        REFUSED = "refused", pgettext_lazy("volunteers", "not taken")

    OPEN = ("asked", "member", "deputy")
    IN = ("member", "deputy")

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="memberships")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    decided_by = account()

    access_scope = AccessScope(division="team__division", unit="team__unit", own="volunteer__person__account")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["team", "state"], name="membership_by_team")]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "volunteer"], condition=Q(state__in=["asked", "member", "deputy"]), name="one_membership_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(state__in=["member", "deputy"]) | Q(joined_on__isnull=False), name="member_since"),
            models.CheckConstraint(condition=~Q(state="left") | Q(left_on__isnull=False), name="membership_left_on"),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.volunteer_id}"


class Training(models.Model):
    """志愿者培训 (志愿服务条例第十六条): a course that was held. ``minutes`` of each who took part; with ``skill`` it qualifies for that
    skill, for ``months`` from the day (0: without end). ``by`` is who held it, an organisation."""

    title = models.CharField(max_length=80)
    topic = models.CharField(max_length=40, blank=True)
    day = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="trainings")
    skill = models.ForeignKey(Skill, null=True, blank=True, on_delete=models.PROTECT, related_name="trainings")
    months = models.PositiveSmallIntegerField(default=0)
    by = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    made_by = account()
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="unit")

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["division", "day"], name="training_by_place")]
        constraints = [models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=6000), name="training_minutes")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("volunteers:training", args=[self.pk])


class Trained(models.Model):
    """A volunteer took part in a training. ``until``: the last day on which it qualifies (none: without end)."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="trained")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="trained")
    passed = models.BooleanField(default=True)
    until = models.DateField(null=True, blank=True)

    access_scope = AccessScope(division="training__division", unit="training__unit", own="volunteer__person__account")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["training", "volunteer"], name="trained_once")]


class Insurance(models.Model):
    """志愿服务保险 (志愿服务条例第二十三条): a policy for volunteers, from a day to a day, both inside."""

    insurer = models.CharField(max_length=60)
    policy_number = models.CharField(max_length=40, unique=True)
    covers = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = account()
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="unit")

    class Meta:
        ordering = ["-ends_on", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="insurance_days")]

    def __str__(self) -> str:
        return f"{self.insurer} {self.policy_number}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:insurance", args=[self.pk])


class Insured(models.Model):
    """A volunteer whom a policy covers."""

    insurance = models.ForeignKey(Insurance, on_delete=models.CASCADE, related_name="insured")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="insured")

    access_scope = AccessScope(division="insurance__division", unit="insurance__unit", own="volunteer__person__account")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["insurance", "volunteer"], name="insured_once")]


class FirstLink(models.Model):
    """A link by which somebody who was registered at the desk sets a first password. Only the hash of its secret is kept; it opens once."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="first_links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(division="volunteer__division", own="volunteer__person__account")
