"""Addresses of the room."""

from django.urls import path

from chuangwen.standards.views import checklists, editions, examples, responsibilities

app_name = "standards"
urlpatterns = [
    path("editions/", editions.EditionList.as_view(), name="editions"),
    path("editions/new/", editions.EditionEdit.as_view(), name="edition-new"),
    path("editions/<int:pk>/", editions.EditionPage.as_view(), name="edition"),
    path("editions/<int:pk>/edit/", editions.EditionEdit.as_view(), name="edition-edit"),
    path("editions/<int:pk>/copy/", editions.EditionCopy.as_view(), name="edition-copy"),
    path("editions/<int:pk>/turn/", editions.EditionTurn.as_view(), name="edition-turn"),
    path("tree/<str:level>/new/<int:parent>/", editions.NodeEdit.as_view(), name="node-new"),
    path("tree/<str:level>/<int:pk>/", editions.NodeEdit.as_view(), name="node-edit"),
    path("tree/<str:level>/<int:pk>/move/", editions.NodeMove.as_view(), name="node-move"),
    path("criteria/", responsibilities.CriteriaList.as_view(), name="criteria"),
    path("criteria/<int:pk>/", editions.CriterionPage.as_view(), name="criterion"),
    path("criteria/<int:pk>/assign/", responsibilities.CriterionAssign.as_view(), name="criterion-assign"),
    path("checklists/", editions.ChecklistList.as_view(), name="checklists"),
    path("checklists/<int:pk>/", checklists.ChecklistPage.as_view(), name="checklist"),
    path("checklists/<int:type>/new/", checklists.ItemEdit.as_view(), name="item-new"),
    path("items/<int:pk>/edit/", checklists.ItemEdit.as_view(), name="item-edit"),
    path("items/<int:pk>/remove/", checklists.ItemRemove.as_view(), name="item-remove"),
    path("items/<int:pk>/examples/", examples.ItemExamples.as_view(), name="item-examples"),
    path("examples/<int:pk>/change/", examples.ExampleChange.as_view(), name="example-change"),
    path("examples/<int:pk>/remove/", examples.ExampleRemove.as_view(), name="example-remove"),
    path("examples/<int:pk>/<str:variant>.jpg", examples.ExamplePicture.as_view(), name="example"),
    path("kinds/", checklists.KindList.as_view(), name="kinds"),
    path("kinds/new/", checklists.KindEdit.as_view(), name="kind-new"),
    path("kinds/<int:pk>/edit/", checklists.KindEdit.as_view(), name="kind-edit"),
    path("families/", checklists.FamilyList.as_view(), name="families"),
    path("families/new/", checklists.FamilyEdit.as_view(), name="family-new"),
    path("families/<int:pk>/edit/", checklists.FamilyEdit.as_view(), name="family-edit"),
    path("responsibilities/", responsibilities.ResponsibilityList.as_view(), name="responsibilities"),
    path("responsibilities/new/", responsibilities.ResponsibilityNew.as_view(), name="responsibility-new"),
    path("responsibilities/matrix/", responsibilities.MatrixPage.as_view(), name="matrix"),
    path("responsibilities/units/", responsibilities.CoveragePage.as_view(), name="coverage"),
    path("responsibilities/<int:pk>/", responsibilities.ResponsibilityPage.as_view(), name="responsibility"),
    path("responsibilities/<int:pk>/remove/", responsibilities.ResponsibilityRemove.as_view(), name="responsibility-remove"),
    path("task-books/<int:pk>/", responsibilities.TaskBookPage.as_view(), name="task-book"),
]
