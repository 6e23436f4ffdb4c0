"""The service list, who offers what, orders with their life, callbacks, and the plan of a day."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.columns import account
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import LATITUDES, LONGITUDES, Skill, Team, Volunteer

_WITH_TEAM = ["offered", "serving", "to_rate", "done"]


class ServiceKind(models.Model):
    """服务类别: one of the kinds in which the service list is shown."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class ServiceItem(models.Model):
    """服务项目: what can be ordered. ``minutes`` it usually takes, ``people`` it usually needs, ``mode`` how it is given out; ``skills`` are all
    needed of a team that does not offer the item by name. ``public``: residents find it on the open page."""

    class Mode(models.TextChoices):
        DISPATCH = "dispatch", pgettext_lazy("service order", "dispatch")
        OPEN = "open", pgettext_lazy("service order", "open offer")
        DIRECT = "direct", pgettext_lazy("service order", "directive")

    code = models.CharField(max_length=40, unique=True)
    kind = models.ForeignKey(ServiceKind, on_delete=models.PROTECT, related_name="items")
    name = models.CharField(max_length=40)
    about = models.CharField(max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(default=60, validators=[MinValueValidator(10), MaxValueValidator(480)])
    people = models.PositiveSmallIntegerField(default=2, validators=[MinValueValidator(1), MaxValueValidator(50)])
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.DISPATCH)
    skills = models.ManyToManyField(Skill, blank=True, related_name="service_items")
    public = models.BooleanField(default=True)
    active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["kind__order", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=10, minutes__lte=480), name="service_item_minutes"),
            models.CheckConstraint(condition=Q(people__gte=1, people__lte=50), name="service_item_people"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("volunteers:order-item", args=[self.pk])


class TeamOffer(models.Model):
    """A team offers an item."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="offers")
    item = models.ForeignKey(ServiceItem, on_delete=models.CASCADE, related_name="offers")
    since = models.DateField()

    access_scope = AccessScope(division="team__division", unit="team__unit", own="team__leader__person__account")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "item"], name="team_offers_item_once")]

    def __str__(self) -> str:
        return f"{self.team} · {self.item}"


class OrderRules(models.Model):
    """The office's rules for orders; one row. Limits are in working hours (``kernel.worktime``)."""

    accept_hours = models.PositiveSmallIntegerField(default=4, validators=[MinValueValidator(1), MaxValueValidator(80)])
    open_hours = models.PositiveSmallIntegerField(default=8, validators=[MinValueValidator(1), MaxValueValidator(160)])
    most_passes = models.PositiveSmallIntegerField(default=3, validators=[MaxValueValidator(20)])
    rate_days = models.PositiveSmallIntegerField(default=7, validators=[MinValueValidator(1), MaxValueValidator(60)])
    call_share = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(100)])
    call_days = models.PositiveSmallIntegerField(default=3, validators=[MinValueValidator(1), MaxValueValidator(30)])

    access_scope = AccessScope(shared=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="order_rules_once"),
            models.CheckConstraint(condition=Q(call_share__lte=100), name="order_call_share"),
        ]


class ServiceOrder(models.Model):
    """订单. ``name`` and ``phone`` (sealed) are of whoever is served; ``placed_for`` says that somebody else asked for them, ``helper`` who.
    ``lat``, ``lon`` where it is to be done (WGS-84). ``start``, ``end`` when it suits. ``team`` is the team that it is offered to or served by;
    an open offer has none; ``wished`` is the one that whoever ordered chose, if they did. ``due_at``: until when the team answers, or
    somebody takes it. ``token_hash``: of the private link."""

    class Kind(models.TextChoices):
        ORDER = "order", pgettext_lazy("service order", "order from the list")
        NEED = "need", pgettext_lazy("service order", "need")
        WISH = "wish", pgettext_lazy("service order", "small wish")

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("service order", "to be checked")
        REFUSED = "refused", pgettext_lazy("service order", "sent back")
        WAITING = "waiting", pgettext_lazy("service order", "waiting for dispatch")
        OFFERED = "offered", pgettext_lazy("service order", "waiting for acceptance")
        SERVING = "serving", pgettext_lazy("service order", "in service")
        TO_RATE = "to_rate", pgettext_lazy("service order", "waiting for rating")
        DONE = "done", pgettext_lazy("service order", "done")
        CANCELLED = "cancelled", pgettext_lazy("service order", "cancelled")

    class Channel(models.TextChoices):
        PAGE = "page", pgettext_lazy("service order", "on the open page")
        PHONE = "phone", pgettext_lazy("service order", "by telephone")
        NEIGHBOUR = "neighbour", pgettext_lazy("service order", "by a neighbour or relative")
        GRID = "grid", pgettext_lazy("service order", "by a grid worker on a visit")
        SHEET = "sheet", pgettext_lazy("service order", "from a sheet")

    Mode = ServiceItem.Mode

    uid = models.UUIDField(unique=True)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ORDER)
    item = models.ForeignKey(ServiceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="orders")
    words = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=40)
    phone = models.TextField(blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    helper = models.CharField(max_length=40, blank=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="service_orders")
    address = models.CharField(max_length=120, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    start = models.DateTimeField()
    end = models.DateTimeField()
    people = models.PositiveSmallIntegerField(default=2)
    minutes = models.PositiveSmallIntegerField(default=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    mode = models.CharField(max_length=8, choices=ServiceItem.Mode.choices, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="orders")
    wished = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    passes = models.PositiveSmallIntegerField(default=0)
    stuck = models.BooleanField(default=False, help_text="passed on as often as the rules allow and taken by nobody")
    reason = models.CharField(max_length=300, blank=True)
    result = models.CharField(max_length=300, blank=True)
    placed_at = models.DateTimeField()
    placed_by = account(db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    rating_words = models.CharField(max_length=300, blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="team__unit", own="team__leader__person__account")

    class Meta:
        ordering = ["-placed_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="service_order_by_due"),
            models.Index(fields=["division", "state"], name="service_order_by_place"),
            models.Index(fields=["team", "state"], name="service_order_by_team"),
            models.Index(fields=["item", "placed_at"], name="service_order_by_item"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="order") | Q(item__isnull=False), name="service_order_has_item"),
            models.CheckConstraint(condition=Q(item__isnull=False) | ~Q(words=""), name="service_order_says_what"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="service_order_forward"),
            models.CheckConstraint(condition=LATITUDES & LONGITUDES, name="service_order_on_earth"),
            models.CheckConstraint(condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5), name="service_order_rating"),
            models.CheckConstraint(condition=Q(rating__isnull=True) | Q(state="done"), name="service_order_rated_done"),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name="service_order_refused_why"),
            models.CheckConstraint(
                condition=~Q(state__in=["serving", "to_rate", "done"]) | Q(team__isnull=False), name="service_order_has_team"
            ),
            models.CheckConstraint(condition=Q(state__in=_WITH_TEAM) | Q(team__isnull=True), name="service_order_free_of_team"),
            models.CheckConstraint(condition=~Q(state="offered") | Q(due_at__isnull=False), name="service_order_due"),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(mode="open", team__isnull=True) | Q(mode="dispatch", team__isnull=False),
                name="service_order_offered_to",
            ),
            models.CheckConstraint(condition=~Q(state__in=["to_rate", "done"]) | Q(finished_at__isnull=False), name="service_order_finished"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("volunteers:order", args=[self.pk])

    @property
    def title(self) -> str:
        """What is wanted, in a few words."""
        return self.item.name if self.item else self.words[:40]


class OrderAsk(models.Model):
    """A team was asked to take an order, and what came of it. ``why`` tells why this team was proposed."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("service order", "asked")
        TAKEN = "taken", pgettext_lazy("service order", "taken on")
        DECLINED = "declined", pgettext_lazy("service order", "declined")
        LAPSED = "lapsed", pgettext_lazy("service order", "let pass")
        RECALLED = "recalled", pgettext_lazy("service order", "taken back")

    order = models.ForeignKey(ServiceOrder, on_delete=models.CASCADE, related_name="asks")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="asked_orders")
    mode = models.CharField(max_length=8, choices=ServiceItem.Mode.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    why = models.CharField(max_length=300, blank=True)
    metres = models.PositiveIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    by = account()

    access_scope = AccessScope(division="order__division", unit="team__unit", own="team__leader__person__account")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["team", "state"], name="order_ask_by_team")]
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(state="asked"), name="order_asks_one_at_a_time"),
            models.UniqueConstraint(fields=["order"], condition=Q(state="taken"), name="order_taken_by_one"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} · {self.team}"


class OrderVolunteer(models.Model):
    """A volunteer whom the team's leader sends."""

    order = models.ForeignKey(ServiceOrder, on_delete=models.CASCADE, related_name="sent")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="service_orders")
    assigned_at = models.DateTimeField()

    access_scope = AccessScope(division="order__division", unit="order__team__unit", own="volunteer__person__account")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["order", "volunteer"], name="sent_once_to_an_order")]

    def __str__(self) -> str:
        return f"{self.order_id} · {self.volunteer_id}"


class OrderEvent(models.Model):
    """What happened to an order, told in a sentence."""

    order = models.ForeignKey(ServiceOrder, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(max_length=10)
    at = models.DateTimeField()
    account = account()
    words = models.CharField(max_length=300)

    access_scope = AccessScope(division="order__division", unit="order__team__unit", own="order__team__leader__person__account")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.words


class OrderCallback(models.Model):
    """A served order that was drawn to be asked about by telephone. Drawn when it was finished, by its identifier and the share of the rules, so
    that nobody chooses whom to ask."""

    class Result(models.TextChoices):
        CONTENT = "content", pgettext_lazy("callback", "content")
        PARTLY = "partly", pgettext_lazy("callback", "partly content")
        NOT = "not", pgettext_lazy("callback", "not content")
        NOT_SERVED = "not_served", pgettext_lazy("callback", "nobody came")
        UNREACHED = "unreached", pgettext_lazy("callback", "not reached")

    order = models.OneToOneField(ServiceOrder, on_delete=models.CASCADE, related_name="callback")
    drawn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    result = models.CharField(max_length=10, choices=Result.choices, blank=True)
    words = models.CharField(max_length=300, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)
    called_by = account()

    access_scope = AccessScope(division="order__division", unit="order__team__unit")

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(result="") | Q(called_at__isnull=False), name="callback_called")]

    def __str__(self) -> str:
        return str(self.order)

    def get_absolute_url(self) -> str:
        return reverse("volunteers:order-callback", args=[self.pk])


class OrderPlan(models.Model):
    """派单方案: the orders of a day that wait, and the teams for them, solved together. ``points`` is what it costs, ``bound`` what no plan
    can be below."""

    class State(models.TextChoices):
        SOLVING = "solving", pgettext_lazy("service order plan", "being solved")
        READY = "ready", pgettext_lazy("service order plan", "ready")
        USED = "used", pgettext_lazy("service order plan", "given out")

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.SOLVING)
    orders = models.PositiveIntegerField(default=0)
    teams = models.PositiveIntegerField(default=0)
    points = models.PositiveIntegerField(null=True, blank=True)
    bound = models.PositiveIntegerField(null=True, blank=True)
    by_hand = models.PositiveIntegerField(null=True, blank=True, help_text="points of the nearest team by hand, in order of arrival")
    took = models.FloatField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = account()
    solved_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(bound__isnull=True) | Q(points__gte=F("bound")), name="order_plan_bound"),
            models.CheckConstraint(condition=Q(state="solving") | Q(points__isnull=False), name="order_plan_solved"),
        ]

    def __str__(self) -> str:
        return f"{self.division} {self.day:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:order-plan", args=[self.pk])

    @property
    def gap(self) -> float | None:
        """By how much at most it lies above the best possible, as a share."""
        return None if self.points is None else (self.points - (self.bound or 0)) / max(1, self.points)


class OrderPlanRow(models.Model):
    """An order in a plan: its team and what that costs, or why nobody serves it."""

    plan = models.ForeignKey(OrderPlan, on_delete=models.CASCADE, related_name="rows")
    order = models.ForeignKey(ServiceOrder, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    slot = models.DateTimeField(null=True, blank=True)
    walk = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    fair = models.PositiveIntegerField(default=0)
    metres = models.PositiveIntegerField(null=True, blank=True)
    next_team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    next_more = models.IntegerField(null=True, blank=True)
    why = models.CharField(max_length=10, blank=True)
    used = models.BooleanField(default=False)

    access_scope = AccessScope(division="plan__division")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "order"], name="order_once_in_a_plan"),
            models.CheckConstraint(condition=Q(team__isnull=True) | Q(why=""), name="order_plan_row_one_answer"),
        ]
