"""Long work over REST: how far somebody's own job is, and the verb that stops it. Pages show and stop the same job (``job_views``)."""

from typing import Any

from django.utils.translation import gettext as _
from ninja import Field, Schema

from chuangwen.kernel import jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.actions import cancel_job
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.models import Job


class JobOut(Schema):
    """Work in the background. `state` is queued, running, done, failed or cancelled."""

    job: int = Field(alias="pk")
    state: str
    done: int = Field(description="how far it is, of `total`")
    total: int
    message: str = Field(description="what is being done, in words")
    error: str = Field(description="why it failed; empty otherwise")
    stopping: bool = Field(alias="cancel_asked", description="it was asked to stop and does so at its next step")


def newest(actor: Actor, kind: str, **arguments: Any) -> Job:
    """The newest job of this kind that the account began with these arguments. Raises Missing."""
    job = jobs.newest(actor, kind, **arguments)
    if job is None:
        raise Missing(_("You have begun no such work."))
    return job


def stop(actor: Actor, kind: str, **arguments: Any) -> Job:
    """Ask that job to stop; one that has ended stays as it is. Raises Missing, Denied."""
    return cancel_job(actor, job_id=newest(actor, kind, **arguments).pk)
