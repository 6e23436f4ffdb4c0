"""Addresses of practice centres, under /volunteers/centres/."""

from django.urls import path

from chuangwen.volunteers.centres.views import centre, counted, county, lists, public, tasks

urlpatterns = [
    path("", lists.CentreList.as_view(), name="centres"),
    path("tree/", lists.CentreTree.as_view(), name="centre-tree"),
    path("results/", lists.CentreResults.as_view(), name="centre-results"),
    path("new/", centre.CentreNew.as_view(), name="centre-new"),
    path("chain/", county.Chain.as_view(), name="centre-chain"),
    path("figures/", county.Figures.as_view(), name="centre-figures"),
    path("figures/new/", county.FigureNew.as_view(), name="centre-figure-new"),
    path("figures/shipped/<int:pk>/", county.FiguresShipped.as_view(), name="centre-figures-shipped"),
    path("figures/<int:pk>/remove/", county.FigureRemove.as_view(), name="centre-figure-remove"),
    path("standard/", county.Standard.as_view(), name="centre-standard"),
    path("tasks/", lists.TaskList.as_view(), name="centre-tasks"),
    path("tasks/new/", tasks.TaskNew.as_view(), name="centre-task-new"),
    path("tasks/<int:pk>/", tasks.TaskPage.as_view(), name="centre-task"),
    path("tasks/<int:pk>/report/", tasks.TaskReport.as_view(), name="centre-task-report"),
    path("tasks/<int:pk>/accept/", tasks.TaskAccept.as_view(), name="centre-task-accept"),
    path("tasks/<int:pk>/send-back/", tasks.TaskSendBack.as_view(), name="centre-task-send-back"),
    path("tasks/<int:pk>/call-off/", tasks.TaskCallOff.as_view(), name="centre-task-call-off"),
    path("information/", counted.InformationList.as_view(), name="centre-information"),
    path("<int:pk>/activities/", counted.CentreActivities.as_view(), name="centre-activities"),
    path("information/<int:pk>/adopt/", centre.InformationAdopt.as_view(), name="centre-information-adopt"),
    path("information/<int:pk>/strike/", centre.InformationStrike.as_view(), name="centre-information-strike"),
    path("rooms/<int:pk>/", centre.RoomEdit.as_view(), name="centre-room"),
    path("rooms/<int:pk>/remove/", centre.RoomRemove.as_view(), name="centre-room-remove"),
    path("platforms/<int:pk>/", centre.PlatformEdit.as_view(), name="centre-platform"),
    path("platforms/<int:pk>/remove/", centre.PlatformRemove.as_view(), name="centre-platform-remove"),
    path("checks/<int:pk>/", centre.CheckPage.as_view(), name="centre-check"),
    path("open/<slug:number>/", public.OpenCentre.as_view(), name="centre-open"),
    path("<int:pk>/", centre.CentrePage.as_view(), name="centre"),
    path("<int:pk>/edit/", centre.CentreEdit.as_view(), name="centre-edit"),
    path("<int:pk>/close/", centre.CentreClose.as_view(), name="centre-close"),
    path("<int:pk>/take-up/", centre.CentreOpen.as_view(), name="centre-take-up"),
    path("<int:pk>/rooms/new/", centre.RoomNew.as_view(), name="centre-room-new"),
    path("<int:pk>/platforms/new/", centre.PlatformNew.as_view(), name="centre-platform-new"),
    path("<int:pk>/information/new/", centre.InformationNew.as_view(), name="centre-information-new"),
    path("<int:pk>/check/", centre.CheckNew.as_view(), name="centre-check-new"),
]
