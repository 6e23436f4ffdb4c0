"""The REST resource of sponsorship plans."""

from ninja import Router

router = Router()
