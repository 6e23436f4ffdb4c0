"""What the campaign wants to reach, and the screens on walls that show where it stands."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from chuangwen.kernel.access import AccessScope
from chuangwen.places.models import Division


class Target(models.Model):
    """创建目标: the index that an area wants to reach by a day. ``rate`` is a share of one."""

    division = models.OneToOneField(Division, on_delete=models.CASCADE, related_name="target")
    name = models.CharField(max_length=60)
    rate = models.DecimalField(max_digits=5, decimal_places=4)
    due_on = models.DateField()
    set_at = models.DateTimeField()

    access_scope = AccessScope(division="division")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(rate__gt=0, rate__lte=1), name="target_is_a_share")]

    def __str__(self) -> str:
        return self.name


class DisplayLink(models.Model):
    """大屏链接: an address with which a screen on a wall shows an area's big screen without anybody being signed in. Only the hash of its
    secret is kept (SHA-256 of 192 random bits); a withdrawn one stays in the list."""

    name = models.CharField(max_length=60)
    division = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="display_links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    last_seen_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name
