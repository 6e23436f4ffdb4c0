"""Templates that an office edits in Word, with every version of each."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from chuangwen.kernel.access import AccessScope
from chuangwen.places.models import Division


class PaperTemplate(models.Model):
    """范本: a .docx with fields for one kind of paper. Without an area it was shipped, and is everybody's."""

    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=80)
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    active = models.BooleanField(default=True)
    shipped = models.CharField(max_length=40, blank=True, help_text="the name of the file in the package that it came from")

    access_scope = AccessScope(division="division")

    class Meta:
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["division", "kind", "name"], condition=Q(division__isnull=False), name="one_template_per_name"
            ),
            models.UniqueConstraint(fields=["shipped"], condition=~Q(shipped=""), name="one_template_per_shipped_file"),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """A file of a template as it was uploaded; papers name the version that they were made with."""

    template = models.ForeignKey(PaperTemplate, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    file_key = models.CharField(max_length=64)
    file_name = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="one_template_version_per_number")]

    def __str__(self) -> str:
        return f"{self.template} · {self.number}"
