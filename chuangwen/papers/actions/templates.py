"""Templates: taken in after they were looked through, with every version kept; tried out with a real paper."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, files
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.papers import making, queries, templating
from chuangwen.papers.actions.base import REACHED
from chuangwen.papers.models import PaperTemplate, TemplateVersion
from chuangwen.places.models import Division


def add_template(
    actor: Actor, *, kind: str, name: str, content: bytes, file_name: str, division: Division | None = None, note: str = ""
) -> PaperTemplate:
    """Take in a template of an area. Raises Denied, TemplateRefused with what is to be mended in the file, Conflict for a name in use."""
    access.require(actor, "papers.edit_templates")
    access.require(actor, "papers.edit_templates", division=division)
    templating.check(content, making.kind_of(kind).kind)
    try:
        with transaction.atomic():
            template = PaperTemplate.objects.create(kind=kind, name=name.strip()[:80], division=division)
            version = _kept(actor, template, content, file_name, note)
            audit.record(actor, "papers.edit_templates", template, after={"kind": kind, "file": version.file_key})
    except IntegrityError:
        raise Conflict(
            _("There is a template of this name. Upload a new version of it, or choose another name."), "papers.template_name"
        ) from None
    return template


def add_version(actor: Actor, *, template_id: int, content: bytes, file_name: str, note: str = "") -> TemplateVersion:
    """A new version of a template; papers that were made with an earlier one keep it. Raises TemplateRefused."""
    access.require(actor, "papers.edit_templates")
    with transaction.atomic():
        template = access.fetch(actor, "papers.edit_templates", PaperTemplate, lock=True, pk=template_id)
        templating.check(content, template.kind)
        version = _kept(actor, template, content, file_name, note)
        audit.record(actor, "papers.edit_templates", template, after={"version": version.number, "file": version.file_key})
    return version


def _kept(actor: Actor, template: PaperTemplate, content: bytes, file_name: str, note: str) -> TemplateVersion:
    last = template.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return TemplateVersion.objects.create(
        template=template,
        number=last + 1,
        file_key=files.store(content),
        file_name=file_name[-120:],
        note=note.strip()[:200],
        uploaded_at=clock.now(),
        uploaded_by_id=actor.account_id,
    )


def retire_template(actor: Actor, *, template_id: int, active: bool = False) -> PaperTemplate:
    """Offer a template no longer (or again)."""
    with transaction.atomic():
        template = access.fetch(actor, "papers.edit_templates", PaperTemplate, lock=True, pk=template_id)
        before, template.active = template.active, active
        template.save(update_fields=["active"])
        audit.record(actor, "papers.edit_templates", template, before={"active": before}, after={"active": active})
    return template


def preview_template(actor: Actor, *, template_id: int, paper_id: int | None = None) -> bytes:
    """The newest version filled in with a paper of its kind that the actor sees (the newest one, unless named). Raises Refusal where there
    is none yet."""
    template = queries.template(actor, template_id)
    found = queries.readable(actor).filter(kind=template.kind).select_related(*REACHED)
    paper = found.filter(pk=paper_id).first() if paper_id else found.order_by("-pk").first()
    if paper is None:
        raise Refusal(_("There is no paper of this kind yet to try the template with. Draft one first."), "papers.no_sample")
    content = files.read(template.versions.first().file_key)  # type: ignore[union-attr]  # a template has a version from its beginning
    return templating.render(content, making.make(paper, making.office_for(paper.division)), paper)


def newest_version(template: PaperTemplate | None) -> TemplateVersion | None:
    return None if template is None else template.versions.select_related("template").first()
