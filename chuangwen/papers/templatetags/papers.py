"""How the state of a paper is shown wherever it is named."""

from typing import Any

from django import template

from chuangwen.papers.models import Paper
from chuangwen.papers.views.lists import cell_state

register = template.Library()


@register.simple_tag
def paper_state(paper: Paper) -> Any:
    """The state as a badge, by word and colour together."""
    return cell_state(paper)
