"""Addresses of the room."""

from django.urls import path

from chuangwen.people.views import accounts, organisation, roles

app_name = "people"
urlpatterns = [
    path("", organisation.OrganisationView.as_view(), name="organisation"),
    path("units/", organisation.UnitList.as_view(), name="units"),
    path("units/new/", organisation.NewUnitView.as_view(), name="unit-new"),
    path("units/<int:pk>/", organisation.UnitView.as_view(), name="unit"),
    path("units/<int:pk>/edit/", organisation.EditUnitView.as_view(), name="unit-edit"),
    path("units/<int:pk>/rename/", organisation.RenameUnitView.as_view(), name="unit-rename"),
    path("units/<int:pk>/move/", organisation.MoveUnitView.as_view(), name="unit-move"),
    path("units/<int:pk>/close/", organisation.CloseUnitView.as_view(), name="unit-close"),
    path("units/<int:pk>/appoint/", organisation.AppointView.as_view(), name="appoint"),
    path("posts/<int:pk>/edit/", organisation.EditPostView.as_view(), name="post-edit"),
    path("posts/<int:pk>/end/", organisation.EndPostView.as_view(), name="post-end"),
    path("persons/", organisation.PersonList.as_view(), name="persons"),
    path("persons/<int:pk>/", organisation.PersonView.as_view(), name="person"),
    path("persons/<int:pk>/phone/", organisation.RevealPhoneView.as_view(), name="person-phone"),
    path("persons/<int:pk>/edit/", organisation.EditPersonView.as_view(), name="person-edit"),
    path("persons/<int:pk>/merge/", organisation.MergePersonView.as_view(), name="person-merge"),
    path("accounts/", accounts.AccountList.as_view(), name="accounts"),
    path("accounts/new/", accounts.NewAccountView.as_view(), name="account-new"),
    path("accounts/<int:pk>/", accounts.AccountView.as_view(), name="account"),
    path("accounts/<int:pk>/reset/", accounts.ResetPassword.as_view(), name="account-reset"),
    path("accounts/<int:pk>/close/", accounts.CloseAccount.as_view(), name="account-close"),
    path("accounts/<int:pk>/open/", accounts.OpenAccount.as_view(), name="account-open"),
    path("accounts/<int:pk>/unlock/", accounts.Unlock.as_view(), name="account-unlock"),
    path("accounts/<int:pk>/second-factor/", accounts.ResetSecondFactor.as_view(), name="account-second-factor"),
    path("accounts/<int:pk>/sessions/", accounts.EndSessions.as_view(), name="account-sessions"),
    path("accounts/<int:pk>/role/", accounts.AssignRoleView.as_view(), name="account-role"),
    path("roles/", roles.RolesView.as_view(), name="roles"),
    path("roles/<int:pk>/", roles.RoleView.as_view(), name="role"),
    path("roles/<int:pk>/defaults/", roles.RestoreDefaults.as_view(), name="role-defaults"),
]
