"""Phones that people work with, and what came in from them."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.kernel import clock
from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.identifiers import Identified
from chuangwen.places.models import SiteType
from chuangwen.standards.models import Edition

LASTS = timedelta(days=90)
"""How long a phone stays signed in after its last use."""


class Device(Identified):
    """A phone on which one account works without signal. Nothing of where it is, or was, is kept.

    ``uid`` was made by the phone. Of its token only the SHA-256 is kept (256 random bits); no token: the phone has signed out. The key
    that opens the phone's data when its PIN is forgotten is never stored: it is derived from ``salt`` and the installation's secret, and
    is lost when a wipe removes the salt.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, null=True, unique=True)
    salt = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    wipe_asked_at = models.DateTimeField(null=True, blank=True)
    wiped_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(own="account")

    class Meta:
        ordering = ["-last_seen_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wiped_at__isnull=True) | models.Q(wipe_asked_at__isnull=False), name="wiped_when_asked"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ends_at(self):
        """Until when the phone stays signed in if it is not used again."""
        return self.last_seen_at + LASTS

    @property
    def state(self) -> str:
        """wiped, wiping (asked, the phone has not confirmed), out (signed out or too long unused) or in."""
        if self.wiped_at:
            return "wiped"
        if self.wipe_asked_at:
            return "wiping"
        return "in" if self.token_hash and self.ends_at > clock.now() else "out"

    @property
    def state_label(self):
        return STATES[self.state]


STATES = {
    "in": pgettext_lazy("phone", "signed in"),
    "out": pgettext_lazy("phone", "signed out"),
    "wiping": _("to be wiped at its next contact"),
    "wiped": _("wiped"),
}


class Entry(models.Model):
    """Something that was entered on a phone, and what was answered: the row is written in the transaction of what it did.

    ``uid`` was made on the phone. ``made_at`` is what the phone's clock said, ``at`` the same moment by the server's clock.
    ``content_hash`` tells a repetition from other content under the same identifier.
    """

    uid = models.UUIDField(unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, blank=True, on_delete=models.SET_NULL, related_name="entries")
    kind = models.CharField(max_length=60)
    content_hash = models.CharField(max_length=64)
    received_at = models.DateTimeField(db_index=True)
    made_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    choice = models.CharField(max_length=40, blank=True)
    answer = models.TextField(
        blank=True, help_text="as it was given, JSON: repeated to the letter, which a JSON column does not promise"
    )

    access_scope = AccessScope(own="account")

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class GivenChecklist(models.Model):
    """A checklist as it was when a phone took it along: "all in order" said with it means these items, whatever was edited since.

    ``etag`` is a hash of the content. ``items``: [{"item", "criterion", "grading", "severity", "mark"}]; ``item`` is null where the
    type has no checklist of its own in the edition and the criteria themselves were asked; ``mark`` changes with the words of the item.
    """

    etag = models.CharField(max_length=32, unique=True)
    site_type = models.ForeignKey(SiteType, null=True, on_delete=models.CASCADE, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    items = models.JSONField()
    given_at = models.DateTimeField()

    access_scope = AccessScope(shared=True)

    class Meta:
        indexes = [models.Index(fields=["site_type", "edition"])]

    def __str__(self) -> str:
        return f"{self.site_type or '*'} · {self.edition}"
