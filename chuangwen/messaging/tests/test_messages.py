"""Telling, delivering over a real SMTP server and a real HTTP receiver, retrying, the inbox, the administrator's pages. No network outside."""

import json
import re
import socket
import threading
from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
from aiosmtpd.controller import Controller
from django.db import transaction
from django.test import Client

from chuangwen.kernel import clock, jobs, office_calendar
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.messaging import actions, queries, recipients, sealing
from chuangwen.messaging.actions import Message
from chuangwen.messaging.delivering import deliver
from chuangwen.messaging.kinds import LOW, NORMAL, URGENT
from chuangwen.messaging.models import Channel, Delivery, Notice, Preferences, Received
from chuangwen.people import actions as people
from chuangwen.people.models import Post

TUESDAY = datetime(2026, 11, 17, 9, 0, tzinfo=clock.LOCAL)
NIGHT = datetime(2026, 11, 17, 22, 0, tzinfo=clock.LOCAL)
MORNING = datetime(2026, 11, 18, 8, 0, tzinfo=clock.LOCAL)


@pytest.fixture(autouse=True)
def _fresh():
    queries.forget()
    office_calendar.forget()
    with clock.at(TUESDAY):
        yield
    queries.forget()
    office_calendar.forget()


class Kept:
    """An SMTP server's memory."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the name is the library's
        self.letters.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 OK"


@pytest.fixture
def smtp():
    """A real SMTP server on loopback."""
    kept = Kept()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        kept.port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    yield kept
    controller.stop()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):  # noqa: N802 - the name is the library's
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, json.loads(body)))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()

    def log_message(self, *more):
        pass


@pytest.fixture
def receiver():
    """A real HTTP receiver on loopback; ``answers`` are the statuses that it gives first."""
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.heard, server.answers = [], []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


def way(kind: str, url: str, **more) -> Channel:
    made = Channel.objects.create(name=more.pop("name", kind), kind=kind, sealed=sealing.seal(url), masked="-", **more)
    queries.forget()
    return made


def said(accounts, key="k1", urgency=NORMAL, **more) -> Message:
    facts = {"kind": "test.kind", "title": "东汇城有垃圾", "text": "请尽快清理"} | more
    return Message(key=key, accounts=frozenset(account.pk for account in accounts), urgency=urgency, **facts)


def told(*messages: Message) -> list[Notice]:
    with transaction.atomic():
        return actions.tell_many(messages)


def test_what_is_told_is_in_the_inbox_once_and_falls_with_its_transaction(town):
    liaison = town.accounts["liaison"]
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.tell(said([liaison]))
        raise RuntimeError
    assert not Received.objects.exists()
    assert len(told(said([liaison]))) == 1
    assert told(said([liaison, town.accounts["clerk"]])) == []
    assert told(said([], key="nobody")) == []
    assert Received.objects.count() == 1
    assert queries.unread(town.actors["liaison"]) == 1


def test_telling_many_costs_the_same_as_telling_few(town, django_assert_num_queries):
    way("wecom", "wecombot://abcdefgh/", least_urgency=LOW)
    Preferences.objects.create(account=town.accounts["liaison"], mail="a@example.com")
    both = [town.accounts["liaison"], town.accounts["clerk"]]
    queries.channels()
    office_calendar.calendar()
    for count in (1, 40):
        with transaction.atomic(), django_assert_num_queries(5):
            actions.tell_many([said(both, key=f"{count}-{n}") for n in range(count)])


def test_who_is_meant_by_units_posts_and_roles(town):
    liaison, head = town.accounts["liaison"], town.accounts["unit_head"]
    department = town.units["department"].pk
    assert recipients.of_units([department], [Post.Kind.LIAISON]) == {department: {liaison.pk}}
    assert recipients.of_units([department], [Post.Kind.LIAISON, Post.Kind.FIRST_RESPONSIBLE])[department] == {liaison.pk, head.pk}
    assert recipients.of_role("leader", town.communities[0]) == {town.accounts["leader"].pk}
    Post.objects.filter(person=liaison.person).update(ends_on=clock.today() - timedelta(days=1))
    assert recipients.of_units([department], [Post.Kind.LIAISON]) == {}


def test_mail_arrives_over_a_real_server_with_its_chinese(town, smtp):
    way("mail", f"mailto://127.0.0.1:{smtp.port}/?from=office@example.com&mode=insecure")
    liaison = town.accounts["liaison"]
    Preferences.objects.create(account=liaison, mail="liaison@example.com", mail_normal="now")
    told(said([liaison, town.accounts["clerk"]]))
    assert deliver()["sent"] == 1
    [(recipients_, letter)] = smtp.letters
    assert recipients_ == ["liaison@example.com"]
    assert str(make_header(decode_header(letter["Subject"]))) == "东汇城有垃圾"
    part = next(part for part in letter.walk() if part.get_content_type() == "text/plain")
    assert "请尽快清理" in part.get_payload(decode=True).decode()
    assert Delivery.objects.get().state == "sent"
    assert deliver()["sent"] == 0


def test_what_comes_at_night_waits_and_what_is_urgent_goes_through(town, smtp):
    way("mail", f"mailto://127.0.0.1:{smtp.port}/?from=office@example.com&mode=insecure")
    liaison = town.accounts["liaison"]
    Preferences.objects.create(account=liaison, mail="liaison@example.com", mail_normal="now")
    with clock.at(NIGHT):
        told(said([liaison], "quiet"), said([liaison], "urgent", URGENT, title="超期"))
        assert deliver()["sent"] == 1
    assert [str(make_header(decode_header(letter["Subject"]))) for _to, letter in smtp.letters] == ["超期"]
    assert Delivery.objects.get(state="waiting").next_at == MORNING
    with clock.at(MORNING):
        assert deliver()["sent"] == 1


def test_what_is_gathered_comes_once_a_day_in_one_letter(town, smtp):
    way("mail", f"mailto://127.0.0.1:{smtp.port}/?from=office@example.com&mode=insecure")
    liaison = town.accounts["liaison"]
    Preferences.objects.create(account=liaison, mail="liaison@example.com", quiet_to=time(8))
    told(*(said([liaison], f"k{n}", title=f"问题{n}") for n in range(3)))
    assert deliver()["sent"] == 0
    with clock.at(MORNING):
        assert deliver()["sent"] == 3
    [(_to, letter)] = smtp.letters
    text = next(part for part in letter.walk() if part.get_content_type() == "text/plain").get_payload(decode=True).decode()
    assert all(f"问题{n}" in text for n in range(3))


def test_a_gateway_that_fails_is_tried_again_later_and_later_and_given_up(town, receiver):
    way("sms", f"json://127.0.0.1:{receiver.server_port}/sms?+x={{to}}")
    liaison = town.accounts["liaison"]
    receiver.answers = [500, 200]
    told(said([liaison], urgency=URGENT))
    assert deliver()["again"] == 1
    row = Delivery.objects.get()
    assert (row.attempts, row.next_at) == (1, TUESDAY + timedelta(minutes=1)) and row.answer
    assert deliver()["sent"] == 0
    with clock.at(TUESDAY + timedelta(minutes=1)):
        assert deliver()["sent"] == 1
    told(said([liaison], "k2", URGENT))
    receiver.answers, now = [500] * 9, TUESDAY
    for _attempt in range(9):
        with clock.at(now):
            done = deliver()
        if done["failed"]:
            break
        now = Delivery.objects.get(state="waiting").next_at
    row = Delivery.objects.get(state="failed")
    assert (row.attempts, now) == (6, TUESDAY + timedelta(minutes=1 + 5 + 15 + 60 + 240))
    receiver.answers = []
    assert actions.retry(town.actors["system_admin"], delivery_ids=[row.pk]) == 1
    assert deliver()["sent"] == 1
    with pytest.raises(Denied):
        actions.retry(town.actors["clerk"], delivery_ids=[row.pk])


def test_a_worker_that_was_killed_leaves_what_it_held_to_be_sent_after_the_lease(town, receiver, monkeypatch):
    way("sms", f"json://127.0.0.1:{receiver.server_port}/sms")
    told(said([town.accounts["liaison"]], urgency=URGENT))
    monkeypatch.setattr("chuangwen.messaging.sending.send", lambda *more: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        deliver()
    monkeypatch.undo()
    assert deliver()["sent"] == 0
    with clock.at(TUESDAY + timedelta(minutes=5)):
        assert deliver()["sent"] == 1


def test_a_group_hears_what_its_units_are_told_and_nothing_else(town, receiver):
    way("other", f"json://127.0.0.1:{receiver.server_port}/all", name="全体", least_urgency=URGENT)
    way("other", f"json://127.0.0.1:{receiver.server_port}/bureau", name="城管局群", unit=town.units["department"])
    liaison = town.accounts["liaison"]
    told(said([liaison], "a", units=frozenset({town.units["department"].pk})), said([liaison], "b", units=frozenset({town.units["office"].pk})),
         said([liaison], "c", URGENT))  # fmt: skip
    assert deliver()["sent"] == 2
    assert sorted(path for path, _body in receiver.heard) == ["/all", "/bureau"]
    assert receiver.heard[0][1]["message"] == "请尽快清理" and receiver.heard[0][1]["title"] == "东汇城有垃圾"


WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-aaaa"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=abc123def456"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/0f5c9d3e-1234"


@pytest.mark.parametrize(
    ("kind", "webhook", "secret", "address", "in_body"),
    [
        ("wecom", WECOM, "", re.escape(WECOM), "msgtype"),
        ("dingtalk", DINGTALK, "", re.escape(DINGTALK), "msgtype"),
        ("dingtalk", DINGTALK, "SECabc123", r"https://oapi\.dingtalk\.com/robot/send\?.*sign=", "msgtype"),
        ("feishu", FEISHU, "", re.escape(FEISHU), "msg_type"),
    ],
)
def test_robots_are_asked_at_their_own_addresses_in_their_own_form(town, monkeypatch, kind, webhook, secret, address, in_body):
    sent = []

    def transport(session, request, **more):
        sent.append(request)
        answer = requests.Response()
        answer.status_code, answer._content, answer.request, answer.url = 200, b'{"errcode":0,"code":0,"StatusCode":0}', request, request.url
        return answer

    monkeypatch.setattr(requests.Session, "send", transport)
    made = actions.save_channel(town.actors["system_admin"], name="群", kind=kind, address=webhook, secret=secret)
    assert actions.send_trial(town.actors["system_admin"], channel_id=made.pk).ok
    [request] = sent
    assert re.match(address, request.url), request.url
    body = json.loads(request.body)
    assert in_body in body and "测试消息" in json.dumps(body, ensure_ascii=False)


def test_an_address_is_sealed_and_never_shown_in_page_trail_or_table(town, sign_in):
    url = "mailto://office:top-secret@127.0.0.1:9/?from=office@example.com"
    made = actions.save_channel(town.actors["system_admin"], name="邮件", kind="mail", address=url)
    assert sealing.unseal(made.sealed) == url and "top-secret" not in made.sealed
    pages = [sign_in("system_admin").get(address).content.decode() for address in ("/messages/channels/", f"/messages/channels/{made.pk}/")]
    trail = json.dumps(AuditEntry.objects.order_by("-number").first().after)
    assert not any("top-secret" in text for text in (*pages, trail, made.masked))
    actions.save_channel(town.actors["system_admin"], channel_id=made.pk, name="邮件二", kind="mail")
    assert sealing.unseal(Channel.objects.get().sealed) == url
    for facts in ({"name": "坏", "kind": "wecom", "address": "hello"}, {"name": "坏", "kind": "mail", "address": "nonsense://x"},
                  {"name": "邮件二", "kind": "mail", "address": url}, {"name": "坏", "kind": "pigeon", "address": url}):  # fmt: skip
        with pytest.raises(Refusal):
            actions.save_channel(town.actors["system_admin"], **facts)
    assert not actions.send_trial(town.actors["system_admin"], channel_id=made.pk, to="a@example.com").ok
    with pytest.raises(Refusal):
        actions.send_trial(town.actors["system_admin"], channel_id=made.pk)
    actions.remove_channel(town.actors["system_admin"], channel_id=made.pk)
    with pytest.raises(Missing):
        actions.send_trial(town.actors["system_admin"], channel_id=made.pk)


def test_the_inbox_has_a_bell_and_a_message_leads_to_what_it_is_about(town, sign_in):
    liaison = town.accounts["liaison"]
    told(said([liaison], link="/cases/"), said([liaison], "k2", link="https://evil.example/"))
    client = sign_in("liaison")
    page = client.get("/messages/").content.decode()
    assert "东汇城有垃圾" in page and "cw-bell" in page and ">2<" in page
    first = Received.objects.get(notice__key="k1")
    assert client.get(f"/messages/{first.pk}/open/").headers["Location"] == "/cases/"
    assert client.get(f"/messages/{Received.objects.get(notice__key='k2').pk}/open/").headers["Location"] == "/messages/"
    assert queries.unread(town.actors["liaison"]) == 0
    assert sign_in("clerk").get(f"/messages/{first.pk}/open/").status_code == 404


def test_marking_reads_only_ones_own(town, sign_in):
    told(said([town.accounts["liaison"], town.accounts["clerk"]]))
    sign_in("clerk").post("/messages/read/")
    assert queries.unread(town.actors["clerk"]) == 0 and queries.unread(town.actors["liaison"]) == 1
    other = Received.objects.get(account=town.accounts["liaison"])
    assert actions.mark_read(town.actors["clerk"], received_ids=[other.pk]) == 0


def test_preferences_are_ones_own(town, sign_in):
    client = sign_in("liaison")
    facts = {"mail": "me@example.com", "mail_urgent": "now", "mail_normal": "off", "mail_low": "off", "quiet_from": "22:00", "quiet_to": "07:00"}
    assert client.post("/messages/preferences/", facts).status_code == 303
    row = Preferences.objects.get(account=town.accounts["liaison"])
    assert (row.mail, row.mail_normal, row.sms_urgent, row.quiet_to) == ("me@example.com", "off", False, time(7))
    assert client.post("/messages/preferences/", facts | {"mail": "no address"}).status_code == 422


def test_a_program_reads_the_inbox_of_its_account(town):
    token = people.make_token(SYSTEM, town.accounts["liaison"], "程序")
    told(said([town.accounts["liaison"]]), said([town.accounts["clerk"]], "k2"))
    client = Client(headers={"Authorization": f"Bearer {token}"})
    answer = client.get("/api/v1/messages").json()
    assert [item["title"] for item in answer["items"]] == ["东汇城有垃圾"] and answer["unread"] == 1
    assert client.post("/api/v1/messages/read", data={}, content_type="application/json").json() == {"read": 1}


def test_the_job_sends_by_itself(town, receiver):
    way("sms", f"json://127.0.0.1:{receiver.server_port}/sms")
    told(said([town.accounts["liaison"]], urgency=URGENT))
    jobs.queue_due()
    jobs.run_waiting()
    assert Delivery.objects.get().state == "sent"
