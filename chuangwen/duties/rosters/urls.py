"""Addresses of posts and rosters, under /duties/rosters/."""

from django.urls import path, re_path

from chuangwen.duties.rosters.views import board, grounds, mine, pools, private, rosters, turns

TOKEN = "(?P<token>[A-Za-z0-9_-]{16,64})"

urlpatterns = [
    path("", rosters.RosterList.as_view(), name="rosters"),
    path("new/", rosters.RosterNew.as_view(), name="roster-new"),
    path("<int:pk>/", rosters.RosterPage.as_view(), name="roster"),
    path("<int:pk>/edit/", rosters.RosterEdit.as_view(), name="roster-edit"),
    path("<int:pk>/ask/", rosters.Ask.as_view(), name="roster-ask"),
    path("<int:pk>/arrange/", rosters.Arrange.as_view(), name="roster-arrange"),
    path("<int:pk>/publish/", rosters.Publish.as_view(), name="roster-publish"),
    path("<int:pk>/cancel/", rosters.CallOff.as_view(), name="roster-cancel"),
    path("<int:pk>/gaps/", rosters.Gaps.as_view(), name="roster-gaps"),
    path("<int:pk>/print/", rosters.Print.as_view(), name="roster-print"),
    path("<int:pk>/table.xlsx", rosters.TableSheet.as_view(), name="roster-table"),
    path("turns/<int:pk>/", turns.TurnPage.as_view(), name="roster-turn"),
    path("turns/<int:pk>/move/", turns.Move.as_view(), name="roster-move"),
    path("turns/<int:pk>/change/", turns.ChangeAsk.as_view(), name="roster-change-ask"),
    path("changes/", turns.ChangeList.as_view(), name="roster-changes"),
    path("changes/<int:pk>/answer/", turns.ChangeAnswer.as_view(), name="roster-change-answer"),
    path("changes/<int:pk>/decide/", turns.ChangeDecide.as_view(), name="roster-change-decide"),
    path("today/", board.BoardPage.as_view(), name="roster-board"),
    path("shifts/<int:pk>/count/", board.Count.as_view(), name="roster-count"),
    path("grounds/", grounds.GroundList.as_view(), name="roster-grounds"),
    path("grounds/new/", grounds.GroundEdit.as_view(), name="roster-ground-new"),
    path("grounds/<int:pk>/", grounds.GroundPage.as_view(), name="roster-ground"),
    path("grounds/<int:pk>/edit/", grounds.GroundEdit.as_view(), name="roster-ground-edit"),
    path("grounds/<int:pk>/segments/new/", grounds.SegmentEdit.as_view(), name="roster-segment-new"),
    path("grounds/<int:pk>/segments/<int:row>/", grounds.SegmentEdit.as_view(), name="roster-segment"),
    path("segments/<int:pk>/remove/", grounds.SegmentRemove.as_view(), name="roster-segment-remove"),
    path("grounds/<int:pk>/posts/", grounds.PostList.as_view(), name="roster-posts"),
    path("grounds/<int:pk>/posts/new/", grounds.PostEdit.as_view(), name="roster-post-new"),
    path("grounds/<int:pk>/posts/<int:row>/", grounds.PostEdit.as_view(), name="roster-post"),
    path("people/", pools.PoolList.as_view(), name="roster-people"),
    path("people/new/", pools.PoolEdit.as_view(), name="roster-person-new"),
    path("people/<int:pk>/", pools.PoolEdit.as_view(), name="roster-person"),
    path("people/<int:pk>/days/", mine.PersonDays.as_view(), name="roster-person-days"),
    path("people/<int:pk>/say/", mine.SayDay.as_view(), name="roster-say"),
    path("people/<int:pk>/link/", pools.LinkGive.as_view(), name="roster-link-give"),
    path("calendars/", pools.LinkList.as_view(), name="roster-links"),
    path("calendars/new/", pools.UnitLink.as_view(), name="roster-link-new"),
    path("calendars/<int:pk>/withdraw/", pools.LinkWithdraw.as_view(), name="roster-link-withdraw"),
    path("mine/", mine.MyTurns.as_view(), name="my-turns"),
    re_path(rf"^private/{TOKEN}/$", private.PrivatePage.as_view(), name="roster-private"),
    re_path(rf"^private/{TOKEN}/say/$", private.PrivateSay.as_view(), name="roster-private-say"),
    re_path(rf"^private/{TOKEN}/turns/(?P<pk>[0-9]{{1,18}})/change/$", private.PrivateChange.as_view(), name="roster-private-change"),
    re_path(rf"^private/{TOKEN}/changes/(?P<pk>[0-9]{{1,18}})/answer/$", private.PrivateAnswer.as_view(), name="roster-private-answer"),
    re_path(rf"^private/{TOKEN}\.ics$", private.FeedText.as_view(), name="roster-feed"),
]
