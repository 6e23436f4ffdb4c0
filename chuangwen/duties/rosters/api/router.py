"""The REST resource of rosters."""

from ninja import Router

router = Router()
