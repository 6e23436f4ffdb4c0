"""Schemes: the list, one in readable words, the editor, trying it out, comparing two on the same round."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.scoring import actions, queries, scheme_words, words
from chuangwen.scoring.engine import example_schemes
from chuangwen.scoring.models import Scheme, ScoreSheet
from chuangwen.scoring.scheme_checks import Mistake, as_text, read_text
from chuangwen.scoring.scheme_forms import SchemeForm, SchemeTextForm
from chuangwen.scoring.views.sheets import compared_groups
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, go_to, refuse
from chuangwen.web.lists import ChoiceFilter, Empty, ListColumn, ListPage, PageAction, QFilter
from chuangwen.web.views import AccessMixin, PageMixin

HOME = gettext_lazy("Schemes")
PREVIEWED = ("total", "index", "section", "indicator", "department", "unit", "area", "site_type")


class SchemeList(ListPage):
    """Schemes with their versions."""

    title = HOME
    required_verb = "scoring.see_schemes"
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort=("name", "-version")),
        ListColumn("version", gettext_lazy("Version"), lambda s: f"v{s.version}", phone="badge", sort=("version", "name")),
        ListColumn("kind", gettext_lazy("Arithmetic"), lambda s: words.kind(s.kind), sort=("kind", "name", "-version")),
        ListColumn(
            "state",
            gettext_lazy("State"),
            "scoring/cells/scheme_state.html",
            export=lambda s: _("used already") if s.locked else _("not used yet"),
        ),
        ListColumn("used", gettext_lazy("Score sheets"), kind="int", sort=("used", "name")),
        ListColumn("created_at", gettext_lazy("Written"), kind="date", sort="created_at", nowrap=True),
    ]
    search_fields = ["name"]
    search_hint = gettext_lazy("Name of the scheme")
    default_sort = ("name", "-version")
    export_name = HOME
    empty = Empty(gettext_lazy("No schemes yet"), gettext_lazy("Write the first one from an example."), icon="scale")

    def get_filters(self) -> Any:
        return [
            ChoiceFilter(key="kind", label=_("Arithmetic"), choices=words.KINDS.items()),
            QFilter(
                key="newest",
                label=_("Versions"),
                options={"1": (_("newest only"), lambda: queries.newest_versions())},
            ),
        ]

    def get_queryset(self) -> Any:
        return queries.schemes(self.actor)

    def get_page_actions(self) -> Any:
        found = [PageAction(_("Compare two"), reverse("scoring:scheme-compare"), icon="arrows-exchange")]
        if self.actor.may("scoring.edit_scheme"):
            found.append(PageAction(_("Write a scheme"), reverse("scoring:scheme-new"), icon="plus", primary=True))
        return found

    def row_url(self, row: Scheme) -> str:
        return reverse("scoring:scheme", args=[row.pk])


class SchemePages(AccessMixin):
    """What the pages of one scheme have in common."""


    def find_scheme(self, verb: str = "scoring.see_schemes") -> Scheme:
        return access.fetch(self.actor, verb, Scheme, pk=self.kwargs["pk"])

    def rounds(self) -> Any:
        actor = self.actor
        return (
            access.scoped(actor, "scoring.compute", Round).order_by("-starts_on", "-pk")
            if actor.may("scoring.compute")
            else Round.objects.none()
        )

    def scheme_crumbs(self, scheme: Scheme | None = None) -> list[tuple[Any, str | None]]:
        crumbs: list[tuple[Any, str | None]] = [(HOME, reverse("scoring:schemes"))]
        return [*crumbs, (str(scheme), reverse("scoring:scheme", args=[scheme.pk]))] if scheme else crumbs


class SchemePage(SchemePages, PageMixin, View):
    """A scheme in words, its versions, and what it would give for a round."""

    required_verb = "scoring.see_schemes"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        scheme = self.find_scheme()
        self.title = scheme.name
        self.breadcrumbs = self.scheme_crumbs()
        versions = list(queries.schemes(self.actor).filter(name=scheme.name).order_by("-version"))
        context = self.get_context_data(
            scheme=scheme,
            kind=words.kind(scheme.kind),
            hint=words.KIND_HINTS.get(scheme.kind, ""),
            tables=scheme_words.described(scheme.body),
            text=as_text(scheme.body),
            versions=versions,
            is_newest=bool(versions) and versions[0].pk == scheme.pk,
            used=list(queries.sheets(self.actor).filter(scheme=scheme).order_by("-computed_at")[:8]),
            may_edit=self.actor.may("scoring.edit_scheme"),
            rounds=list(self.rounds()[:200]),
        )
        return render(request, "scoring/scheme.html", context)


class SchemePreview(SchemePages, PageMixin, View):
    """What a scheme gives for a round, beside its newest score sheet; nothing is stored."""

    required_verb = "scoring.compute"
    title = gettext_lazy("Trial")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        scheme = self.find_scheme()
        round = access.fetch(self.actor, "scoring.compute", Round, pk=request.GET.get("round", ""))
        self.lead = f"{round.name} · {scheme}"
        self.breadcrumbs = self.scheme_crumbs(scheme)
        context = self.get_context_data(round=round, scheme=scheme, trial=tried(self.actor, round, scheme.body))
        return render(request, "scoring/scheme_preview.html", context)


def tried(actor: Any, round: Round, body: dict[str, Any]) -> dict[str, Any]:
    """A trial's figures for the page: the index, its groups, and what differs from the round's newest sheet."""
    result = actions.preview(actor, round_id=round.pk, body=body)
    rows = [row for row in result.rows if row.level in PREVIEWED]
    ties = words.tied(rows)
    groups = []
    for level in ("indicator", "department", "unit", "area", "site_type"):
        members = [row for row in rows if row.level == level]
        if level != "indicator":
            members.sort(key=lambda row: (row.peer_group, row.rank is None, row.rank or 0))
        if members:
            groups.append(
                (words.level(level), [(row, words.rank_in_words(row, ties), words.why_unranked(row, body)) for row in members])
            )
    newest: ScoreSheet | None = queries.sheets(actor).filter(round=round).order_by("-computed_at").first()
    lines = queries.differences(newest.rows.filter(level__in=queries.COMPARED).order_by("order"), rows) if newest else []
    return {
        "index": next((row for row in rows if row.level == "index"), None),
        "coverage": result.coverage,
        "groups": groups,
        "newest": newest,
        "moved": compared_groups(lines, False),
        "before_word": str(newest.scheme) if newest else "",
        "after_word": _("This trial"),
        "same": sum(1 for line in lines if line["same"]),
        "tried_round": round,
    }


class SchemeEdit(SchemePages, PageMixin, View):
    """The editor: common parameters as a form, or all of them as JSON. A used version stays; saving makes the next one.

    New ones begin from an example (``?kind=``) or a copy (``?from=``).
    """

    required_verb = "scoring.edit_scheme"
    http_method_names = ["get", "head", "post", "options"]
    scheme: Scheme | None = None

    def prepare(self, request: HttpRequest) -> None:
        self.as_json = request.GET.get("as") == "json"
        if "pk" in self.kwargs:
            self.scheme = self.find_scheme("scoring.edit_scheme")
            self.body = self.scheme.body
            self.title = self.scheme.name
            self.lead = _("Version %(version)d") % {"version": self.scheme.version}
        else:
            self.title = _("Write a scheme")
            self.body = self.first_body(request)
        self.breadcrumbs = self.scheme_crumbs(self.scheme)

    def first_body(self, request: HttpRequest) -> dict[str, Any]:
        source = request.GET.get("from", "")
        if source:
            copied = access.fetch(self.actor, "scoring.see_schemes", Scheme, pk=source)
            return copied.body | {"name": _("%(name)s (copy)") % {"name": copied.name}}
        examples = example_schemes()
        example = examples.get(request.GET.get("kind", ""))
        if example is None:
            raise Missing(_("There is no arithmetic of this kind."))
        return example.document() | {"name": ""}

    @property
    def new(self) -> bool:
        return self.scheme is None

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "pk" not in kwargs and not request.GET.get("kind") and not request.GET.get("from"):
            self.title = _("Write a scheme")
            self.breadcrumbs = self.scheme_crumbs()
            examples = [(kind, words.KINDS[kind], words.KIND_HINTS[kind]) for kind in words.KINDS]
            return render(request, "scoring/scheme_new.html", self.get_context_data(examples=examples))
        self.prepare(request)
        form = self.text_form() if self.as_json else SchemeForm(body=self.body, new=self.new)
        return self.answer(form)

    def text_form(self, data: Any = None) -> SchemeTextForm:
        return SchemeTextForm(data, new=self.new, initial={"text": as_text(self.body), "name": self.body.get("name", "")})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.prepare(request)
        mistakes: list[Mistake] = []
        document: dict[str, Any] | None = None
        form: Any
        if self.as_json:
            form = self.text_form(request.POST)
            if form.is_valid():
                document, mistakes = read_text(form.cleaned_data["text"])
                if mistakes:
                    form.add_error(
                        "text", _("%(count)d places are not right; they stand below with their lines.") % {"count": len(mistakes)}
                    )
        else:
            form = SchemeForm(request.POST, body=self.body, new=self.new)
            if form.is_valid():
                document = form.result
        if not form.is_valid() or document is None:
            return self.answer(form, 422, mistakes=mistakes)
        name = self.scheme.name if self.scheme else form.cleaned_data["name"]
        try:
            if "preview" in request.POST:
                round = access.fetch(self.actor, "scoring.compute", Round, pk=request.POST.get("round", ""))
                return self.answer(form, trial=tried(self.actor, round, document | {"name": name or "—"}))
            saved = actions.save_scheme(self.actor, name=name, body=document, based_on=self.scheme)
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.answer(form, 422)
        from django.contrib import messages

        if self.scheme is not None and saved.pk != self.scheme.pk:
            messages.success(
                request, _("Saved as version %(version)d; the version that was used stays as it is.") % {"version": saved.version}
            )
        else:
            messages.success(request, _("Saved."))
        return go_to(reverse("scoring:scheme", args=[saved.pk]))

    def answer(
        self, form: Any, status: int = 200, *, mistakes: list[Mistake] | None = None, trial: dict[str, Any] | None = None
    ) -> HttpResponse:
        query = self.request.GET.copy()
        query.pop("as", None)
        plain = query.urlencode()
        query["as"] = "json"
        context = self.get_context_data(
            form=form,
            scheme=self.scheme,
            kind=words.kind(self.body["kind"]),
            as_json=self.as_json,
            mistakes=mistakes or [],
            trial=trial,
            rounds=list(self.rounds()[:200]),
            chosen_round=self.request.POST.get("round", ""),
            tabs=[
                {"label": _("Common parameters"), "url": f"?{plain}", "active": not self.as_json},
                {"label": _("All parameters (JSON)"), "url": f"?{query.urlencode()}", "active": self.as_json},
            ],
            cancel_url=reverse("scoring:scheme", args=[self.scheme.pk]) if self.scheme else reverse("scoring:schemes"),
        )
        return render(self.request, "scoring/scheme_edit.html", context, status=status)


class CompareSchemes(SchemePages, PageMixin, View):
    """Two schemes, or two versions, on the same round: who moves."""

    required_verb = "scoring.see_schemes"
    title = gettext_lazy("Compare two schemes")

    def get(self, request: HttpRequest) -> HttpResponse:
        self.breadcrumbs = self.scheme_crumbs()
        chosen = {key: request.GET.get(key, "") for key in ("a", "b", "round")}
        context: dict[str, Any] = {
            "schemes": list(queries.schemes(self.actor).order_by("name", "-version")),
            "rounds": list(self.rounds()[:200]),
            "chosen": chosen,
            "sides": [("a", _("Scheme before")), ("b", _("Scheme after"))],
        }
        problem = ""
        if all(chosen.values()):
            try:
                context |= self.compared(**chosen)
            except Refusal as refusal:
                if refusal.status not in CAN_BE_PUT_RIGHT:
                    raise
                problem = str(refusal)
        return render(request, "scoring/scheme_compare.html", self.get_context_data(problem=problem, **context))

    def compared(self, a: str, b: str, round: str) -> dict[str, Any]:
        one = access.fetch(self.actor, "scoring.see_schemes", Scheme, pk=a)
        other = access.fetch(self.actor, "scoring.see_schemes", Scheme, pk=b)
        where = access.fetch(self.actor, "scoring.compute", Round, pk=round)
        results = [actions.preview(self.actor, round_id=where.pk, body=scheme.body) for scheme in (one, other)]
        lines = queries.differences(results[0].rows, results[1].rows)
        return {
            "one": one,
            "other": other,
            "round": where,
            "groups": compared_groups(lines, self.request.GET.get("all") == "1"),
            "same": sum(1 for line in lines if line["same"]),
            "shows_all": self.request.GET.get("all") == "1",
            "before_word": str(one),
            "after_word": str(other),
        }
