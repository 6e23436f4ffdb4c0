"""Addresses of home, search, the leader's page, the map and the big screen."""

from django.urls import path

from chuangwen.overview.views import ground, home, leader, wall

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("search/", home.Search.as_view(), name="search"),
    path("leader/", leader.LeaderPage.as_view(), name="leader"),
    path("leader/target/", leader.TargetEdit.as_view(), name="leader-target"),
    path("map/", ground.CampaignMap.as_view(), name="map"),
    path("map/squares.json", ground.Squares.as_view(), name="map-squares"),
    path("map/sites.json", ground.SitePoints.as_view(), name="map-sites"),
    path("map/areas.geojson", ground.AreaShapes.as_view(), name="map-areas"),
    path("wall/", wall.Wall.as_view(), name="wall"),
    path("wall/part/", wall.WallPart.as_view(), name="wall-part"),
    path("wall/outlines.geojson", wall.WallOutlines.as_view(), name="wall-outlines"),
    path("wall/links/", wall.DisplayList.as_view(), name="wall-links"),
    path("wall/links/new/", wall.DisplayNew.as_view(), name="wall-link-new"),
    path("wall/links/<int:pk>/withdraw/", wall.DisplayWithdraw.as_view(), name="wall-link-withdraw"),
    path("wall/at/<str:token>/", wall.Display.as_view(), name="wall-display"),
    path("wall/at/<str:token>/part/", wall.DisplayPart.as_view(), name="wall-display-part"),
    path("wall/at/<str:token>/outlines.geojson", wall.DisplayOutlines.as_view(), name="wall-display-outlines"),
]
