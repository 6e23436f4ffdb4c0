"""Photos as they came, what was doubted of them and how a person decided, and what of them may be shown to everybody."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import AccessScope
from chuangwen.kernel.identifiers import Identified
from chuangwen.people.models import Unit
from chuangwen.places.models import Division


class Photo(Identified):
    """A picture stored as it came, with what is known of its capture and where that is known from.

    ``file_key`` is the SHA-256 of the content; ``custody`` chains each photo's record to the one before it. ``sketch`` holds the visual
    words of its corners (``pixels.sketch``), by which a crop of it is found again; it can be made anew from the file at any time.
    """

    class Source(models.TextChoices):
        PAGE = "page", _("taken in the page")
        EXIF = "exif", _("told by the picture")
        UPLOAD = "upload", _("time of upload")
        NONE = "none", _("not known")

    file_key = models.CharField(max_length=64, db_index=True)
    thumbnail_key = models.CharField(max_length=64, blank=True)
    sm3 = models.CharField(max_length=64)
    dhash = models.CharField(max_length=16)
    phash = models.CharField(max_length=16)
    sketch = models.BinaryField(default=b"")
    format = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_source = models.CharField(max_length=8, choices=Source.choices, default=Source.NONE)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    place_source = models.CharField(max_length=8, choices=Source.choices, default=Source.NONE)
    device = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=120, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField()
    custody_previous = models.CharField(max_length=64)
    custody = models.CharField(max_length=64, unique=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(own="uploaded_by")

    def __str__(self) -> str:
        return self.name or f"{self.format} {self.width}×{self.height}"


class Examination(models.Model):
    """That a photo was looked at as evidence, with what was known of the place and time it should show.

    ``division`` is where the thing is: whoever checks there decides, whichever unit handed the photo in. ``befores`` are the photos of the same
    thing before; ``about`` names what it is evidence for ("cases.case:12"), for rooms that know it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("being compared")
        DONE = "done", _("compared")
        FAILED = "failed", _("could not be compared")

    photo = models.OneToOneField(Photo, on_delete=models.CASCADE, related_name="examination")
    befores = models.ManyToManyField(Photo, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    about = models.CharField(max_length=60, blank=True, db_index=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    radius_m = models.PositiveIntegerField(default=300)
    not_before = models.DateTimeField(null=True, blank=True)
    not_after = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    access_scope = AccessScope(division="division", unit="unit", own="photo__uploaded_by")

    def __str__(self) -> str:
        return str(self.photo)


class Doubt(models.Model):
    """Something about a photo that a person should look at. It accuses nobody: a person decides what it is.

    ``score`` is how strong the sign is (0 to 1); ``detail`` holds the figures behind the sentence and the marked ``regions`` and
    ``other_regions``: lists of [left, top, width, height] as shares of the upright picture.
    """

    class Kind(models.TextChoices):
        SAME_FILE = "same_file", _("file handed in before")
        ALIKE = "alike", _("very like an earlier photo")
        FROM_BEFORE = "from_before", _("looks made from the before photo")
        OTHER_VIEW = "other_view", _("view cannot be recognised")
        UNCHANGED = "unchanged", _("no change seen")
        COPIED_REGION = "copied_region", _("areas alike inside the picture")
        COMPRESSION = "compression", _("areas compressed differently")
        EARLY = "early", _("taken before the case began")
        LATE = "late", _("taken after it was handed in")
        FAR = "far", _("taken far from the site")
        NO_CAPTURE = "no_capture", _("no capture data")
        SCREENSHOT = "screenshot", _("looks like a screenshot")

    class Decision(models.TextChoices):
        GENUINE = "genuine", _("genuine")
        NOT_ACCEPTABLE = "not_acceptable", _("not acceptable")
        CANNOT_TELL = "cannot_tell", _("cannot be told")

    examination = models.ForeignKey(Examination, on_delete=models.CASCADE, related_name="doubts", db_index=False)
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="doubts", db_index=False)
    other = models.ForeignKey(Photo, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    score = models.FloatField()
    detail = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=16, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    HINTS = (Kind.NO_CAPTURE,)
    """Nothing speaks against such a picture, only nothing for it: chat programs take capture data away. It is shown and holds nobody up."""

    access_scope = AccessScope(division="examination__division", unit="examination__unit", own="photo__uploaded_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["photo", "kind", "other"], name="doubt_once_beside_a_photo"),
            models.UniqueConstraint(fields=["photo", "kind"], condition=Q(other__isnull=True), name="doubt_once"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="doubt_score_share"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="doubt_decided_when",
            ),
            models.CheckConstraint(condition=Q(other__isnull=True) | ~Q(other=F("photo")), name="doubt_of_two_photos"),
        ]
        indexes = [models.Index(fields=["decision", "-score"], name="doubt_waiting")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.photo}"

    @classmethod
    def to_decide(cls) -> Q:
        """What waits for a person: undecided, and more than a hint."""
        return Q(decision="") & ~Q(kind__in=cls.HINTS)


class Redaction(models.Model):
    """What of a photo is covered before everybody may see it. Nothing is public until a person has confirmed it.

    ``boxes``: [{"x", "y", "w", "h" (shares of the upright picture), "kind": face | plate | other, "by": program | person}, ...];
    ``proposed`` is the same list as the program proposed it. ``file_key`` is the covered picture, without capture data. ``division`` is where
    what it shows is: who works there covers it.
    """

    photo = models.OneToOneField(Photo, on_delete=models.CASCADE, related_name="redaction")
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    boxes = models.JSONField(default=list)
    proposed = models.JSONField(default=list)
    proposed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    file_key = models.CharField(max_length=64, blank=True)
    public_key = models.CharField(max_length=43, null=True, blank=True, unique=True)

    access_scope = AccessScope(division="division")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, file_key="", public_key__isnull=True)
                | (Q(confirmed_at__isnull=False, public_key__isnull=False) & ~Q(file_key="")),
                name="redaction_public_when_confirmed",
            )
        ]

    def __str__(self) -> str:
        return str(self.photo)
