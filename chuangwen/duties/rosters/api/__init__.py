"""Rosters over REST, ``/api/v1/rosters``: a roster and its life, turns that go to somebody else, grounds with their posts, pools of people. The
same actions, policies and forms as the pages."""

from chuangwen.duties.rosters.api import board, grounds, people, rosters, turns
from chuangwen.duties.rosters.api.router import router

__all__ = ["board", "grounds", "people", "rosters", "router", "turns"]
