"""Sponsorship plans over REST, ``/api/v1/sponsorship``: a plan and its life, what it is made of. The same actions, policies and forms as the
pages."""

from chuangwen.duties.sponsorship.api import inputs, plans, reading
from chuangwen.duties.sponsorship.api.router import router

__all__ = ["inputs", "plans", "reading", "router"]
