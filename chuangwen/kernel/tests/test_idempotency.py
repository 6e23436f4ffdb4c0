"""Idempotency-Key: a request that is repeated is answered alike and done once, also when all repetitions come at once."""

import json

import pytest
from django.http import JsonResponse, StreamingHttpResponse
from django.test import RequestFactory

from chuangwen.kernel.access import NOBODY, Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.idempotency import IdempotencyMiddleware
from chuangwen.kernel.models import Counter, GivenAnswer
from chuangwen.people.models import Account
from chuangwen.testing.threads import at_once

AT_ONCE = 20


def add(request):
    """A view that makes one object and says which."""
    asked = json.loads(request.body or b"{}")
    row = Counter.objects.create(name=f"made/{Counter.objects.count()}/{asked.get('name', '')}")
    if asked.get("fail"):
        return JsonResponse({"code": "no"}, status=422)
    return JsonResponse({"id": row.pk, "name": row.name}, status=201)


def made() -> int:
    return Counter.objects.filter(name__startswith="made/").count()


@pytest.fixture
def account(db):
    return Account.objects.create_user("key-holder", "河东-Pass-2026")


def post(account_id, body, key="k-1", view=add, path="/api/v1/things", method="post"):
    request = getattr(RequestFactory(), method)(
        path, json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key} if key is not None else {}
    )
    request.actor = Actor(account_id=account_id) if account_id else NOBODY
    return IdempotencyMiddleware(view)(request)


def test_a_repeated_request_is_answered_alike_and_done_once(account):
    first, again = post(account.pk, {"name": "a"}), post(account.pk, {"name": "a"})
    assert (first.status_code, again.status_code, made()) == (201, 201, 1)
    assert again.content == first.content
    assert again["Idempotent-Replay"] == "true" and not first.has_header("Idempotent-Replay")
    assert again["Content-Type"] == first["Content-Type"]


def test_the_same_key_for_another_body_or_address_is_refused(account):
    post(account.pk, {"name": "a"})
    for other in (post(account.pk, {"name": "b"}), post(account.pk, {"name": "a"}, path="/api/v1/others")):
        assert other.status_code == 422
        assert json.loads(other.content)["code"] == "idempotency.other_request"
    assert made() == 1


def test_a_refused_request_leaves_nothing_and_can_be_put_right_under_the_same_key(account):
    assert post(account.pk, {"fail": True}).status_code == 422
    assert (made(), GivenAnswer.objects.count()) == (0, 0)
    assert post(account.pk, {"name": "right"}).status_code == 201
    assert made() == 1


def test_a_request_that_breaks_leaves_nothing(account):
    def breaking(request):
        add(request)
        raise Refusal("不行")

    with pytest.raises(Refusal):
        post(account.pk, {}, view=breaking)
    assert (made(), GivenAnswer.objects.count()) == (0, 0)


def test_keys_of_two_people_are_two_keys(account):
    other = Account.objects.create_user("another", "河东-Pass-2026")
    assert post(account.pk, {}).content != post(other.pk, {}).content
    assert made() == 2


def test_without_a_key_or_outside_of_the_interface_every_request_is_done(account):
    post(account.pk, {}, key=None)
    post(account.pk, {}, key=None)
    post(account.pk, {}, path="/cases/new/")
    post(account.pk, {}, method="put")
    assert made() == 4
    assert not GivenAnswer.objects.exists()


@pytest.mark.parametrize("key", ["x" * 101, "a\tb", "a\u200bb"])
def test_a_key_that_is_too_long_or_cannot_be_printed_is_refused(account, key):
    assert post(account.pk, {}, key=key).status_code == 400
    assert made() == 0


def test_an_answer_that_streams_is_not_kept_and_not_half_kept(account):
    def stream(request):
        add(request)
        return StreamingHttpResponse([b"a"])

    post(account.pk, {}, view=stream)
    assert not GivenAnswer.objects.exists()


def test_somebody_unknown_is_left_to_the_interface_to_refuse(db):
    assert post(None, {}).status_code == 201
    assert not GivenAnswer.objects.exists()


def test_twenty_at_once_make_one_object_and_get_one_answer(shared_database):
    account = Account.objects.create_user("key-holder", "河东-Pass-2026")

    def send(_n):
        response = post(account.pk, {"name": "one"})
        return response.status_code, response.content

    answers = set(at_once(send, AT_ONCE))
    assert len(answers) == 1 and next(iter(answers))[0] == 201
    assert made() == 1
