"""Signing in: what a person meets, what the trail keeps, when a session ends."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.kernel.models import AuditEntry
from chuangwen.people import actions
from chuangwen.people.models import Account, Role, SignIn

pytestmark = pytest.mark.django_db
PASSWORD = "河东-Pass-2026"


@pytest.fixture
def locks(settings):
    settings.AXES_ENABLED = True


def enter(client: Client, name: str, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": name, "password": password})


def present_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def entries(verb: str):
    return AuditEntry.objects.filter(verb=verb)


def test_the_sign_in_page_asks_for_name_and_password_in_chinese(client, db):
    page = client.get(reverse("account_login")).content.decode()
    assert "用户名" in page and "密码" in page and "大字" in page
    assert "style=" not in page and "<script>" not in page


def test_whoever_knows_the_password_gets_in_and_the_trail_says_from_where(town, client):
    answer = client.post(reverse("account_login"), {"login": "clerk", "password": PASSWORD}, REMOTE_ADDR="10.3.2.1")
    assert answer.status_code == 302 and answer["Location"] == "/"
    entry = entries("people.sign_in").get()
    assert (entry.actor_id, entry.channel, entry.address) == (town.accounts["clerk"].pk, "page", "10.3.2.1")
    assert SignIn.objects.get().account == town.accounts["clerk"]


def test_a_wrong_password_is_refused_and_recorded_without_what_was_typed(town, client):
    assert enter(client, "clerk", "falsch").status_code == 200
    assert entries("people.sign_in_failed").get().title == "clerk"
    enter(client, "My-Secret-Password", "x")
    assert "Secret" not in str(list(entries("people.sign_in_failed").values()))


def test_nobody_can_make_an_account_for_himself(client, db):
    assert client.get(reverse("account_signup"))["Location"] == reverse("account_login")
    client.post(reverse("account_signup"), {"username": "ich", "password1": PASSWORD, "password2": PASSWORD})
    assert not Account.objects.exists()


def test_five_failures_lock_the_account_however_the_name_is_spelt_and_say_what_to_do(town, client, locks):
    for name in ("clerk", "CLERK", " clerk", "Clerk"):
        assert enter(client, name, "falsch").status_code == 200
    locked = enter(client, "clerk", "falsch")
    assert locked.status_code == 429 and "30" in locked.content.decode() and "安全管理员" in locked.content.decode()
    assert enter(client, "clerk").status_code == 429
    assert entries("people.locked_out").count() == 1
    assert enter(client, "leader").status_code == 302


def test_the_security_administrator_unlocks_and_nobody_else(town, client, locks, sign_in):
    for _n in range(5):
        enter(client, "clerk", "falsch")
    where = reverse("people:account-unlock", args=[town.accounts["clerk"].pk])
    assert sign_in("system_admin").post(where).status_code == 403
    assert enter(client, "clerk").status_code == 429
    assert sign_in("security_admin").post(where).status_code == 302
    assert enter(client, "clerk").status_code == 302


def test_a_closed_account_is_not_let_in(town, client):
    Account.objects.filter(username="clerk").update(is_active=False)
    enter(client, "clerk")
    assert "_auth_user_id" not in client.session


def test_an_initial_password_leads_to_one_of_ones_own_before_anything_else(town, client):
    _account, plain = actions.make_account(town.actors["system_admin"], username="neu")
    enter(client, "neu", plain)
    away = client.get(reverse("my-account"))
    assert away["Location"] == reverse("account_change_password")
    refused = client.post(away["Location"], {"oldpassword": plain, "password1": plain, "password2": plain})
    assert refused.status_code == 200
    client.post(away["Location"], {"oldpassword": plain, "password1": "Ganz-Anders-88", "password2": "Ganz-Anders-88"})
    assert client.get(reverse("my-account")).status_code == 200
    assert entries("people.own_account").filter(note="password changed").exists()


def test_a_role_that_asks_for_a_second_factor_gets_one_set_up_first_and_is_asked_for_it_next_time(town, client):
    Role.objects.filter(code="security_admin").update(needs_second_factor=True)
    enter(client, "security_admin")
    away = client.get(reverse("people:roles"))
    assert away["Location"] == reverse("mfa_activate_totp")
    assert client.get("/api/v1/units").status_code == 403
    page = client.get(away["Location"])
    secret = page.context["form"].secret
    assert "data:image/svg+xml" in page.content.decode()
    assert client.post(away["Location"], {"code": "000000"}).status_code == 200
    done = client.post(away["Location"], {"code": present_code(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(done["Location"])
    assert len(codes.context["unused_codes"]) == 10
    assert client.get(reverse("people:roles")).status_code == 200
    assert secret not in str(list(Authenticator.objects.values()))

    again = Client()
    assert enter(again, "security_admin")["Location"] == reverse("mfa_authenticate")
    assert again.get(reverse("people:roles")).status_code == 302
    again.post(reverse("mfa_authenticate"), {"code": codes.context["unused_codes"][0]})
    assert again.get(reverse("people:roles")).status_code == 200


def test_wrong_codes_lock_the_account_like_wrong_passwords(town, client, locks):
    Authenticator.objects.create(user=town.accounts["clerk"], type=Authenticator.Type.TOTP, data={"secret": "kaputt"})
    enter(client, "clerk")
    answers = [client.post(reverse("mfa_authenticate"), {"code": "123456"}).status_code for _n in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]
    assert enter(Client(), "clerk").status_code == 429


def test_a_lost_second_factor_is_taken_away_by_the_security_administrator(town, sign_in):
    account = town.accounts["clerk"]
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": "x"})
    where = reverse("people:account-second-factor", args=[account.pk])
    assert sign_in("system_admin").post(where).status_code == 403
    sign_in("security_admin").post(where)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(("rest", "stays"), [(29, True), (31, False)])
def test_a_session_ends_after_the_minutes_of_rest_that_its_role_allows(town, client, rest, stays):
    Role.objects.filter(code="clerk").update(idle_minutes=30)
    enter(client, "clerk")
    with clock.at(clock.now() + timedelta(minutes=rest)):
        answer = client.get(reverse("my-account"))
    assert (answer.status_code == 200) is stays
    if not stays:
        assert answer["Location"].startswith(reverse("account_login"))
        assert not SignIn.objects.exists()


def test_a_session_ends_after_eight_hours_even_when_it_is_used(town, client):
    Role.objects.filter(code="clerk").update(idle_minutes=480)
    enter(client, "clerk")
    began = clock.now()
    for hours in (3, 6, 7.9):
        with clock.at(began + timedelta(hours=hours)):
            assert client.get(reverse("my-account")).status_code == 200
    with clock.at(began + timedelta(hours=8, minutes=1)):
        assert client.get(reverse("my-account")).status_code == 302


def test_one_sees_and_ends_ones_own_sessions_and_nobody_elses(town):
    here, there, other = Client(), Client(), Client()
    for client, name in ((here, "clerk"), (there, "clerk"), (other, "leader")):
        enter(client, name)
    far = SignIn.objects.filter(account=town.accounts["clerk"]).order_by("pk").last()
    strange = SignIn.objects.get(account=town.accounts["leader"])
    assert here.post(reverse("my-session-end", args=[strange.pk])).status_code == 404
    assert other.get(reverse("my-account")).status_code == 200
    assert here.post(reverse("my-session-end", args=[far.pk])).status_code == 302
    assert there.get(reverse("my-account")).status_code == 302
    assert here.get(reverse("my-account")).status_code == 200


def test_signing_out_ends_the_session_and_is_recorded(town, client):
    enter(client, "clerk")
    client.post(reverse("account_logout"))
    assert client.get(reverse("my-account")).status_code == 302
    assert entries("people.sign_in").filter(note="signed out").exists()
    assert not SignIn.objects.exists()


def test_an_address_after_the_sign_in_leads_back_to_ones_own_pages_only(town, client):
    answer = client.post(
        reverse("account_login") + "?next=https://example.org/",
        {"login": "clerk", "password": PASSWORD, "next": "https://example.org/"},
    )
    assert "example.org" not in answer["Location"]


def test_a_page_of_somebody_signed_in_costs_session_account_and_posts(town, client, django_assert_num_queries):
    enter(client, "clerk")
    client.get(reverse("my-account"))
    with django_assert_num_queries(3):
        client.get(reverse("people:account-new"))


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_inactive"])
def test_the_pages_before_the_sign_in_stand_in_every_language(client, db, name):
    for language in ("zh-hans", "zh-hant", "en"):
        client.cookies["django_language"] = language
        assert client.get(reverse(name)).status_code == 200
