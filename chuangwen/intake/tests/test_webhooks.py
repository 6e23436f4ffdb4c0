"""Telling other systems: what is signed arrives, what fails is tried again and logged, and no address leads back here."""

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction
from django.urls import reverse

from chuangwen.cases import actions as cases
from chuangwen.cases.tests.loop import Loop
from chuangwen.intake import outgoing
from chuangwen.intake.access import resident
from chuangwen.intake.forgetting import forget
from chuangwen.intake.models import Channel, Delivery, Webhook
from chuangwen.intake.outgoing import BadAddress, NoAnswer
from chuangwen.intake.receiving import receive
from chuangwen.intake.tests.conftest import TUESDAY
from chuangwen.intake.webhooks import rules, sending
from chuangwen.intake.webhooks.actions import change_secret, change_webhook, make_webhook, remove_webhook, send_again, send_test
from chuangwen.intake.webhooks.queueing import SEND
from chuangwen.kernel import clock, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Denied, Refusal
from chuangwen.kernel.models import AuditEntry, Job

ALL = [code for code, _words in rules.EVENTS]


class Receiver:
    """A little server on this machine that keeps what it gets; ``status`` is what it answers."""

    def __init__(self):
        self.got, self.status, self.slow = [], 200, 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((self.path, dict(self.headers), body))
                self.send_response(outer.status)
                if outer.status == 302:
                    self.send_header("Location", f"{outer.url}/elsewhere")
                answer = b"no" if outer.status != 204 else b""
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver(settings):
    settings.WEBHOOKS_TO_THIS_MACHINE = True
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def hook(ground, receiver):
    """An address that is told everything, and its secret."""
    return make_webhook(SYSTEM, name="城管平台", url=f"{receiver.url}/hook", events=ALL)


def outside(town, **more):
    facts = {"channel": Channel.RESIDENT, "description": "墙上有小广告", "site": town.sites[0], "kind": town.kinds["sticker"]} | more
    return receive(resident("居民"), **facts).report.case


def send_all() -> None:
    for hook in Webhook.objects.values_list("pk", flat=True):
        sending.send_waiting(hook)


def signed(secret: str, headers: dict, body: bytes) -> str:
    """What the other side computes by itself."""
    stamp = headers["X-Chuangwen-Timestamp"]
    return "v1=" + hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


# -- what arrives -----------------------------------------------------------------------------------------------------


def test_what_happens_to_a_case_arrives_signed_by_a_job(ground, hook, receiver, tuesday):
    case = outside(ground, description="张先生电话19900000003反映小广告")
    assert Job.objects.filter(kind=SEND, state=Job.State.QUEUED).count() == 1
    assert jobs.run_one(jobs._claim("test")).state == Job.State.DONE
    ((path, headers, body),) = receiver.got
    assert path == "/hook" and headers["X-Chuangwen-Signature"] == signed(hook[1], headers, body)
    assert int(headers["X-Chuangwen-Timestamp"]) == int(TUESDAY.timestamp())
    told = json.loads(body)
    assert (told["event"], told["data"]["service_request_id"], told["data"]["status"]) == ("case.created", case.number, "open")
    assert told["id"] == headers["X-Chuangwen-Delivery"] and "19900000003" not in body.decode()
    delivery = Delivery.objects.get()
    assert delivery.state == "delivered" and [each["status"] for each in delivery.attempts] == [200] and delivery.next_at is None


def test_each_step_of_the_loop_has_its_event_once(ground, hook, receiver):
    loop = Loop(ground)
    case = outside(ground)
    for verb in ("screen", "dispatch", "sign_for", "submit", "verify", "close"):
        case = loop.do(verb, case)
    cases.comment(loop.clerk, case_id=case.pk, note="内部备注")
    cases.dispute(loop.clerk, case_id=case.pk, words="没有解决")
    cases.answer_dispute(loop.clerk, case_id=case.pk, uphold=True)
    events = list(Delivery.objects.filter(case=case).order_by("pk").values_list("event", flat=True))
    assert events == [
        "case.created", "case.changed", "case.dispatched", "case.changed", "case.changed", "case.changed", "case.closed", "case.disputed",
        "case.reopened",
    ]  # fmt: skip
    send_all()
    told = [json.loads(body) for _path, _headers, body in receiver.got]
    assert [each["event"] for each in told if each["data"]["service_request_id"] == case.number] == events
    assert [each["event"] for each in told if each["data"]["service_request_id"] != case.number] == ["case.created"]


def test_what_was_not_asked_for_or_lies_elsewhere_or_was_found_inside_is_not_told(ground, receiver):
    make_webhook(SYSTEM, name="只听结案", url=receiver.url, events=["case.closed"])
    make_webhook(SYSTEM, name="他社区", url=receiver.url, events=ALL, division=ground.communities[1])
    everything, _secret = make_webhook(SYSTEM, name="全部", url=receiver.url, events=ALL, outside_only=False)
    Loop(ground).report()
    outside(ground)
    assert {delivery.webhook_id for delivery in Delivery.objects.all()} == {everything.pk}
    assert Delivery.objects.count() == 2


def test_an_action_that_is_taken_back_tells_nobody(ground, hook):
    class Halt(Exception):
        pass

    with pytest.raises(Halt), transaction.atomic():
        outside(ground)
        raise Halt
    assert not Delivery.objects.exists() and not Job.objects.filter(kind=SEND).exists()


def test_who_is_switched_off_is_told_nothing(ground, hook):
    change_webhook(SYSTEM, hook_id=hook[0].pk, name="城管平台", url=hook[0].url, events=ALL, active=False)
    outside(ground)
    assert not Delivery.objects.exists()


# -- what fails -------------------------------------------------------------------------------------------------------


def test_what_is_not_taken_is_tried_again_later_and_later_with_the_same_words_and_given_up_at_last(ground, hook, receiver):
    receiver.status = 503
    now = TUESDAY
    with clock.at(now):
        outside(ground)
    waits = []
    for _attempt in range(len(rules.AGAIN) + 1):
        with clock.at(now):
            send_all()
            delivery = Delivery.objects.get()
            send_all()  # before its time: nothing
        if delivery.next_at is None:
            break
        waits.append(delivery.next_at - now)
        now = delivery.next_at
    assert tuple(waits) == rules.AGAIN and waits == sorted(waits)
    assert delivery.state == "failed" and len(receiver.got) == len(rules.AGAIN) + 1 == len(delivery.attempts)
    assert {each["status"] for each in delivery.attempts} == {503}
    assert len({body for _path, _headers, body in receiver.got}) == 1
    assert len({headers["X-Chuangwen-Delivery"] for _path, headers, _body in receiver.got}) == 1


def test_the_next_try_is_queued_by_the_one_that_failed(ground, hook, receiver, tuesday):
    receiver.status = 500
    outside(ground)
    jobs.run_one(jobs._claim("test"))
    job = Job.objects.get(kind=SEND, state=Job.State.QUEUED)
    assert abs(job.not_before - (TUESDAY + rules.AGAIN[0])) < timedelta(seconds=3)
    receiver.status = 204
    with clock.at(job.not_before + timedelta(seconds=1)):
        jobs.run_one(jobs._claim("test"))
    assert Delivery.objects.get().state == "delivered"


def test_a_redirect_is_not_followed(ground, hook, receiver):
    receiver.status = 302
    outside(ground)
    send_all()
    assert [path for path, *_rest in receiver.got] == ["/hook"]
    assert Delivery.objects.get().attempts[0]["status"] == 302 and Delivery.objects.get().state == "waiting"


def test_a_server_that_is_gone_is_noted_and_not_asked_for_every_message(ground, hook, receiver):
    for _ in range(5):
        outside(ground)
    receiver.close()
    send_all()
    tried = [delivery for delivery in Delivery.objects.all() if delivery.attempts]
    assert len(tried) == sending.GIVE_WAY and all(delivery.attempts[0]["status"] is None for delivery in tried)
    assert not Delivery.objects.filter(next_at__lte=clock.now()).exists()
    receiver.__init__()


def test_what_a_lost_worker_left_is_found_again(ground, hook, receiver):
    outside(ground)
    Job.objects.filter(kind=SEND).delete()
    assert sending.queue_all() == 1 and sending.queue_all() == 0


def test_two_workers_send_a_message_once(ground, hook, receiver):
    outside(ground)
    delivery = Delivery.objects.get()
    Delivery.objects.filter(pk=delivery.pk).update(next_at=clock.now() + sending.CLAIMED)
    send_all()
    assert receiver.got == []


def test_a_message_can_be_sent_once_more(ground, hook, receiver):
    outside(ground)
    send_all()
    send_again(SYSTEM, delivery_id=Delivery.objects.get().pk)
    send_all()
    first, second = receiver.got
    assert first[2] == second[2] and len(Delivery.objects.get().attempts) == 2


def test_the_log_is_deleted_after_its_time(ground, hook, receiver):
    outside(ground)
    send_all()
    assert forget()["messages"] == 0
    with clock.at(clock.now() + timedelta(days=91)):
        assert forget()["messages"] == 1


# -- secrets ----------------------------------------------------------------------------------------------------------


def test_after_a_change_of_the_secret_both_sign_for_two_days(ground, hook, receiver, tuesday):
    old, new = hook[1], change_secret(SYSTEM, hook_id=hook[0].pk)
    outside(ground)
    send_all()
    _path, headers, body = receiver.got[-1]
    assert headers["X-Chuangwen-Signature"].split(",") == [signed(new, headers, body), signed(old, headers, body)]
    with clock.at(TUESDAY + rules.GRACE + timedelta(minutes=1)):
        outside(ground)
        send_all()
        _path, headers, body = receiver.got[-1]
        assert headers["X-Chuangwen-Signature"] == signed(new, headers, body)


def test_no_secret_stands_in_the_database_or_in_the_trail(ground, hook):
    row = Webhook.objects.get()
    assert hook[1] not in row.secret
    assert hook[1] not in json.dumps(list(AuditEntry.objects.values_list("before", "after", "note")), ensure_ascii=False)


# -- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/",
        "http://224.0.0.1/", "ftp://a.cn/", "file:///etc/passwd", "https://user:secret@a.cn/", "https://", "a.cn", "https://a.cn/#x",
        "http://[bad/", "http://a.cn:99999/",
    ],
)  # fmt: skip
def test_an_address_that_leads_to_this_machine_or_is_none_is_refused(ground, url):
    with pytest.raises(BadAddress):
        make_webhook(SYSTEM, name="x", url=url, events=ALL)
    assert not Webhook.objects.exists()


def test_a_name_that_points_to_this_machine_is_not_asked(monkeypatch):
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *_given, **_more: [(2, 1, 6, "", ("127.0.0.1", 80))])
    with pytest.raises(BadAddress):
        outgoing.ask("GET", "http://harmless.example.cn/")


def test_an_answer_without_end_is_cut_and_a_dead_port_is_no_answer(receiver):
    receiver.status = 200
    assert outgoing.ask("POST", receiver.url, body=b"{}", most=1).body == b"n"
    receiver.close()
    with pytest.raises(NoAnswer):
        outgoing.ask("GET", receiver.url, timeout=1)
    receiver.__init__()


def test_a_private_network_may_be_told(ground):
    assert make_webhook(SYSTEM, name="内网平台", url="http://10.1.2.3:8080/hook", events=ALL)[0].pk


# -- who may ----------------------------------------------------------------------------------------------------------


def test_only_the_system_administrator_says_who_is_told(ground):
    with pytest.raises(Denied):
        make_webhook(ground.actors["clerk"], name="x", url="https://a.cn/", events=ALL)
    with pytest.raises(Refusal):
        make_webhook(ground.actors["system_admin"], name="x", url="https://a.cn/", events=[])


def test_the_pages_from_a_new_address_to_the_log(ground, receiver, sign_in):
    client = sign_in("system_admin")
    given = {"name": "城管平台", "url": f"{receiver.url}/hook", "events": ["case.created"], "outside_only": "on", "active": "on"}
    page = client.post(reverse("intake:webhook-new"), given).content.decode()
    secret = page.split('user-select-all text-break">')[1].split("<")[0]
    hook = Webhook.objects.get()
    assert client.post(reverse("intake:webhook-test", args=[hook.pk])).status_code == 303
    outside(ground)
    send_all()
    assert all(headers["X-Chuangwen-Signature"] == signed(secret, headers, body) for _path, headers, body in receiver.got)
    listed = client.get(reverse("intake:deliveries"), {"webhook": hook.pk}).content.decode()
    assert "收到新问题件" in listed and "测试" in listed and "已送达" in listed
    detail = client.get(reverse("intake:delivery", args=[Delivery.objects.filter(event="case.created").get().pk])).content.decode()
    assert "HTTP 200" in detail and "service_request_id" in detail
    assert secret not in client.get(reverse("intake:webhook", args=[hook.pk])).content.decode()
    assert "城管平台" in client.get(reverse("intake:webhooks")).content.decode()
    client.post(reverse("intake:webhook-remove", args=[hook.pk]))
    assert not Webhook.objects.exists() and not Delivery.objects.exists()


def test_a_removed_address_is_told_nothing_though_a_job_waits(ground, hook, receiver):
    outside(ground)
    remove_webhook(SYSTEM, hook_id=hook[0].pk)
    assert sending.send_waiting(hook[0].pk) == {"taken": 0, "failed": 0} and receiver.got == []


def test_a_test_message_tells_of_no_case(ground, hook, receiver):
    send_test(SYSTEM, hook_id=hook[0].pk)
    send_all()
    ((_path, headers, body),) = receiver.got
    assert headers["X-Chuangwen-Event"] == "ping" and json.loads(body)["data"] == {}
