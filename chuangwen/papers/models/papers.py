"""Papers: what was drafted, in which versions, who checked, countersigned and signed it, whom it reached, what a leader said of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models import Case, EscalationStep
from chuangwen.duties.models import Meeting, Operation, SponsorshipPlan
from chuangwen.fieldwork.models import Round
from chuangwen.kernel.access import AccessScope
from chuangwen.papers.models.templates import TemplateVersion
from chuangwen.people.models import Person, Unit
from chuangwen.places.models import Division
from chuangwen.scoring.appraisal.models import Consequence
from chuangwen.scoring.models import ScoreSheet


class IssuingOffice(models.Model):
    """发文机关: whose name stands in the red head of an area's papers, the characters of its numbers (河东创文), and its seal.

    ``seal_key`` is the picture of the seal, red on a transparent ground; ``seal_generated`` says that the program drew it.
    """

    division = models.OneToOneField(Division, null=True, blank=True, on_delete=models.CASCADE, related_name="issuing_office")
    organ = models.CharField(max_length=100)
    red_head = models.CharField(max_length=120)
    code = models.CharField(max_length=20, unique=True)
    print_organ = models.CharField(max_length=100, blank=True)
    copies = models.CharField(max_length=300, blank=True)
    seal_key = models.CharField(max_length=64, blank=True)
    seal_generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division")

    def __str__(self) -> str:
        return self.organ


class Kind(models.TextChoices):
    """The kinds of papers; what each is made of stands in ``composing``."""

    BULLETIN = "bulletin", _("bulletin")
    BRIEFING = "briefing", pgettext_lazy("paper", "briefing")
    EXPRESS = "express", pgettext_lazy("paper", "express")
    WORK_REPORT = "work_report", pgettext_lazy("paper", "work report")
    DISPATCH_SHEET = "dispatch_sheet", _("dispatch sheet")
    RECTIFICATION_NOTICE = "rectification", pgettext_lazy("paper", "rectification notice")
    SUPERVISION_ORDER = "supervision", pgettext_lazy("paper", "supervision order")
    HEADQUARTERS_ORDER = "hq_order", pgettext_lazy("paper", "order of the headquarters")
    TALK_NOTICE = "talk_notice", pgettext_lazy("paper", "notice of a talk")
    CERTIFICATE = "certificate", pgettext_lazy("paper", "certificate")
    ANNUAL_APPRAISAL = "annual_appraisal", pgettext_lazy("paper", "annual appraisal")
    SPONSORSHIP = "sponsorship", pgettext_lazy("paper", "sponsorship plan")
    MEETING_MINUTES = "meeting_minutes", pgettext_lazy("paper", "minutes of a meeting")
    OPERATION = "operation", pgettext_lazy("paper", "report of an operation")


class State(models.TextChoices):
    """Where a paper stands in its life; what leads from one to the next is said by ``states``."""

    DRAFT = "draft", _("draft")
    CHECKED = "checked", pgettext_lazy("paper state", "checked")
    COUNTERSIGNING = "countersigning", pgettext_lazy("paper state", "with the countersigners")
    COUNTERSIGNED = "countersigned", pgettext_lazy("paper state", "countersigned")
    SIGNED = "signed", pgettext_lazy("paper state", "signed")
    SENT = "sent", pgettext_lazy("paper state", "sent")
    WITHDRAWN = "withdrawn", pgettext_lazy("paper state", "withdrawn")
    ARCHIVED = "archived", pgettext_lazy("paper state", "archived")
    VOID = "void", pgettext_lazy("paper state", "void")


class Paper(models.Model):
    """文书. ``content`` holds the texts that a person may change, ``figures`` each number in it with its query and what that counted.

    ``issue`` and ``total_issue`` are 第几期 and 总第几期 of a briefing; other kinds have a ``number`` 代字〔年〕号. Both are given when it is
    signed. ``code`` verifies a certificate.
    """

    Kind = Kind
    State = State

    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=60, null=True, blank=True, unique=True)
    issue = models.PositiveIntegerField(null=True, blank=True)
    total_issue = models.PositiveIntegerField(null=True, blank=True)
    code = models.CharField(max_length=20, null=True, blank=True, unique=True)
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="papers")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="papers")
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="papers")
    sheet = models.ForeignKey(ScoreSheet, null=True, blank=True, on_delete=models.PROTECT, related_name="papers")
    office = models.ForeignKey(IssuingOffice, null=True, blank=True, on_delete=models.PROTECT, related_name="papers")
    template = models.ForeignKey(TemplateVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="papers")
    step = models.OneToOneField(
        EscalationStep, null=True, blank=True, on_delete=models.PROTECT, related_name="paper", help_text="whose paper it is"
    )
    consequence = models.OneToOneField(
        Consequence, null=True, blank=True, on_delete=models.PROTECT, related_name="paper", help_text="of an appraisal, which it carries out"
    )
    meeting = models.OneToOneField(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="paper", help_text="whose minutes it is"
    )
    plan = models.ForeignKey(
        SponsorshipPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="papers", help_text="whose table it holds"
    )
    operation = models.ForeignKey(Operation, null=True, blank=True, on_delete=models.PROTECT, related_name="papers")
    cases = models.ManyToManyField(Case, blank=True, related_name="papers")
    period_from = models.DateField(null=True, blank=True)
    period_to = models.DateField(null=True, blank=True)
    paper_date = models.DateField()
    content = models.JSONField(default=dict)
    figures = models.JSONField(default=list)
    docx_key = models.CharField(max_length=64, blank=True)
    pdf_key = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True, help_text="when it was signed")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    generated = models.BooleanField(default=False)

    access_scope = AccessScope(division="division", via=("papers.PaperParty", "paper_id", "unit"))

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "kind"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_from__isnull=True, period_to__isnull=True) | Q(period_from__lte=models.F("period_to")),
                name="paper_period_forward",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "checked", "countersigning", "countersigned")) | ~Q(docx_key=""),
                name="signed_paper_has_file",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_signed(self) -> bool:
        """Whether its file is kept for good."""
        return bool(self.docx_key)

    @property
    def called(self) -> str:
        """What people call it by: the number, or the issue."""
        return self.number or ""


class PaperVersion(models.Model):
    """A draft as it was saved: texts and figures. Every one is kept."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    content = models.JSONField(default=dict)
    figures = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="one_version_per_number")]


class PaperEvent(models.Model):
    """Something that happened to a paper, with the words that were said."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="events")
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]


class PaperParty(models.Model):
    """A unit that a paper reaches: to countersign it (in turn by ``turn``, in parallel where that is alike) or to receive it.

    ``asked_at`` is empty until its turn has come. ``answer`` is empty while it waits.
    """

    class Part(models.TextChoices):
        COUNTERSIGNER = "countersigner", pgettext_lazy("paper", "countersigns")
        RECIPIENT = "recipient", pgettext_lazy("paper", "receives")

    class Answer(models.TextChoices):
        AGREED = "agreed", pgettext_lazy("paper", "agreed")
        OBJECTED = "objected", pgettext_lazy("paper", "objected")
        RECEIVED = "received", pgettext_lazy("paper", "received")

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="parties")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=14, choices=Part.choices)
    turn = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.CharField(max_length=80, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=80, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    words = models.CharField(max_length=500, blank=True)

    access_scope = AccessScope(division="paper__division", unit="unit")

    class Meta:
        ordering = ["part", "turn", "pk"]
        indexes = [models.Index(fields=["part", "answer", "due_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "part", "unit"], condition=Q(person__isnull=True), name="one_party_per_unit"
            ),
            models.UniqueConstraint(
                fields=["paper", "part", "person"], condition=Q(person__isnull=False), name="one_party_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}"


class Instruction(models.Model):
    """批示: a leader's words on a paper, to which unit they are given, until when; followed as a case."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="instructions")
    leader = models.CharField(max_length=40)
    words = models.CharField(max_length=480)
    given_on = models.DateField()
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    case = models.OneToOneField(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="instruction")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.words[:80]
