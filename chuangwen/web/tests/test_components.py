"""Tags and components: what is given is shown, and nothing that was typed becomes markup."""

from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from chuangwen.kernel import access
from chuangwen.kernel.models import Job
from chuangwen.web import job_views
from chuangwen.web.charts import Chart, Series
from chuangwen.web.tests.sample import MORNING

EVIL = "<script>alert(1)</script>"


def render(source: str, **context) -> str:
    return Template(source).render(Context(context))


def test_a_badge_has_its_word_and_an_unknown_colour_is_a_mistake():
    assert "已办结" in render('{% badge "已办结" "ok" %}')
    assert EVIL not in render("{% badge word %}", word=EVIL)
    with pytest.raises(AssertionError):
        render('{% badge "x" "purple" %}')


def test_a_card_holds_what_stands_in_it_and_escapes_its_title():
    html = render("{% card title=evil %}<p>{{ evil }}</p>{% endcard %}", evil=EVIL)
    assert "<p>&lt;script&gt;" in html
    assert EVIL not in html


def test_a_figure_opens_the_rows_behind_it():
    html = render('{% stat "超期" 1234 url="/cases/?late=1" %}')
    assert 'href="/cases/?late=1"' in html
    assert "1,234" in html


def test_the_query_string_keeps_what_is_not_changed_and_forgets_the_page():
    request = RequestFactory().get("/?a=1&a=2&b=3&page=9")
    assert render('{% query b="4" %}', request=request) == "?a=1&amp;a=2&amp;b=4"
    assert render("{% query a=None %}", request=request) == "?b=3"
    assert render("{% query page=2 %}", request=request).endswith("page=2")


def test_a_chart_carries_its_figures_twice_as_data_and_as_a_table_and_breaks_out_of_neither():
    chart = Chart("bar", EVIL, [EVIL, "b"], [Series("s", [Decimal("1.5"), None], low=[1, None], high=[2, None])], links=["/x/"])
    html = render("{% chart chart %}", chart=chart)
    assert EVIL not in html
    assert "1.5 (1 – 2)" in html
    assert 'href="/x/"' in html
    assert "<details" in html


@pytest.mark.parametrize("kind", ["heatmap", "scatter", "gauge", "gantt", "pie", "line"])
def test_every_kind_of_chart_has_a_table(kind):
    from chuangwen.web import styleguide

    chart = next(chart for chart in styleguide.charts() if chart.kind == kind)
    html = render("{% chart chart %}", chart=chart)
    assert html.count("<tr>") == len(chart.body()) + 1
    assert len(chart.head()) == len(chart.body()[0][2]) + 1


@pytest.mark.django_db
def test_a_person_follows_their_own_jobs_and_stops_asking_for_those_of_others(django_user_model):
    owner = django_user_model.objects.create(username="owner")
    job = Job.objects.create(
        kind="x", title=EVIL, state="running", done=1, total=4, created_at=MORNING, not_before=MORNING, account=owner
    )

    def ask(view, account_id, method="get"):
        request = getattr(RequestFactory(), method)("/")
        grants = {"kernel.cancel_job": (access.Grant(access.OWN),)}
        request.actor = access.Actor(account_id=account_id, grants=grants)
        return view(request, pk=job.pk)

    mine = ask(job_views.progress, owner.pk)
    assert 'hx-trigger="every 1s"' in mine.content.decode()
    assert "25%" in mine.content.decode()
    assert EVIL not in mine.content.decode()
    assert ask(job_views.progress, owner.pk + 1).status_code == 286
    ask(job_views.cancel, owner.pk, "post")
    job.refresh_from_db()
    assert job.cancel_asked
    Job.objects.update(state="cancelled")
    assert "hx-trigger" not in ask(job_views.progress, owner.pk).content.decode()
