"""Units, persons, posts, accounts, roles, tokens, sign-ins."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import clock
from chuangwen.kernel.access import SCOPE_LABELS, SCOPES, AccessScope
from chuangwen.kernel.trees import Tree
from chuangwen.places.models import Division, Grid


class Unit(Tree):
    """单位: an organisation, at its present place in the tree; ``Placement`` tells where it stood on any day."""

    class Kind(models.TextChoices):
        COMMAND = "command", _("command")
        LEADING_GROUP = "leading_group", _("leading group")
        WORKING_GROUP = "working_group", _("working group")
        DEPARTMENT = "department", _("member department")
        TOWN_OFFICE = "town_office", _("street or town office")
        COMMUNITY = "community", _("community")
        ENTERPRISE = "enterprise", _("enterprise")
        ASSESSOR = "assessor", _("assessment company")

    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    credit_code = models.CharField(max_length=18, null=True, blank=True, unique=True)
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="units")
    peer_group = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", unit="self")

    class Meta:
        indexes = [models.Index(fields=["name"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="unit_days_forward")
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class Placement(models.Model):
    """Where a unit stood and what it was called from one day to another: the organisation of a past day is drawn from these."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="placements")
    parent = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    access_scope = AccessScope(unit="unit", division="unit__division")

    class Meta:
        ordering = ["starts_on"]
        constraints = [models.UniqueConstraint(fields=["unit", "starts_on"], name="one_placement_per_day")]


class Person(models.Model):
    """Somebody who holds posts. Little is kept: a name and a phone number, masked where it is not needed."""

    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(unit="posts__unit", via=("people.Post", "person_id", "unit"))

    class Meta:
        indexes = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name


def new_stamp() -> str:
    return secrets.token_hex(8)


class Role(models.Model):
    """角色: what a post allows. Data, with defaults shipped by the rooms.

    ``stamp`` changes whenever a grant of the role changes: what was read of the role with the same stamp still holds.
    ``installed_verbs`` are the verbs whose shipped default was installed once; what was edited since does not come back.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    needs_second_factor = models.BooleanField(default=False)
    idle_minutes = models.PositiveIntegerField(default=120)
    order = models.PositiveSmallIntegerField(default=0)
    stamp = models.CharField(max_length=16, default=new_stamp, editable=False)
    installed_verbs = models.JSONField(default=list, editable=False)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.CheckConstraint(condition=Q(idle_minutes__gte=1, idle_minutes__lte=480), name="role_idle_minutes")]

    def __str__(self) -> str:
        return self.name


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """However grants are written, the stamps of their roles change with them."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        made = super().bulk_create(objs, *args, **kwargs)
        self._stamp({grant.role_id for grant in made})
        return made

    def update(self, **kwargs: Any) -> int:
        self._stamp(set(self.values_list("role_id", flat=True)))
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._stamp(set(self.values_list("role_id", flat=True)))
        return super().delete()

    @staticmethod
    def _stamp(roles: set[int]) -> None:
        for role in roles:
            Role.objects.filter(pk=role).update(stamp=new_stamp())


class RoleGrant(models.Model):
    """One verb of a role with the word of its scope."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    verb = models.CharField(max_length=60)
    scope = models.CharField(max_length=10, choices=[(word, SCOPE_LABELS[word]) for word in SCOPES])

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "verb"], name="one_scope_per_verb_of_a_role"),
            models.CheckConstraint(condition=Q(scope__in=SCOPES), name="role_grant_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.verb}: {self.scope}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        RoleGrantQuerySet._stamp({self.role_id})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        RoleGrantQuerySet._stamp({self.role_id})
        return super().delete(*args, **kwargs)


class Post(models.Model):
    """职务: a person's place in a unit for a time. One person may hold several; rights come from posts in force."""

    class Kind(models.TextChoices):
        FIRST_RESPONSIBLE = "first_responsible", _("first responsible person")
        HEAD = "head", _("head")
        DEPUTY = "deputy", _("deputy head")
        LIAISON = "liaison", _("liaison")
        INSPECTOR = "inspector", _("inspector")
        GRID_WORKER = "grid_worker", _("grid worker")
        MEMBER = "member", _("member")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=60, blank=True)
    role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    grid = models.ForeignKey(Grid, null=True, blank=True, on_delete=models.SET_NULL, related_name="posts")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    access_scope = AccessScope(unit="unit", division="unit__division")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="post_days_forward")
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.unit} {self.title or self.get_kind_display()}"


class AccountManager(BaseUserManager["Account"]):
    """An account comes with its person and its own role: both are needed for every request."""

    def get_queryset(self) -> models.QuerySet["Account"]:
        return super().get_queryset().select_related("person", "base_role")

    def create_user(self, username: str, password: str | None = None, **facts: Any) -> "Account":
        account = self.model(username=username, **facts)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """账号: a way to sign in. Rights come from the person's posts, or from ``base_role`` without one (residents)."""

    username = models.CharField(max_length=60, unique=True)
    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="account")
    base_role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, blank=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    objects = AccountManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.person.name if self.person_id and self.person else self.username

    def get_full_name(self) -> str:
        return str(self)

    @property
    def is_staff(self) -> bool:
        return False

    @property
    def is_superuser(self) -> bool:
        return False


class ApiToken(models.Model):
    """A token with which a program acts as an account. Only its hash is kept (SHA-256 of 256 random bits)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(own="account")

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class SignIn(models.Model):
    """A session that is open: where and when somebody signed in, so that they can see it and end it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=300, blank=True)

    access_scope = AccessScope(own="account")

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.account_id} {self.address}"
