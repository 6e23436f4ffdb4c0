"""Addresses of the room."""

from django.urls import path

from chuangwen.places.views import divisions, sites

app_name = "places"
urlpatterns = [
    path("divisions/", divisions.DivisionTree.as_view(), name="divisions"),
    path("divisions/all/", divisions.DivisionList.as_view(), name="division-list"),
    path("divisions/new/", divisions.DivisionEdit.as_view(), name="division-new"),
    path("divisions/outlines.geojson", divisions.Outlines.as_view(), name="outlines"),
    path("divisions/<int:pk>/", divisions.DivisionPage.as_view(), name="division"),
    path("divisions/<int:pk>/branch/", divisions.Branch.as_view(), name="branch"),
    path("divisions/<int:pk>/edit/", divisions.DivisionEdit.as_view(), name="division-edit"),
    path("divisions/<int:pk>/remove/", divisions.DivisionRemove.as_view(), name="division-remove"),
    path("grids/", divisions.GridList.as_view(), name="grids"),
    path("grids/new/", divisions.GridEdit.as_view(), name="grid-new"),
    path("grids/<int:pk>/edit/", divisions.GridEdit.as_view(), name="grid-edit"),
    path("grids/<int:pk>/remove/", divisions.GridRemove.as_view(), name="grid-remove"),
    path("sites/", sites.SiteList.as_view(), name="sites"),
    path("sites/points.geojson", sites.SitePoints.as_view(), name="points"),
    path("sites/map/", sites.SiteMap.as_view(), name="map"),
    path("sites/codes/", sites.SiteCodes.as_view(), name="codes"),
    path("sites/gaps/", sites.GapsPage.as_view(), name="gaps"),
    path("sites/new/", sites.SiteEdit.as_view(), name="site-new"),
    path("sites/<int:pk>/", sites.SitePage.as_view(), name="site"),
    path("sites/<int:pk>/point.geojson", sites.SitePoint.as_view(), name="site-point"),
    path("sites/<int:pk>/edit/", sites.SiteEdit.as_view(), name="site-edit"),
    path("sites/<int:pk>/use/", sites.SiteUse.as_view(), name="site-use"),
    path("sites/<int:pk>/assets/", sites.AssetRecord.as_view(), name="asset-record"),
    path("assets/<int:pk>/remove/", sites.AssetRemove.as_view(), name="asset-remove"),
    path("types/", sites.TypeList.as_view(), name="types"),
    path("types/new/", sites.TypeEdit.as_view(), name="type-new"),
    path("types/<int:pk>/edit/", sites.TypeEdit.as_view(), name="type-edit"),
]
