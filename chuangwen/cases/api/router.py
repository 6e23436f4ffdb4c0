"""The REST resource of cases."""

from ninja import Router

router = Router()
