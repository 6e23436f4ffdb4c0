"""Schemes of unit appraisal: the list, one in readable words, its editor part by part."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.scoring.appraisal import queries, words
from chuangwen.scoring.appraisal.actions import save_appraisal_scheme
from chuangwen.scoring.appraisal.forms import PeriodForm, periods_of
from chuangwen.scoring.appraisal.measure_forms import FRESH, MeasureForm
from chuangwen.scoring.appraisal.models import AppraisalScheme, Consequence, PeriodKind
from chuangwen.scoring.appraisal.scheme_forms import (
    BasicForm,
    GroupsForm,
    ListsForm,
    NewSchemeForm,
    PartForm,
    RollupsForm,
    StepsForm,
    TextForm,
)
from chuangwen.scoring.scheme_checks import as_text
from chuangwen.scoring.scheme_words import plain
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import ChoiceFilter, Empty, ListColumn, ListPage, PageAction, QFilter
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Schemes of appraisal")


class SchemeList(ListPage):
    """Schemes with their versions."""

    title = export_name = HOME
    required_verb = "scoring.see_appraisal_schemes"
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort=("name", "-version")),
        ListColumn("version", gettext_lazy("Version"), lambda s: f"v{s.version}", phone="badge", sort=("version", "name")),
        ListColumn("period", pgettext_lazy("appraisal", "Period"), "get_period_display", sort=("period", "name")),
        ListColumn(
            "measures", gettext_lazy("Measures"), lambda s: "、".join(one["name"] for one in s.body["measures"]), phone="hidden"
        ),
        ListColumn(
            "state",
            gettext_lazy("State"),
            "scoring/cells/scheme_state.html",
            export=lambda s: _("used already") if s.locked else _("not used yet"),
        ),
        ListColumn("used", gettext_lazy("Results"), lambda s: s.used or 0, kind="int"),
        ListColumn("created_at", gettext_lazy("Written"), kind="date", sort="created_at", nowrap=True),
    ]
    search_fields = ["name"]
    search_hint = gettext_lazy("Name of the scheme")
    default_sort = ("name", "-version")
    empty = Empty(gettext_lazy("No schemes yet"), gettext_lazy("Four examples come with the program."), icon="ruler-2")

    def get_filters(self) -> Any:
        return [
            ChoiceFilter(key="period", label=PERIOD, choices=PeriodKind.choices),
            QFilter(
                key="newest", label=_("Versions"), options={"1": (_("newest only"), lambda: queries.newest_scheme_versions())}
            ),
        ]

    def get_queryset(self) -> Any:
        return queries.schemes(self.actor)

    def get_page_actions(self) -> Any:
        found = []
        if self.actor.may("scoring.appraise"):
            found.append(PageAction(_("Compare two"), reverse("scoring:appraisal-scheme-compare"), icon="arrows-exchange"))
        if self.actor.may("scoring.edit_appraisal_scheme"):
            found.append(PageAction(_("Write a scheme"), reverse("scoring:appraisal-scheme-new"), icon="plus", primary=True))
        return found

    def row_url(self, row: AppraisalScheme) -> str:
        return reverse("scoring:appraisal-scheme", args=[row.pk])


PERIOD = pgettext_lazy("appraisal", "Period")


class SchemePages(PageMixin):
    """What the pages of one scheme have in common."""

    kwargs: dict[str, Any]

    def find_scheme(self, verb: str = "scoring.see_appraisal_schemes") -> AppraisalScheme:
        return access.fetch(self.actor, verb, AppraisalScheme, pk=self.kwargs["pk"])

    def scheme_crumbs(self, scheme: AppraisalScheme | None = None) -> list[tuple[Any, str | None]]:
        crumbs: list[tuple[Any, str | None]] = [(HOME, reverse("scoring:appraisal-schemes"))]
        return [*crumbs, (str(scheme), reverse("scoring:appraisal-scheme", args=[scheme.pk]))] if scheme else crumbs


class SchemePage(SchemePages, View):
    """A scheme in words: every part beside the button that changes it; a trial on the last period; versions; results."""

    required_verb = "scoring.see_appraisal_schemes"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        scheme = self.find_scheme()
        self.title, self.breadcrumbs = scheme.name, self.scheme_crumbs()
        versions = list(queries.schemes(self.actor).filter(name=scheme.name).order_by("-version"))
        newest = versions[0].pk == scheme.pk
        appraises = self.actor.may("scoring.appraise")
        used = (
            queries.appraisals(self.actor).filter(scheme=scheme).order_by("-starts_on")[:8]
            if self.actor.may("scoring.see_appraisals")
            else []
        )
        context = self.get_context_data(
            scheme=scheme,
            body=scheme.body,
            versions=versions,
            is_newest=newest,
            measures=[told_measure(one) for one in scheme.body["measures"]],
            kinds=words.MEASURE_KINDS,
            kind_choices=[(kind, words.MEASURE_KINDS[kind]) for kind in FRESH],
            may_edit=newest and self.actor.may("scoring.edit_appraisal_scheme"),
            appraises=appraises,
            trial_form=self.trial_form(scheme) if appraises else None,
            used=used,
            text=as_text(scheme.body),
            facts=told_facts(scheme.body),
            steps=[told_step(step) for step in scheme.body["consequences"]],
            period_words=dict(PeriodKind.choices),
            weight_sum=sum(float(one.get("weight") or 0) for one in scheme.body["measures"]),
        )
        return render(request, "scoring/appraisal/scheme.html", context)

    def trial_form(self, scheme: AppraisalScheme) -> PeriodForm:
        """The form for a narrow card: one field below the other."""
        form = PeriodForm(actor=self.actor, periods=periods_of(scheme))
        form.widths = {}
        return form


def told_measure(measure: dict[str, Any]) -> dict[str, Any]:
    """A measure in words: what it looks at, how it counts."""
    kind, parts = measure["kind"], []
    if kind == "case_rate":
        parts.append(str(words.CASE_RATES[measure["rate"]]))
    if kind in ("case_rate", "observation_rate") and (measure["full_at"], measure["none_at"]) != ("1", "0"):
        parts.append(
            _("none up to %(low)s%%, all from %(high)s%%") % {"low": share(measure["none_at"]), "high": share(measure["full_at"])}
        )
    if kind == "case_deduction":
        parts += [
            "，".join(filter(None, (rule["severity"], rule["source"]))) + f" −{plain(rule['points'])}"
            for rule in measure["rules"][:6]
        ]
        if measure["late"]:
            parts.append(_("late −%(points)s") % {"points": plain(measure["late"]["points"])})
        if measure["repetition"] and measure["repetition"]["mode"] == "double":
            parts.append(_("doubled when found again"))
        if measure["bulletins"]:
            parts.append(
                _("in %(times)d bulletins running −%(points)s")
                % {"times": measure["bulletins"]["times"], "points": plain(measure["bulletins"]["points"])}
            )
    if kind == "tally":
        each = measure["points_each"]
        parts.append("、".join(measure["kinds"]))
        parts.append(
            _("%(points)s points each") % {"points": plain(each)}
            if each
            else _("full marks at %(count)s") % {"count": plain(measure["target"])}
        )
    if kind in ("bonus", "penalty"):
        parts.append("、".join(one["kind"] for one in measure["kinds"]))
        if measure["cap"]:
            parts.append(_("at most %(points)s") % {"points": plain(measure["cap"])})
    if kind == "veto":
        parts += ["、".join(measure["kinds"]), str(words.EFFECTS[measure["effect"]])]
    narrowed = [name for names in (measure.get("only") or {}).values() for name in names]
    if narrowed:
        parts.append(_("only: %(names)s") % {"names": "、".join(narrowed)})
    without = measure.get("without_work")
    return measure | {
        "kind_word": words.MEASURE_KINDS[kind],
        "told": "；".join(parts),
        "without": words.WITHOUT_WORK.get(without, "") if without else "",
    }


def share(value: str) -> str:
    """0.85 as 85."""
    return plain(str(round(float(value) * 100, 2)))


def told_step(step: dict[str, Any]) -> dict[str, Any]:
    """A step of repetition in words."""
    how = _("%(times)d times running") if step["running"] else _("%(times)d times within %(within)d periods")
    told = how % {"times": step["times"], "within": step["within"]}
    if step["times"] > 1:
        missing = words.MISSING[step.get("missing", "breaks")]
        told += _("; a period that was not signed %(what)s") % {"what": missing}
    return {
        "list": words.STEP_LISTS[step["list"]],
        "how": told,
        "then": dict(Consequence.Kind.choices)[step["step"]],
        "words": step["words"],
    }


def told_facts(body: dict[str, Any]) -> list[tuple[Any, str]]:
    """Small samples, ties, lists, longer periods in words."""
    small, lists = body["small"], body["lists"]
    red, black = lists["red"] or {}, lists["black"] or {}
    told: list[tuple[Any, str]] = [(_("Sum of the weights"), plain(body["scale"]))]
    if small["smallest"]:
        told.append((_("Smallest sample"), f"{small['smallest']}：{words.TREATMENTS[small['treat']]}"))
    if small.get("idle", "rank") == "unranked":
        told.append((_("Units without any counted record"), str(words.IDLE["unranked"])))
    reds = [
        _("the first %(count)d") % {"count": red["top"]} if red.get("top") else "",
        _("from %(points)s points") % {"points": plain(red["at_least"])} if red.get("at_least") else "",
    ]
    blacks = [
        _("the last %(count)d") % {"count": black["last"]} if black.get("last") else "",
        _("below %(points)s points") % {"points": plain(black["below"])} if black.get("below") else "",
        _("always below %(points)s points") % {"points": plain(black["always_below"])} if black.get("always_below") else "",
    ]
    told += [
        (words.STEP_LISTS["red"], "，".join(filter(None, reds)) or "—"),
        (words.STEP_LISTS["black"], "，".join(filter(None, blacks)) or "—"),
    ]
    if lists["smallest_group"]:
        told.append((_("No list where fewer are ranked than"), str(lists["smallest_group"])))
    if lists["spare_indistinct"]:
        told.append((_("Not distinguishable"), _("spared from the black list")))
    told.append((_("Confidence of intervals (%)"), share(body["confidence"])))
    return told


class SchemeNew(FormPage):
    """A new scheme is a copy of one that holds."""

    required_verb = "scoring.edit_appraisal_scheme"
    title = gettext_lazy("Write a scheme")
    submit = gettext_lazy("Go on")
    done = ""
    cancel_url = ""

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("scoring:appraisal-schemes"))]

    def get_form(self, data: Any = None, files: Any = None) -> NewSchemeForm:

        return NewSchemeForm(
            data, schemes=queries.schemes(self.actor).order_by("name", "-version"), chosen=number_in(self.request.GET.get("from"))
        )

    def act(self, form: NewSchemeForm) -> str:
        name, base = form.cleaned_data["name"].strip(), form.cleaned_data["base"]
        scheme = save_appraisal_scheme(self.actor, name=name, body=base.body | {"name": name, "version": "1"})
        return reverse("scoring:appraisal-scheme", args=[scheme.pk])


PARTS: dict[str, tuple[Any, type[PartForm]]] = {
    "basic": (gettext_lazy("Basic rules and small samples"), BasicForm),
    "groups": (gettext_lazy("Peer groups"), GroupsForm),
    "lists": (gettext_lazy("Red and black list"), ListsForm),
    "steps": (gettext_lazy("What follows by repetition"), StepsForm),
    "rollups": (gettext_lazy("Longer periods"), RollupsForm),
}


class EditPage(SchemePages, FormPage):
    """A page that changes a part of a scheme: saves it, or makes the next version of one that was used."""

    required_verb = "scoring.edit_appraisal_scheme"
    template_name = "scoring/appraisal/part.html"
    wide = True

    def prepare(self) -> None:
        self.scheme = self.find_scheme("scoring.edit_appraisal_scheme")

    def get_breadcrumbs(self) -> Any:
        return self.scheme_crumbs(self.scheme)

    def extra_context(self) -> dict[str, Any]:
        return {"scheme": self.scheme}

    def act(self, form: Any) -> str:
        scheme = save_appraisal_scheme(self.actor, name=self.scheme.name, body=form.document(), based_on=self.scheme)
        return reverse("scoring:appraisal-scheme", args=[scheme.pk])


class SchemePart(EditPage):
    """One part, or the whole as text."""

    def prepare(self) -> None:
        super().prepare()
        part = self.kwargs["part"]
        if part != "text" and part not in PARTS:
            raise Missing(_("A scheme has no such part."))
        self.title = _("All parameters (JSON)") if part == "text" else PARTS[part][0]

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        if self.kwargs["part"] == "text":
            return TextForm(data, initial={"body": as_text(self.scheme.body)})
        return PARTS[self.kwargs["part"]][1](data, body=self.scheme.body)

    def act(self, form: Any) -> str:
        if self.kwargs["part"] != "text":
            return super().act(form)
        scheme = save_appraisal_scheme(self.actor, name=self.scheme.name, body=form.cleaned_data["body"], based_on=self.scheme)
        return reverse("scoring:appraisal-scheme", args=[scheme.pk])


class MeasureNew(EditPage):
    """Another measure of a kind."""

    def prepare(self) -> None:
        super().prepare()
        if self.kwargs["kind"] not in FRESH:
            raise Missing(_("There is no such kind of measure."))
        self.title = _("New measure: %(kind)s") % {"kind": words.MEASURE_KINDS[self.kwargs["kind"]]}

    def get_form(self, data: Any = None, files: Any = None) -> MeasureForm:
        return MeasureForm(data, body=self.scheme.body, kind=self.kwargs["kind"])


class MeasureEdit(EditPage):
    """A measure that is there."""

    def prepare(self) -> None:
        super().prepare()
        found = next((one for one in self.scheme.body["measures"] if one["key"] == self.kwargs["key"]), None)
        if found is None:
            raise Missing(_("The scheme has no such measure."))
        self.measure, self.title, self.lead = found, found["name"], words.MEASURE_KINDS[found["kind"]]

    def get_form(self, data: Any = None, files: Any = None) -> MeasureForm:
        return MeasureForm(data, body=self.scheme.body, kind=self.measure["kind"], key=self.measure["key"])


class MeasureRemove(ActionButton):
    """Take a measure out."""

    required_verb = "scoring.edit_appraisal_scheme"
    done = gettext_lazy("Saved.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        scheme = access.fetch(self.actor, "scoring.edit_appraisal_scheme", AppraisalScheme, pk=kwargs["pk"])
        body = scheme.body | {"measures": self.changed(scheme.body["measures"], kwargs["key"])}
        saved = save_appraisal_scheme(self.actor, name=scheme.name, body=body, based_on=scheme)
        return reverse("scoring:appraisal-scheme", args=[saved.pk])

    def changed(self, measures: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
        left = [one for one in measures if one["key"] != key]
        if len(left) == len(measures):
            raise Missing(_("The scheme has no such measure."))
        if not left:
            raise Refusal(_("A scheme has at least one measure."), "scoring.last_measure")
        return left


class MeasureMove(MeasureRemove):
    """Put a measure one place higher."""

    def changed(self, measures: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
        at = next((number for number, one in enumerate(measures) if one["key"] == key), None)
        if at is None:
            raise Missing(_("The scheme has no such measure."))
        order = list(measures)
        if at:
            order[at - 1], order[at] = order[at], order[at - 1]
        return order
