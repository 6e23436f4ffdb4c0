"""A page with one form: what an action refuses stands beside its field; panels are shown to whom they are meant for."""

import pytest
from django import forms
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory

from chuangwen.kernel.access import NOBODY, SYSTEM, VERBS
from chuangwen.kernel.errors import Conflict, Denied, Refusal
from chuangwen.web import panels
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.forms import Form
from chuangwen.web.panels import Panel


class NameForm(Form):
    name = forms.CharField(label="名称")


class NamePage(FormPage):
    title = "改名"
    form_class = NameForm
    refusal: Refusal | None = None

    def act(self, form):
        if self.refusal:
            raise self.refusal
        return f"/named/{form.cleaned_data['name']}/"


def ask(view, method="post", actor=SYSTEM, **data):
    request = getattr(RequestFactory(), method)("/name/", data)
    request.actor, request.session = actor, {}
    request._messages = FallbackStorage(request)
    return view(request)


def test_a_form_that_was_done_leads_to_the_next_page():
    answer = ask(NamePage.as_view(), name="甲")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/named/%E7%94%B2/")


def test_what_is_missing_is_said_with_422_and_nothing_is_done():
    answer = ask(NamePage.as_view())
    assert answer.status_code == 422
    assert "is-invalid" in answer.content.decode()


def test_a_refusal_stands_beside_the_field_that_it_names():
    taken = Refusal("已有同名轮次", "taken", fields={"name": "名称已被占用"})
    html = ask(NamePage.as_view(refusal=taken), name="甲").content.decode()
    assert "名称已被占用" in html and "id_name_error" in html


def test_a_conflict_stands_at_the_head_of_the_form_and_keeps_what_was_typed():
    answer = ask(NamePage.as_view(refusal=Conflict("他人已修改")), name="甲")
    html = answer.content.decode()
    assert answer.status_code == 422 and "他人已修改" in html and 'value="甲"' in html


def test_what_may_not_be_done_is_not_a_mistake_of_the_form():
    with pytest.raises(Denied):
        ask(NamePage.as_view(refusal=Denied("不允许")), name="甲")


def test_a_button_comes_back_to_the_page_it_stands_on():
    class Button(ActionButton):
        def act(self, request):
            return None

    answer = ask(Button.as_view(), next="/there/")
    assert answer.status_code in (302, 303) and answer.headers["Location"] == "/there/"
    assert ask(Button.as_view(), "get").status_code == 405


def test_panels_stand_in_their_slot_in_order_and_only_for_those_who_may(monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    monkeypatch.setitem(VERBS, "web.sample", None)
    panels.register(Panel("a", "second", "2.html", lambda request, subject: {"n": subject}, order=2))
    panels.register(Panel("a", "first", "1.html", lambda request, subject: {}, order=1, verb="web.sample"))
    panels.register(Panel("a", "nothing", "0.html", lambda request, subject: None, order=0))
    panels.register(Panel("a", "button", "b.html", lambda request, subject: {}, slot="head"))
    panels.register(Panel("b", "elsewhere", "x.html", lambda request, subject: {}))
    request = RequestFactory().get("/")
    request.actor = SYSTEM
    assert [template for template, _context in panels.shown(request, "a", 7)] == ["1.html", "2.html"]
    assert panels.shown(request, "a", 7, "head") == [("b.html", {})]
    request.actor = NOBODY
    assert panels.shown(request, "a", 7) == [("2.html", {"n": 7})]
