"""What a code at a site leads to. A room to the right says it; as long as none does, a code holds the site's code alone."""

from collections.abc import Callable

from django.utils.functional import Promise

from chuangwen.places.models import Site

Text = str | Promise
_leads: list[tuple[Callable[[Site], str], Text]] = []


def lead_to(address: Callable[[Site], str], words: Text) -> None:
    """``address`` gives the path that the code of a site opens; ``words`` stand below it and say what for."""
    _leads[:] = [(address, words)]


def code_of(site: Site, absolute: Callable[[str], str]) -> str:
    """What is in the code. The app on the phone finds the site in an address as well as in the code alone."""
    return absolute(_leads[0][0](site)) if _leads else site.code


def words() -> Text:
    return _leads[0][1] if _leads else ""
