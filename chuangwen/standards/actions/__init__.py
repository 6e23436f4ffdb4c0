"""What changes standards: editions and their trees, checklists, families and kinds, responsibilities."""

from chuangwen.standards.actions.checklists import edit_family, edit_item, edit_kind, remove_item
from chuangwen.standards.actions.editions import (
    activate,
    archive,
    copy_edition,
    create_edition,
    edit_edition,
    edit_node,
    move_node,
    remove_edition,
    remove_node,
)
from chuangwen.standards.actions.examples import add_example, change_example, remove_example
from chuangwen.standards.actions.responsibilities import assign, end_responsibility, remove_responsibility
from chuangwen.standards.actions.shipping import install_shipped

__all__ = [
    "activate",
    "add_example",
    "archive",
    "assign",
    "change_example",
    "copy_edition",
    "create_edition",
    "edit_edition",
    "edit_family",
    "edit_item",
    "edit_kind",
    "edit_node",
    "end_responsibility",
    "install_shipped",
    "move_node",
    "remove_edition",
    "remove_example",
    "remove_item",
    "remove_node",
    "remove_responsibility",
]
