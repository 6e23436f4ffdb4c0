"""Rounds: what was planned, how the sites were drawn, who goes where."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.fieldwork.weighing import DEFAULT_POINTS
from chuangwen.kernel.access import AccessScope
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site, SiteType
from chuangwen.standards.models import Edition


class Round(models.Model):
    """测评轮次: one planned assessment."""

    class Kind(models.TextChoices):
        WEEKLY = "weekly", _("weekly supervision")
        MONTHLY = "monthly", _("monthly check")
        QUARTERLY = "quarterly", _("quarterly comparison")
        UNANNOUNCED = "unannounced", _("unannounced visit")
        MOCK = "mock", _("mock assessment")
        THIRD_PARTY = "third_party", _("third-party assessment")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        RUNNING = "running", _("under way")
        CLOSED = "closed", pgettext_lazy("round", "closed")

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.THIRD_PARTY)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="rounds")
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="rounds")
    starts_on = models.DateField()
    ends_on = models.DateField()
    assessor = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    scheme_code = models.CharField(max_length=100, blank=True, help_text="the scheme that is to score it, as scoring names it")
    scheme_version = models.PositiveSmallIntegerField(null=True, blank=True)
    seed = models.CharField(
        max_length=200, blank=True, help_text="what the draw started from: something public that nobody can choose"
    )
    rerate_share = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.05"),
        help_text="part of the visited sites that another team rates again",
    )
    detour = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default=Decimal("1.30"),
        help_text="the way by the streets, as a multiple of the straight line: what routes are planned with",
    )
    published = models.JSONField(
        null=True, blank=True, help_text="figures that a publisher gave for this round, to be shown beside ours"
    )
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="round_days_forward"),
            models.CheckConstraint(condition=Q(rerate_share__gte=0, rerate_share__lte=1), name="rerate_share_is_a_share"),
            models.CheckConstraint(condition=Q(detour__gte=1, detour__lte=3), name="detour_is_a_multiple"),
        ]

    def __str__(self) -> str:
        return self.name


class RoundQuota(models.Model):
    """How many sites of a type are to be drawn in an area (with everything below it)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="quotas")
    site_type = models.ForeignKey(SiteType, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField()

    access_scope = AccessScope(division="round__division")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "site_type", "area"], name="one_quota_per_type_and_area")]

    def __str__(self) -> str:
        return f"{self.area} · {self.site_type}: {self.count}"


class Draw(models.Model):
    """A draw of sites that was made for a round: all that is needed to repeat it. The latest of a round is in force."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="draws")
    number = models.PositiveSmallIntegerField(help_text="1 for the first draw of the round")
    procedure = models.CharField(max_length=40, help_text="name and version of the published procedure")
    seed = models.CharField(max_length=200)
    drawn_at = models.DateTimeField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True, help_text="why it was drawn again")
    frame_key = models.CharField(max_length=64, help_text="SHA-256 of the inputs, in hexadecimal")
    inputs = models.JSONField()
    result = models.JSONField()

    access_scope = AccessScope(division="round__division")

    class Meta:
        ordering = ["round", "-number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="draws_of_a_round_are_numbered")]

    def __str__(self) -> str:
        return f"{self.round} · {self.number}"


class RoundTeam(models.Model):
    """A team that goes out in a round, with its hours, where it starts and how it travels. No position is ever kept of it."""

    class Transport(models.TextChoices):
        WALK = "walk", _("on foot")
        BICYCLE = "bicycle", _("by bicycle")
        CAR = "car", _("by car")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=60)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="who employs its members"
    )
    transport = models.CharField(max_length=8, choices=Transport.choices, default=Transport.BICYCLE)
    speed_kmh = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal("12"))
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    start_lat = models.FloatField(null=True, blank=True)
    start_lon = models.FloatField(null=True, blank=True)

    access_scope = AccessScope(division="round__division", unit="unit", own="members__account")

    class Meta:
        ordering = ["round", "name"]
        constraints = [
            models.UniqueConstraint(fields=["round", "name"], name="team_name_once_per_round"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="team_hours_forward"),
            models.CheckConstraint(condition=Q(speed_kmh__gt=0), name="team_moves"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """Somebody who goes out with a team."""

    team = models.ForeignKey(RoundTeam, on_delete=models.CASCADE, related_name="members")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="team_places")

    access_scope = AccessScope(division="team__round__division", own="account")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "account"], name="member_once_per_team")]

    def __str__(self) -> str:
        return f"{self.team} · {self.account}"


class RoundSite(models.Model):
    """A place to be visited in a round: drawn, added by hand with a reason, or to be rated again by another team.

    ``merged_with`` names the same site in another round that is under way: the visit to that one serves both.
    """

    class Purpose(models.TextChoices):
        DRAWN = "drawn", _("drawn")
        ADDED = "added", _("added by hand")
        RERATE = "rerate", _("rated again")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="site_links")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="round_links")
    purpose = models.CharField(max_length=6, choices=Purpose.choices, default=Purpose.DRAWN)
    draw = models.ForeignKey(Draw, null=True, blank=True, on_delete=models.SET_NULL, related_name="sites")
    reason = models.CharField(max_length=300, blank=True, help_text="why it was added by hand")
    weight = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True, help_text="its weight in the draw")
    inclusion = models.DecimalField(
        max_digits=9, decimal_places=8, null=True, blank=True, help_text="the chance it had of being drawn, a share"
    )
    team = models.ForeignKey(RoundTeam, null=True, blank=True, on_delete=models.SET_NULL, related_name="sites")
    day = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="its place in the team's order of that day, from 1"
    )
    arrive_at = models.TimeField(null=True, blank=True)
    pinned = models.BooleanField(default=False, help_text="set by hand: kept when the routes are planned again")
    rerate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="reratings")
    merged_with = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    done_at = models.DateTimeField(null=True, blank=True)
    skipped_at = models.DateTimeField(null=True, blank=True)
    skipped_reason = models.CharField(max_length=300, blank=True)

    access_scope = AccessScope(division="site__division")

    class Meta:
        indexes = [models.Index(fields=["team", "day", "position"])]
        constraints = [
            models.UniqueConstraint(fields=["round", "site"], condition=~Q(purpose="rerate"), name="site_drawn_once"),
            models.UniqueConstraint(fields=["rerate_of"], name="rated_again_once"),
            models.CheckConstraint(
                condition=Q(purpose="rerate", rerate_of__isnull=False) | (~Q(purpose="rerate") & Q(rerate_of__isnull=True)),
                name="rerating_names_the_first",
            ),
            models.CheckConstraint(condition=Q(done_at__isnull=True) | Q(skipped_at__isnull=True), name="done_or_skipped"),
            models.CheckConstraint(
                condition=Q(inclusion__isnull=True) | Q(inclusion__gte=0, inclusion__lte=1), name="inclusion_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.site}"

    @property
    def standing(self) -> str:
        """done, skipped or waiting."""
        return "done" if self.done_at else "skipped" if self.skipped_at else "waiting"


def default_points() -> dict[str, Any]:
    """A fresh copy of the shipped points of the risk weights."""
    return dict(DEFAULT_POINTS)


class FieldSettings(models.Model):
    """The one row of settings of the room: the inspection cap, the share that is rated again, the points of the risk weights."""

    cap_visits = models.PositiveSmallIntegerField(default=2, help_text="at most so many visits to a site ...")
    cap_days = models.PositiveSmallIntegerField(default=30, help_text="... within so many days")
    rerate_share = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal("0.05"))
    points = models.JSONField(default=default_points)

    access_scope = AccessScope(shared=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cap_visits__gte=1, cap_days__gte=1), name="inspection_cap_is_something"),
            models.CheckConstraint(condition=Q(rerate_share__gte=0, rerate_share__lte=1), name="usual_rerate_share_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.cap_visits} / {self.cap_days}"
