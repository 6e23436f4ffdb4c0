"""Work that takes longer than a second.

One table is queue, lease, progress and answer. A worker takes a job by one conditional update, holds a lease while it
works and gives the lease up when it ends; a lease that ran out (the worker was killed) puts the job back. A job may
therefore run twice: handlers do their writing in one transaction, or in steps that can be repeated.

``register`` makes a handler known, ``start`` queues a job, ``every`` has one queued by itself, ``work`` is the worker.
"""

import logging
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, close_old_connections, transaction
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.models import Job, Schedule

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
ATTEMPTS = 3


class Cancelled(Exception):
    """Raised inside a handler when somebody asked for the job to stop."""


class Run:
    """A job while it runs: what a handler is given."""

    def __init__(self, job: Job):
        self.job = job
        self._told = 0.0

    @property
    def arguments(self) -> dict[str, Any]:
        return self.job.arguments

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Say how far it is; at most five times a second reaches the table. Raises Cancelled when asked to stop.

        Inside a transaction the table cannot be written for others to see (and with SQLite not at all from beside it):
        call it between the steps, not within the one transaction that applies the whole.
        """
        moment = time.monotonic()
        if done < total and moment - self._told < 0.2:
            return
        self._told = moment
        if transaction.get_connection().in_atomic_block:
            return
        updated = Job.objects.filter(pk=self.job.pk, worker=self.job.worker, state=Job.State.RUNNING).update(
            done=done, total=total, message=message[:300], lease_until=clock.now() + LEASE
        )
        if not updated or Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists():
            raise Cancelled

    def stop_if_cancelled(self) -> None:
        if Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists():
            raise Cancelled


@dataclass(frozen=True)
class Handler:
    kind: str
    run: Callable[[Run], dict[str, Any] | None]
    every: timedelta | None = None
    label: str | Promise = ""


HANDLERS: dict[str, Handler] = {}


def register(kind: str, *, every: timedelta | None = None, label: str | Promise = ""):
    """Decorator: ``run(run: Run) -> dict | None`` does the jobs of this kind; ``every`` has one queued at that distance.

    ``label`` is what the kind is called on pages.
    """

    def add(function: Callable[[Run], dict[str, Any] | None]):
        HANDLERS[kind] = Handler(kind, function, every, label)
        return function

    return add


def start(
    actor: Actor,
    kind: str,
    arguments: dict[str, Any] | None = None,
    *,
    title: str = "",
    result_url: str = "",
    delay: timedelta = timedelta(),
) -> Job:
    """Queue a job. It is seen by a worker when the surrounding transaction holds."""
    assert kind in HANDLERS, f"unknown job {kind}"
    moment = clock.now()
    return Job.objects.create(
        kind=kind,
        arguments=arguments or {},
        title=title,
        account_id=actor.account_id,
        created_at=moment,
        not_before=moment + delay,
        result_url=result_url,
    )


def newest(actor: Actor, kind: str, **arguments: Any) -> Job | None:
    """The newest job of a kind that this account began with these arguments."""
    if actor.account_id is None:
        return None
    wanted = {f"arguments__{name}": value for name, value in arguments.items()}
    return Job.objects.filter(kind=kind, account_id=actor.account_id, **wanted).order_by("-pk").first()


def cancel(job: Job) -> None:
    """Ask a job to stop: a waiting one ends at once, a running one at its next step."""
    Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(state=Job.State.CANCELLED, ended_at=clock.now())
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_asked=True)


def retry(job: Job) -> None:
    """Put a failed or cancelled job back into the queue."""
    Job.objects.filter(pk=job.pk, state__in=(Job.State.FAILED, Job.State.CANCELLED)).update(
        state=Job.State.QUEUED,
        cancel_asked=False,
        attempts=0,
        error="",
        ended_at=None,
        not_before=clock.now(),
        done=0,
        message="",
    )


def _claim(worker: str) -> Job | None:
    moment = clock.now()
    while True:
        waiting = (
            Job.objects.filter(state=Job.State.QUEUED, not_before__lte=moment)
            .order_by("not_before", "pk")
            .values_list("pk", flat=True)
            .first()
        )
        if waiting is None:
            return None
        taken = Job.objects.filter(pk=waiting, state=Job.State.QUEUED).update(
            state=Job.State.RUNNING, worker=worker, started_at=moment, lease_until=moment + LEASE, attempts=F("attempts") + 1
        )
        if taken:
            return Job.objects.get(pk=waiting)


def put_back_lost() -> int:
    """Jobs whose worker is gone go back into the queue, or fail after the third attempt. Returns how many."""
    moment = clock.now()
    lost = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=moment)
    failed = lost.filter(Q(attempts__gte=ATTEMPTS)).update(
        state=Job.State.FAILED, ended_at=moment, error="工作进程三次中断，任务已停止。请检查服务器日志后重试。"
    )
    return failed + lost.filter(attempts__lt=ATTEMPTS).update(state=Job.State.QUEUED, worker="", not_before=moment)


def queue_due() -> None:
    """Queue what recurs by itself and has come due, once however many workers ask."""
    moment = clock.now()
    for handler in HANDLERS.values():
        if handler.every is None:
            continue
        try:
            with transaction.atomic():
                Schedule.objects.get_or_create(kind=handler.kind, defaults={"next_at": moment})
                if Schedule.objects.filter(kind=handler.kind, next_at__lte=moment).update(next_at=moment + handler.every):
                    start(access.SYSTEM, handler.kind)
        except IntegrityError:
            continue


class _Heartbeat(threading.Thread):
    """Renews the lease while the handler is busy inside one long transaction."""

    def __init__(self, job: Job):
        super().__init__(daemon=True, name=f"lease-{job.pk}")
        self.job, self.stopped = job, threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(LEASE.total_seconds() / 3):
            try:
                Job.objects.filter(pk=self.job.pk, worker=self.job.worker, state=Job.State.RUNNING).update(
                    lease_until=clock.now() + LEASE
                )
            except Exception:  # the database is busy with the handler's own transaction: the next beat tries again
                log.debug("lease of job %s not renewed", self.job.pk, exc_info=True)
        close_old_connections()


def run_one(job: Job) -> Job:
    """Do a claimed job to its end, whatever the end is."""
    beat = _Heartbeat(job)
    beat.start()
    facts: dict[str, Any]
    try:
        result = HANDLERS[job.kind].run(Run(job))
        facts = {"state": Job.State.DONE, "result": result, "error": ""}
    except Cancelled:
        facts = {"state": Job.State.CANCELLED}
    except Refusal as refusal:
        facts = {"state": Job.State.FAILED, "error": str(refusal)}
    except Exception as problem:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        facts = {
            "state": Job.State.FAILED,
            "error": _("An unexpected error stopped the job: %(error)s")
            % {"error": "".join(traceback.format_exception_only(problem)).strip()[:500]},
        }
    finally:
        beat.stopped.set()
    Job.objects.filter(pk=job.pk, worker=job.worker).update(ended_at=clock.now(), lease_until=None, **facts)
    job.refresh_from_db()
    return job


def run_waiting(limit: int = 1000) -> int:
    """Do everything that waits, in this process (tests, commands). Returns how many jobs ran."""
    count = 0
    while count < limit and (job := _claim(f"inline-{os.getpid()}")):
        run_one(job)
        count += 1
    return count


def work(stop: threading.Event, *, pause: float = 0.5) -> None:
    """The worker's loop, until ``stop`` is set."""
    name = f"{socket.gethostname()}-{os.getpid()}"[:60]
    swept = 0.0
    while not stop.is_set():
        try:
            if time.monotonic() - swept > 10:
                swept = time.monotonic()
                put_back_lost()
                queue_due()
            job = _claim(name)
            if job is not None:
                run_one(job)
                continue
        except Exception:
            log.exception("the worker could not take a job")
            close_old_connections()
            stop.wait(2)
        stop.wait(pause)
