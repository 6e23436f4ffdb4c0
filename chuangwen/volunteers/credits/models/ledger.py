"""The ledger. A posting moves credits from one account to another: what it takes there it gives here, so every entry balances by its form.
Entries and postings are only ever added. What a holder has is kept beside them and is never below zero (a constraint of the database)."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account as who
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.volunteers.corps.models import Volunteer

MOST = 1_000_000
"""Credits in one entry: more is a slip of the hand."""


class AppendOnly(models.Model):
    """Rows that are added and never changed or removed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("the ledger of credits is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("the ledger of credits is append-only")


class CreditProgramme(models.Model):
    """积分计划 of a place. ``valid_months``: so long what was earned can be spent (0: for ever), ``notice_days`` before its end it is told,
    ``voucher_days``: so long a voucher can be used. ``closes_on``: the last day on which credits can be spent, once it was announced."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("credits", "open")
        CLOSING = "closing", pgettext_lazy("credits", "closing")
        CLOSED = "closed", pgettext_lazy("credits", "closed")

    name = models.CharField(max_length=60)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="credit_programmes")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    valid_months = models.PositiveSmallIntegerField(default=24)
    notice_days = models.PositiveSmallIntegerField(default=30)
    voucher_days = models.PositiveSmallIntegerField(default=30, validators=[MinValueValidator(1)])
    transfers = models.BooleanField(default=False)
    about = models.CharField(max_length=500, blank=True)
    started_on = models.DateField()
    closes_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["division"], condition=~Q(state="closed"), name="one_credit_programme_of_a_place"),
            models.CheckConstraint(condition=Q(voucher_days__gte=1), name="credit_voucher_days"),
            models.CheckConstraint(condition=Q(state="open") | Q(closes_on__isnull=False), name="credit_closing_day"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("volunteers:credit-programme", args=[self.pk])


class CreditAccount(models.Model):
    """Who has credits: a volunteer, a household (a door, no name of a person needed) or a shop (a site); and four accounts of each programme:
    issued (where credits come from), redeemed, expired, and owed (what holders owe).

    ``balance`` is what a holder has and ``owes`` what was struck after it had been spent: later earnings pay that first. The programme's own
    accounts keep no balance (a row that every redemption would have to lock); theirs is the sum of the postings."""

    class Kind(models.TextChoices):
        VOLUNTEER = "volunteer", pgettext_lazy("credits", "volunteer")
        HOUSEHOLD = "household", pgettext_lazy("credits", "household")
        SHOP = "shop", pgettext_lazy("credits", "shop")
        ISSUED = "issued", pgettext_lazy("credits", "credits issued")
        REDEEMED = "redeemed", pgettext_lazy("credits", "credits redeemed")
        EXPIRED = "expired", pgettext_lazy("credits", "credits expired")
        OWED = "owed", pgettext_lazy("credits", "credits owed")

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("credits", "takes part")
        LEFT = "left", pgettext_lazy("credits", "left")

    HOLDERS = ("volunteer", "household", "shop")

    programme = models.ForeignKey(CreditProgramme, on_delete=models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=60, blank=True, help_text="the door of a household; empty for volunteers")
    volunteer = models.ForeignKey(Volunteer, null=True, blank=True, on_delete=models.PROTECT, related_name="credit_accounts")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="credit_accounts")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    balance = models.BigIntegerField(default=0)
    owes = models.BigIntegerField(default=0)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="unit", own="volunteer__person__account")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["programme", "kind", "state"], name="credit_account_by_kind")]
        constraints = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="credit_balance_not_below_zero"),
            models.CheckConstraint(condition=Q(owes__gte=0), name="credit_debt_not_below_zero"),
            models.CheckConstraint(condition=Q(balance=0) | Q(owes=0), name="credit_debt_is_paid_first"),
            models.CheckConstraint(
                condition=Q(kind__in=["volunteer", "household", "shop"]) | Q(balance=0, owes=0), name="credit_programme_keeps_no_balance"
            ),
            models.CheckConstraint(condition=~Q(kind="volunteer") | Q(volunteer__isnull=False), name="credit_account_of_volunteer"),
            models.CheckConstraint(condition=~Q(kind="shop") | Q(site__isnull=False), name="credit_account_of_shop"),
            models.CheckConstraint(condition=~Q(kind="household") | ~Q(name=""), name="credit_account_of_household"),
            models.UniqueConstraint(fields=["programme", "volunteer"], condition=Q(kind="volunteer"), name="one_credit_account_of_volunteer"),
            models.UniqueConstraint(fields=["programme", "site"], condition=Q(kind="shop"), name="one_credit_account_of_shop"),
            models.UniqueConstraint(
                fields=["programme", "division", "name"], condition=Q(kind="household"), name="one_credit_account_of_household"
            ),
            models.UniqueConstraint(
                fields=["programme", "kind"], condition=Q(kind__in=["issued", "redeemed", "expired", "owed"]), name="one_of_each_system_account"
            ),
        ]

    def __str__(self) -> str:
        if self.volunteer is not None:
            return self.volunteer.person.name
        return self.name or (self.site.name if self.site is not None else str(self.get_kind_display()))

    def get_absolute_url(self) -> str:
        return reverse("volunteers:credit-holder", args=[self.pk])


class CreditEntry(AppendOnly):
    """What happened, once: ``cause`` names it (the service entry, the record, the voucher) and is unique, so the same cause earns or takes once.
    ``holder``: whose credits it is about. ``reverses``: the entry that it takes back."""

    class Kind(models.TextChoices):
        EARN = "earn", pgettext_lazy("credits", "earned")
        STRIKE = "strike", pgettext_lazy("credits", "taken back")
        REDEEM = "redeem", pgettext_lazy("credits", "redeemed")
        RETURN = "return", pgettext_lazy("credits", "given back")
        EXPIRE = "expire", pgettext_lazy("credits", "expired")
        TRANSFER = "transfer", pgettext_lazy("credits", "passed on")

    programme = models.ForeignKey(CreditProgramme, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    cause = models.CharField(max_length=80, unique=True)
    holder = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="entries")
    rule = models.ForeignKey("volunteers.CreditRule", null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")
    words = models.CharField(max_length=160)
    day = models.DateField()
    at = models.DateTimeField()
    by = who()
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="holder__division", unit="holder__unit", own="holder__volunteer__person__account")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["holder", "kind", "day"], name="credit_entry_by_holder")]
        constraints = [models.CheckConstraint(condition=~Q(cause=""), name="credit_entry_has_cause")]

    def __str__(self) -> str:
        return self.words


class CreditLot(models.Model):
    """Credits that came at one time and lapse together: the last day is ``expires_on`` (None: never). The first to lapse is spent first."""

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="lots")
    entry = models.ForeignKey(CreditEntry, on_delete=models.PROTECT, related_name="lots")
    amount = models.PositiveBigIntegerField()
    left = models.PositiveBigIntegerField()
    expires_on = models.DateField(null=True, blank=True)
    told_on = models.DateField(null=True, blank=True, help_text="when its holder was told that it lapses soon")

    access_scope = AccessScope(division="account__division", unit="account__unit", own="account__volunteer__person__account")

    class Meta:
        ordering = [F("expires_on").asc(nulls_last=True), "pk"]
        indexes = [models.Index(fields=["expires_on"], condition=Q(left__gt=0), name="credit_lot_to_expire")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_lot_amount"),
            models.CheckConstraint(condition=Q(left__gte=0, left__lte=F("amount")), name="credit_lot_left"),
        ]


class CreditPosting(AppendOnly):
    """``amount`` credits from ``source`` to ``target``; the lots say which of a holder's credits they were and became."""

    entry = models.ForeignKey(CreditEntry, on_delete=models.PROTECT, related_name="postings")
    source = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="given")
    target = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="taken")
    amount = models.PositiveBigIntegerField()
    source_lot = models.ForeignKey(CreditLot, null=True, blank=True, on_delete=models.PROTECT, related_name="postings_out")
    target_lot = models.ForeignKey(CreditLot, null=True, blank=True, on_delete=models.PROTECT, related_name="postings_in")

    access_scope = AccessScope(
        division="entry__holder__division", unit="entry__holder__unit", own="entry__holder__volunteer__person__account"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_posting_amount"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="credit_posting_moves"),
        ]
