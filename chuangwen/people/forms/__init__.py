"""Forms of the room; those of signing in are named in the settings of the sign-in library."""

from chuangwen.people.forms.accounts import NewAccountForm, OwnRoleForm, RoleForm, TokenForm
from chuangwen.people.forms.organisation import (
    AppointForm,
    DayForm,
    LastDayForm,
    MergeForm,
    MoveForm,
    NewUnitForm,
    PersonForm,
    PostForm,
    RenameForm,
    UnitFactsForm,
)
from chuangwen.people.forms.sign_in import CodeAgainForm, CodeForm, FirstCodeForm, OwnPasswordForm, PasswordAgainForm, SignInForm

__all__ = [
    "AppointForm",
    "CodeAgainForm",
    "CodeForm",
    "DayForm",
    "FirstCodeForm",
    "LastDayForm",
    "MergeForm",
    "MoveForm",
    "NewAccountForm",
    "NewUnitForm",
    "OwnPasswordForm",
    "OwnRoleForm",
    "PasswordAgainForm",
    "PersonForm",
    "PostForm",
    "RenameForm",
    "RoleForm",
    "SignInForm",
    "TokenForm",
    "UnitFactsForm",
]
