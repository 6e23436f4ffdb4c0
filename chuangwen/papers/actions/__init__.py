"""Everything that is done to papers: one function per verb. Pages, API, commands and jobs call these."""

from chuangwen.papers.actions.drafting import (
    area_of,
    change_draft,
    discard_draft,
    draft_paper,
    figures_digest,
    figures_now,
)
from chuangwen.papers.actions.instructing import instruct
from chuangwen.papers.actions.life import (
    archive_paper,
    ask_countersign,
    check_paper,
    countersign,
    send_back,
    sign_paper,
    take_back,
    void_paper,
)
from chuangwen.papers.actions.offices import remove_seal, set_office, set_seal
from chuangwen.papers.actions.pdfs import ask_pdf, convert_kept, kept_pdf, kept_pdf_file
from chuangwen.papers.actions.printing import docx_of, print_paper
from chuangwen.papers.actions.schedules import draft_scheduled, remove_schedule, save_schedule
from chuangwen.papers.actions.sending import note_read, receive_paper, send_paper, withdraw_paper
from chuangwen.papers.actions.templates import add_template, add_version, preview_template, retire_template

__all__ = [
    "add_template", "add_version", "archive_paper", "area_of", "ask_countersign", "ask_pdf", "change_draft", "check_paper", "convert_kept",
    "countersign", "discard_draft", "docx_of", "draft_paper", "draft_scheduled", "figures_digest", "figures_now", "instruct", "kept_pdf",
    "kept_pdf_file", "note_read", "preview_template", "print_paper", "receive_paper", "remove_schedule", "remove_seal", "retire_template",
    "save_schedule", "send_back", "send_paper", "set_office", "set_seal", "sign_paper", "take_back", "void_paper", "withdraw_paper",
]  # fmt: skip
