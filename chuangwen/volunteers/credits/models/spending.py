"""What credits are spent on: rewards with their stock, places that hand them out, vouchers."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account as who
from chuangwen.kernel.identifiers import Identified
from chuangwen.places.models import Division, Site
from chuangwen.volunteers.credits.models.ledger import CreditAccount, CreditEntry, CreditProgramme


class CreditPlace(models.Model):
    """Where rewards are handed out. Whoever has the place's link may take vouchers there; only its hash is kept, a new one ends the old."""

    programme = models.ForeignKey(CreditProgramme, on_delete=models.PROTECT, related_name="places")
    name = models.CharField(max_length=60)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    address = models.CharField(max_length=120, blank=True)
    hours = models.CharField(max_length=80, blank=True)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="credit_place_once"),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="credit_place_link_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("volunteers:credit-place", args=[self.pk])


class CreditReward(models.Model):
    """兑换项目: what a voucher gives. ``stock``: pieces that can still be had, never below zero."""

    class Kind(models.TextChoices):
        RIDE = "ride", pgettext_lazy("reward", "bus ride")
        SIGHT = "sight", pgettext_lazy("reward", "sight")
        FILM = "film", pgettext_lazy("reward", "film")
        GOODS = "goods", pgettext_lazy("reward", "goods")
        SERVICE = "service", pgettext_lazy("reward", "service")

    programme = models.ForeignKey(CreditProgramme, on_delete=models.PROTECT, related_name="rewards")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=60)
    about = models.CharField(max_length=300, blank=True)
    cost = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    stock = models.IntegerField(default=0)
    most_a_month = models.PositiveSmallIntegerField(default=0, help_text="vouchers of one holder in a month; 0: no bound")
    places = models.ManyToManyField(CreditPlace, blank=True, related_name="rewards")
    active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="programme__division")

    class Meta:
        ordering = ["kind", "cost", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="credit_reward_once"),
            models.CheckConstraint(condition=Q(stock__gte=0), name="credit_stock_not_below_zero"),
            models.CheckConstraint(condition=Q(cost__gte=1, cost__lte=1_000_000), name="credit_reward_cost"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("volunteers:credit-reward", args=[self.pk])


class CreditStockMove(models.Model):
    """Pieces that came (or went otherwise than by a voucher), with the reason: stock is their sum less the vouchers that hold."""

    reward = models.ForeignKey(CreditReward, on_delete=models.PROTECT, related_name="moves")
    pieces = models.IntegerField()
    words = models.CharField(max_length=120)
    at = models.DateTimeField()
    by = who()

    access_scope = AccessScope(division="reward__programme__division")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(pieces=0), name="credit_stock_moves")]


class CreditVoucher(Identified):
    """兑换券: twelve digits (the last is a check digit) that are used once. ``uid`` is made on the phone: the same redemption sent again is the
    same voucher. What stands in its picture is signed, so that a place without a network can tell a true one."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("voucher", "to be used")
        USED = "used", pgettext_lazy("voucher", "used")
        CANCELLED = "cancelled", pgettext_lazy("voucher", "cancelled")
        EXPIRED = "expired", pgettext_lazy("voucher", "expired")

    HOLDS = ("open", "used")

    code = models.CharField(max_length=12, unique=True)
    reward = models.ForeignKey(CreditReward, on_delete=models.PROTECT, related_name="vouchers")
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="vouchers")
    entry = models.OneToOneField(CreditEntry, on_delete=models.PROTECT, related_name="voucher")
    cost = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField()
    expires_on = models.DateField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_place = models.ForeignKey(CreditPlace, null=True, blank=True, on_delete=models.PROTECT, related_name="used")
    used_by = who()
    entered_at = models.DateTimeField(null=True, blank=True, help_text="when a use without a network was entered")
    tried_again = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="account__division", unit="account__unit", own="account__volunteer__person__account")

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "expires_on"], name="credit_voucher_to_expire"),
            models.Index(fields=["account", "state"], name="credit_voucher_by_holder"),
            models.Index(fields=["reward", "state"], name="credit_voucher_by_reward"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="used") | Q(used_at__isnull=False, used_place__isnull=False), name="voucher_used_where"),
            models.CheckConstraint(condition=~Q(state__in=["cancelled", "expired"]) | Q(ended_at__isnull=False), name="voucher_ended_at"),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(reason=""), name="voucher_cancelled_why"),
        ]

    def __str__(self) -> str:
        return f"{self.reward} ····{self.code[-4:]}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:credit-holder", args=[self.account_id])
