"""One activity: its page, and everything that is done to it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.cases.views.photo_pages import PhotoPage, shown
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.identifiers import number_in
from chuangwen.volunteers.activities import actions, codes, queries, rules, words
from chuangwen.volunteers.activities.access import APPROVE, LEAD, PLAN, SEE, TAKE_PART
from chuangwen.volunteers.activities.actions.attending import key_of
from chuangwen.volunteers.activities.forms import (
    ActivityForm,
    ActivityPhotosForm,
    CloseForm,
    EndForm,
    MemberForm,
    OpinionForm,
    PresentForm,
    ReasonForm,
    ShiftForm,
)
from chuangwen.volunteers.activities.models import Activity, Shift, SignUp
from chuangwen.volunteers.activities.states import SHOWN, Step, after
from chuangwen.volunteers.activities.views.lists import HOME
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.presence.models import Presence, Source
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.row_pages import OfRow, history
from chuangwen.web.views import PageMixin

RELATED = ("team__unit", "division", "site", "theme", "leader__person", "copied_from")
CODES, AHEAD = 1200, timedelta(hours=8)
"""So many codes ahead (ten hours) are on the page, so that it goes on without signal; so long before a shift it can be opened."""
BY_TEAM = (Step.EDIT, Step.SHIFT, Step.ASK, Step.OPEN, Step.CALL_OFF)
BY_OFFICE = (Step.SEND_BACK, Step.APPROVE)
BY_LEADER = (Step.HOLD, Step.CLOSE, Step.PHOTOS, Step.PRESENCE)


def home(actor: Any) -> str:
    return reverse("volunteers:activities" if actor.may(SEE) else "volunteers:activity-mine")


class ActivityPage(PageMixin, View):
    """An activity: for volunteers what, where, when and the places; for its leader who comes; for the office its life and result."""

    required_verb = TAKE_PART

    def get_breadcrumbs(self) -> Any:
        return [(HOME, home(self.actor))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        own = Volunteer.objects.filter(person__account=self.actor.account_id).select_related("division").first()
        activity, rights = self._reached(pk, own)
        self.title = activity.title
        may = {step.value: after(activity.state, step) is not None and rights[PLAN] for step in BY_TEAM}
        may |= {step.value: after(activity.state, step) is not None and rights[APPROVE] for step in BY_OFFICE}
        may |= {step.value: after(activity.state, step) is not None and rights[LEAD] for step in BY_LEADER}
        shifts = queries.shifts_of(activity)
        keys = [shift.pk for shift in shifts]
        mine = {row.shift_id: row for row in SignUp.objects.filter(volunteer=own, shift__in=keys, state__in=SignUp.OPEN)} if own else {}
        lists = queries.leaders_list(shifts) if rights[LEAD] else {}
        now = clock.now()
        rows = [
            {
                "shift": shift, "words": words.span(shift), "mine": mine.get(shift.pk), "list": lists.get(shift.pk, ()),
                "over": shift.ends_at <= now, "begun": shift.starts_at <= now, "free": max(0, shift.free),
                "here": shift.starts_at - rules.EARLY <= now <= shift.ends_at + rules.EARLY,
                "code": may["presence"] and shift.starts_at - AHEAD <= now <= shift.ends_at + rules.EARLY,
            }
            for shift in shifts
        ]  # fmt: skip
        was_there = own is not None and bool(queries.presences_of(own, keys))
        context = self.get_context_data(
            activity=activity, state=words.state_badge(activity), may=may, rows=rows, rights={"lead": rights[LEAD]}, own=own,
            signing=activity.state == "open" and own is not None and own.state == "active", when=words.when(activity),
            may_say=was_there and after(activity.state, Step.RATE) is not None, opinion=queries.opinion_of(activity),
            skills=list(activity.skills.all()), photos=shown(activity.photos.all(), self.actor.account_id),
            history=history(activity.events, {"call_off": "bad", "close": "ok", "approve": "ok", "send_back": "warn", "open": "accent"})
            if rights[LEAD] or rights[SEE] else [],
        )  # fmt: skip
        return render(request, "volunteers/activities/activity.html", context)

    def _reached(self, pk: int, own: Volunteer | None) -> tuple[Activity, dict[str, bool]]:
        """The activity and what the actor may do to it: seen by the office and units, by its leader, and by volunteers of the county once it is
        more than a draft."""
        rows = Activity.objects.select_related(*RELATED)
        rights = {
            verb: self.actor.may(verb) and access.scoped(self.actor, verb, Activity).filter(pk=pk).exists()
            for verb in (SEE, PLAN, APPROVE, LEAD)
        }
        found = rows.filter(pk=pk).first()
        if found is not None and not any(rights.values()):
            county = rules.county_of(own.division) if own is not None else ""
            if found.state not in SHOWN or not county or not found.division.path.startswith(county):
                found = None
        if found is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        return found, rights


class OfActivity(OfRow):
    """A page that asks for something about an activity and leads back to it."""

    required_verb = PLAN
    model, related, link = Activity, RELATED, "activity_id"

    def get_breadcrumbs(self) -> Any:
        return [(HOME, home(self.actor)), (str(self.about), self.about.get_absolute_url())]


class ActivityEdit(OfActivity):
    title = gettext_lazy("Edit the activity")
    wide = True

    def get_form(self, data: Any = None, files: Any = None) -> ActivityForm:
        return ActivityForm(data, actor=self.actor, row=self.about)

    def do(self, form: ActivityForm) -> None:
        given = dict(form.cleaned_data)
        point = {"lat": self.about.lat, "lon": self.about.lon} if given["site"] == self.about.site else {}
        actions.edit_activity(self.actor, activity_id=self.about.pk, expected=given.pop("revision"), **given, **point)


class ShiftNew(OfActivity):
    title = gettext_lazy("A shift of the activity")

    def get_form(self, data: Any = None, files: Any = None) -> ShiftForm:
        return ShiftForm(data, row=self.row)

    def do(self, form: ShiftForm) -> None:
        actions.save_shift(
            self.actor, activity_id=self.about.pk, activity_shift_id=self.row.pk if self.row else None, **form.cleaned_data
        )


class ShiftEdit(ShiftNew):
    rows = Shift
    explanation = gettext_lazy("Who signed up is told of another time; more places let the next of the waiting list in.")


class ShiftRemove(ActionButton):
    required_verb = PLAN
    done = gettext_lazy("Taken out.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        row = Shift.objects.filter(pk=kwargs["pk"]).select_related("activity").first()
        if row is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        actions.remove_shift(self.actor, activity_id=row.activity_id, activity_shift_id=row.pk)
        return row.activity.get_absolute_url()


class _Button(ActionButton):
    required_verb = PLAN
    action: Any

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return type(self).action(self.actor, activity_id=kwargs["pk"]).get_absolute_url()


class Ask(_Button):
    action = actions.ask_approval
    done = gettext_lazy("Sent to the office.")


class Approve(_Button):
    required_verb = APPROVE
    action = actions.approve_activity
    done = gettext_lazy("Approved.")


class OpenSignUp(_Button):
    action = actions.open_sign_up
    done = gettext_lazy("Volunteers can sign up now.")


class Hold(_Button):
    required_verb = LEAD
    action = actions.hold_activity
    done = gettext_lazy("Now enter its result.")


class SendBack(OfActivity):
    required_verb = APPROVE
    title = gettext_lazy("Send it back")
    form_class = ReasonForm
    submit = gettext_lazy("Send it back")

    def do(self, form: ReasonForm) -> None:
        actions.send_back_activity(self.actor, activity_id=self.about.pk, **form.cleaned_data)


class CallOff(OfActivity):
    title = gettext_lazy("Call the activity off")
    explanation = gettext_lazy("Everybody who signed up or waits is told, with the reason.")
    form_class = ReasonForm
    submit = gettext_lazy("Call the activity off")
    tone = "danger"

    def do(self, form: ReasonForm) -> None:
        actions.call_off_activity(self.actor, activity_id=self.about.pk, **form.cleaned_data)


class Close(PhotoPage, OfActivity):
    required_verb = LEAD
    title = gettext_lazy("Close with its result")
    explanation = gettext_lazy("How many came is counted from presences. The activity goes into the ledger, once.")
    form_class = CloseForm

    def do(self, form: CloseForm) -> None:
        given = form.cleaned_data
        photos = form.photos("photos") if "photos" in form.fields else ()
        actions.close_activity(
            self.actor, activity_id=self.about.pk, result=given["result"], served=given["served"], double=given["double"], photos=photos
        )


class Photos(PhotoPage, OfActivity):
    required_verb = LEAD
    title = gettext_lazy("Photos of the activity")
    form_class = ActivityPhotosForm

    def do(self, form: ActivityPhotosForm) -> None:
        photos = form.photos("photos") if "photos" in form.fields else ()
        actions.add_activity_photos(self.actor, activity_id=self.about.pk, photos=photos, stage=form.cleaned_data["stage"])


class Opinion(FormPage):
    required_verb = TAKE_PART
    title = gettext_lazy("How was the activity?")
    form_class = OpinionForm
    done = gettext_lazy("Thank you.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:activity-mine"))]

    def prepare(self) -> None:
        own = Volunteer.objects.filter(person__account=self.actor.account_id).first()
        self.about = Activity.objects.filter(pk=self.kwargs["pk"]).first()
        keys = list(self.about.shifts.values_list("pk", flat=True)) if self.about else []
        if self.about is None or own is None or not queries.presences_of(own, keys):
            raise Missing(_("Only who was there says how it was."))
        self.lead = self.about.title

    def act(self, form: OpinionForm) -> str:
        actions.say_opinion(self.actor, activity_id=self.kwargs["pk"], **form.cleaned_data)
        return reverse("volunteers:activity-mine")


# -- signing up --------------------------------------------------------------------------------------------------------


class SignUpButton(ActionButton):
    required_verb = TAKE_PART

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        row = actions.sign_up(self.actor, activity_shift_id=kwargs["pk"])
        waits = _("You are on the waiting list: you are told when a place is free.")
        self.done = waits if row.state == SignUp.State.WAITING else _("You have a place.")
        return reverse("volunteers:activity", args=[row.shift.activity_id])


class WithdrawButton(ActionButton):
    required_verb = TAKE_PART
    done = gettext_lazy("Withdrawn. Whoever waits gets the place.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        row = actions.withdraw(self.actor, sign_up_id=kwargs["pk"])
        return reverse("volunteers:activity", args=[row.shift.activity_id])


class OfShift(OfActivity):
    """A page of the leader about a shift."""

    required_verb = LEAD
    rows = Shift

    def form_arguments(self) -> dict[str, Any]:
        self.row.activity = self.about
        return {"shift": self.row}


class SignUpFor(OfShift):
    title = gettext_lazy("Sign somebody up")
    explanation = gettext_lazy("Somebody of the team who has no telephone of their own.")
    form_class = MemberForm

    def do(self, form: MemberForm) -> None:
        actions.sign_up_for(self.actor, activity_shift_id=self.row.pk, volunteer_id=form.cleaned_data["volunteer"].pk)


class TakeOut(OfActivity):
    required_verb = LEAD
    title = gettext_lazy("Take somebody out")
    form_class = ReasonForm
    explanation = gettext_lazy("They are told, with the reason; the next of the waiting list gets the place.")

    def prepare(self) -> None:
        row = SignUp.objects.filter(pk=self.kwargs["pk"]).select_related("shift", "volunteer__person").first()
        self.about = access.fetch(self.actor, LEAD, Activity.objects.select_related(*RELATED), pk=row.shift.activity_id if row else 0)
        self.lead = str(row.volunteer) if row else ""

    def do(self, form: ReasonForm) -> None:
        actions.take_out(self.actor, sign_up_id=self.kwargs["pk"], **form.cleaned_data)


# -- who was there -----------------------------------------------------------------------------------------------------


class EnterPresence(OfShift):
    title = gettext_lazy("Enter who was there")
    explanation = gettext_lazy("It stands in the record that you entered it.")
    form_class = PresentForm

    def form_arguments(self) -> dict[str, Any]:
        return super().form_arguments() | {"volunteer": number_in(self.request.GET.get("volunteer"))}

    def do(self, form: PresentForm) -> None:
        given = form.cleaned_data
        actions.enter_presence(
            self.actor, activity_shift_id=self.row.pk, volunteer_id=given["volunteer"].pk, began_at=given["began_at"], ended_at=given["ended_at"]
        )


class OfPresence(OfActivity):
    required_verb = LEAD

    def prepare(self) -> None:
        self.row = Presence.objects.filter(pk=self.kwargs["pk"], source=Source.SHIFT).select_related("volunteer__person").first()
        self.shift = Shift.objects.filter(pk=self.row.source_id).first() if self.row else None
        key = self.shift.activity_id if self.shift else 0
        self.about = access.fetch(self.actor, LEAD, Activity.objects.select_related(*RELATED), pk=key)
        self.lead = str(self.row.volunteer) if self.row else ""


class EndPresence(OfPresence):
    title = gettext_lazy("End the presence")
    form_class = EndForm

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"ended_at": min(self.shift.ends_at, clock.now()) if self.shift else None}}

    def do(self, form: EndForm) -> None:
        actions.finish_presence(self.actor, presence_id=self.row.pk, **form.cleaned_data)


class StrikePresence(OfPresence):
    title = gettext_lazy("It was not so")
    explanation = gettext_lazy("The presence stays with the reason and counts no longer.")
    form_class = ReasonForm
    tone = "danger"

    def do(self, form: ReasonForm) -> None:
        actions.strike_presence(self.actor, presence_id=self.row.pk, **form.cleaned_data)


# -- the code on the spot ----------------------------------------------------------------------------------------------

class _CodeOf(PageMixin, View):
    required_verb = LEAD

    def shift(self, pk: int) -> Shift:
        return access.fetch(self.actor, LEAD, Shift.objects.select_related("activity__division", "activity__site", "activity__team"), pk=pk)


class CodePage(_CodeOf):
    """The code that changes, large, for the leader's phone or a screen."""

    def get_breadcrumbs(self) -> Any:
        return [(HOME, home(self.actor)), (str(self.about), self.about.get_absolute_url())]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        shift = self.shift(pk)
        self.about = shift.activity
        self.title, self.lead = _("Code on the spot"), words.span(shift)
        first, key = codes.step_of(clock.now()) - 1, key_of(shift)
        last = min(first + CODES, codes.step_of(shift.ends_at + rules.EARLY))
        listed = [codes.code_of(key, step) for step in range(first, last + 1)]
        context = self.get_context_data(
            activity=shift.activity, shift=shift, over=not listed,
            given={
                "first": first, "codes": listed, "step": codes.STEP, "now": round(clock.now().timestamp() * 1000),
                "image": reverse("volunteers:activity-code-image", args=[pk]),
            },
        )  # fmt: skip
        answer = render(request, "volunteers/activities/code.html", context)
        answer["Cache-Control"] = "no-store"
        return answer


class CodeImage(_CodeOf):
    """The same as a picture for the camera: the address at which it is typed in, with the code behind the hash, which no server's log holds."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        shift = self.shift(pk)
        code = codes.code_of(key_of(shift), codes.step_of(clock.now()))
        address = request.build_absolute_uri(reverse("volunteers:activity-present"))
        picture = io.BytesIO()
        segno.make(f"{address}#{shift.pk}.{code}", error="m").save(picture, kind="svg", border=2, scale=8)
        answer = HttpResponse(picture.getvalue(), content_type="image/svg+xml")
        answer["Cache-Control"] = "no-store"
        return answer
