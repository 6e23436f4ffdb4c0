"""Divisions, grids, site types, sites and what stands on them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.identifiers import Identified
from chuangwen.kernel.lazy_json import LazyJSONField
from chuangwen.kernel.trees import Tree


class Division(Tree):
    """行政区划: province, city, county, town or street, village or community.

    ``code`` is the 12-digit statistical code (GB/T 2260 and its extension); it may be unknown for an area that is only
    named in a sheet.
    """

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("province")
        CITY = 2, _("city")
        COUNTY = 3, _("county")
        TOWN = 4, _("town or street")
        VILLAGE = 5, _("village or community")

    code = models.CharField(max_length=12, null=True, blank=True, unique=True)
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=30, blank=True)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    outline = LazyJSONField(null=True, blank=True, help_text="GeoJSON geometry, WGS-84")
    active = models.BooleanField(default=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="self")

    class Meta:
        indexes = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def is_named(self) -> bool:
        """False for one of which only the code is known yet."""
        return self.name != self.code


class Grid(models.Model):
    """网格, 微网格: a patrol area in a community; a small grid names the grid it belongs to."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="grids")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    outline = LazyJSONField(null=True, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class SiteType(models.Model):
    """点位类型: market, main road, housing estate ... about fifty."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40, unique=True)
    group = models.CharField(max_length=40, blank=True)
    icon = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    service_minutes = models.PositiveSmallIntegerField(default=20, help_text="how long an inspection of one takes, in minutes")
    active = models.BooleanField(default=True)

    access_scope = AccessScope(shared=True)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class Datum(models.TextChoices):
    WGS84 = "wgs84", "WGS-84"
    GCJ02 = "gcj02", "GCJ-02"
    BD09 = "bd09", "BD-09"
    CGCS2000 = "cgcs2000", "CGCS2000"


class Located(models.Model):
    """A point as it was given, with its datum, and the same point in WGS-84 degrees for maps and distances."""

    given_lat = models.FloatField(null=True, blank=True)
    given_lon = models.FloatField(null=True, blank=True)
    datum = models.CharField(max_length=8, choices=Datum.choices, default=Datum.WGS84)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    class Meta:
        abstract = True


class Site(Identified, Located):
    """点位: a place that is assessed."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    type = models.ForeignKey(SiteType, on_delete=models.PROTECT, related_name="sites")
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="sites")
    grid = models.ForeignKey(Grid, null=True, blank=True, on_delete=models.SET_NULL, related_name="sites")
    address = models.CharField(max_length=200, blank=True)
    has_manager = models.BooleanField(null=True, blank=True, help_text="whether a property company or committee looks after it")
    households = models.PositiveIntegerField(null=True, blank=True)
    opens_at = models.TimeField(null=True, blank=True, help_text="together with closes_at; empty: always open")
    closes_at = models.TimeField(null=True, blank=True)
    active = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division")

    class Meta:
        indexes = [models.Index(fields=["type", "division"]), models.Index(fields=["name"])]
        constraints = [
            models.CheckConstraint(condition=Q(lat__isnull=True) | Q(lat__gte=-90, lat__lte=90), name="site_lat"),
            models.CheckConstraint(condition=Q(lon__isnull=True) | Q(lon__gte=-180, lon__lte=180), name="site_lon"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="site_hours_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Asset(models.Model):
    """阵地, 设施: how many of a thing stand on a site and in what state.

    A count of nought is known to be none; no count: some are there, not counted; no row: nobody has looked.
    """

    class Kind(models.TextChoices):
        EXTINGUISHER = "extinguisher", _("fire extinguisher")
        FIRE_STATION = "fire_station", _("miniature fire station")
        AD_BOARD = "ad_board", _("public-interest ad board")
        CULTURE_WALL = "culture_wall", _("culture wall")
        LED = "led", _("LED screen")
        BIN = "bin", _("waste bin")
        PARKING_BAY = "parking_bay", _("parking bay")
        MOTORCYCLE_BAY = "motorcycle_bay", _("motorcycle bay")
        RAMP = "ramp", _("barrier-free ramp")
        NOTICE_BOARD = "notice_board", _("notice board")
        TOILET = "toilet", _("toilet")
        LAMP = "lamp", _("street lamp")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=60, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="site__division")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "kind"], name="one_row_per_kind_of_asset")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} × {'?' if self.quantity is None else self.quantity}"
