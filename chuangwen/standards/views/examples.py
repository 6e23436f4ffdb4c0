"""Example photos of right and wrong: shown to whoever is signed in, put in and taken away beside an item."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.urls import reverse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, files
from chuangwen.kernel.errors import Missing
from chuangwen.standards import actions, queries
from chuangwen.standards.actions.examples import MOST
from chuangwen.standards.forms import ExampleChangeForm, ExampleForm
from chuangwen.standards.models import ChecklistExample, ChecklistItem
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.views import AccessMixin

HOME = gettext_lazy("Checklists")
KEPT_SECONDS = 7 * 24 * 3600


class ExamplePicture(AccessMixin, View):
    """The picture of an example. It never changes under its address: another picture is another example."""

    required_verb = "standards.see"

    def get(self, request: HttpRequest, pk: int, variant: str) -> HttpResponseBase:
        example = access.fetch(self.actor, "standards.see", ChecklistExample, pk=pk)
        keys = {"view": example.file_key, "thumb": example.thumbnail_key}
        if variant not in keys:
            raise Missing(_("There is no such picture."))
        etag = f'"{keys[variant][:32]}"'
        response: HttpResponseBase
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            response = HttpResponseNotModified()
        else:
            response = FileResponse(files.path_of(keys[variant]).open("rb"), content_type="image/jpeg")
            response["Content-Disposition"] = f'inline; filename="example-{pk}.jpg"'
            response["X-Content-Type-Options"] = "nosniff"
            response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["ETag"] = etag
        response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
        return response


class ItemExamples(FormPage):
    """The examples of an item, and a further one."""

    required_verb = "standards.edit"
    form_class = ExampleForm
    template_name = "standards/examples.html"
    title = gettext_lazy("Example photos")
    submit = gettext_lazy("Add")
    done = gettext_lazy("The example was added.")
    explanation = gettext_lazy(
        "Inspectors see these pictures beside the criterion, on the phone too. Faces and number plates should not be recognisable; what the "
        "camera wrote into the picture is left out."
    )

    def prepare(self) -> None:
        rows = ChecklistItem.objects.select_related("site_type")
        self.item = access.fetch(self.actor, "standards.edit", rows, pk=self.kwargs["pk"])
        self.lead, self.cancel_url = self.item.text, reverse("standards:checklist", args=[self.item.site_type_id])

    def get_breadcrumbs(self) -> Any:
        return [
            (HOME, reverse("standards:checklists")),
            (self.item.site_type.name, self.cancel_url),
            (_("Item"), reverse("standards:item-edit", args=[self.item.pk])),
        ]

    def extra_context(self) -> dict[str, Any]:
        examples = queries.examples_for([self.item.pk]).get(self.item.pk, [])
        return {"item": self.item, "examples": told(examples), "full": len(examples) >= MOST}

    def act(self, form: ExampleForm) -> str:
        actions.add_example(self.actor, item_id=self.item.pk, **form.facts())
        return reverse("standards:item-examples", args=[self.item.pk])


def told(examples: list[ChecklistExample]) -> list[dict[str, Any]]:
    """Each example with what the list shows of it."""
    return [{"example": one, "shown": shown} for one, shown in zip(examples, queries.shown_examples(examples), strict=True)]


class ExampleChange(FormPage):
    """Say anew what an example shows."""

    required_verb = "standards.edit"
    title = gettext_lazy("Change the example")

    def prepare(self) -> None:
        rows = ChecklistExample.objects.select_related("item__site_type")
        self.example = access.fetch(self.actor, "standards.edit", rows, pk=self.kwargs["pk"])
        self.lead, self.cancel_url = self.example.item.text, reverse("standards:item-examples", args=[self.example.item_id])

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("standards:checklists")), (_("Example photos"), self.cancel_url)]

    def get_form(self, data: Any = None, files: Any = None) -> ExampleChangeForm:
        return ExampleChangeForm(data, initial={"right": "1" if self.example.right else "0", "caption": self.example.caption})

    def act(self, form: ExampleChangeForm) -> str:
        actions.change_example(self.actor, example_id=self.example.pk, **form.facts())
        return self.cancel_url


class ExampleRemove(ActionButton):
    """Take an example away."""

    required_verb = "standards.edit"
    done = gettext_lazy("Removed.")

    def act(self, request: HttpRequest, pk: int) -> str | HttpResponse:
        item = actions.remove_example(self.actor, example_id=pk)
        return reverse("standards:item-examples", args=[item.pk])
