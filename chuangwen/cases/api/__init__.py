"""Cases over REST: list, look, create, and every verb. The same actions and policies as the pages; what comes in is validated."""

from chuangwen.cases.api import creating, reading, verbs
from chuangwen.cases.api.router import router

cases_router = router
__all__ = ["cases_router", "creating", "reading", "router", "verbs"]
