"""The jobs of the room, each beside what it works on."""

from chuangwen.fieldwork.routing import jobs as routing_jobs

__all__ = ["routing_jobs"]
