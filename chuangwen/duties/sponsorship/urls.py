"""Addresses of the sponsorship plan, under /duties/sponsorship/."""

from django.urls import path

from chuangwen.duties.sponsorship.views import inputs, pairs, plans

urlpatterns = [
    path("", plans.PlanList.as_view(), name="sponsorships"),
    path("new/", plans.PlanNew.as_view(), name="sponsorship-new"),
    path("<int:pk>/", plans.PlanPage.as_view(), name="sponsorship"),
    path("<int:pk>/edit/", plans.PlanEdit.as_view(), name="sponsorship-edit"),
    path("<int:pk>/version/", plans.NewVersion.as_view(), name="sponsorship-version"),
    path("<int:pk>/records/", plans.Records.as_view(), name="sponsorship-records"),
    path("<int:pk>/solve/", plans.Solve.as_view(), name="sponsorship-solve"),
    path("<int:pk>/changes/", plans.Changes.as_view(), name="sponsorship-changes"),
    path("<int:pk>/sign/", plans.Sign.as_view(), name="sponsorship-sign"),
    path("<int:pk>/start/", plans.Start.as_view(), name="sponsorship-start"),
    path("<int:pk>/end/", plans.End.as_view(), name="sponsorship-end"),
    path("<int:pk>/table.xlsx", plans.TableSheet.as_view(), name="sponsorship-table"),
    path("<int:pk>/matrix/", plans.Matrix.as_view(), name="sponsorship-matrix"),
    path("<int:pk>/pairs/", pairs.PairList.as_view(), name="sponsorship-pairs"),
    path("<int:pk>/sponsors/", inputs.SponsorList.as_view(), name="sponsorship-sponsors"),
    path("<int:pk>/sponsors/new/", inputs.SponsorEdit.as_view(), name="sponsorship-sponsor-new"),
    path("<int:pk>/sponsors/<int:row>/", inputs.SponsorEdit.as_view(), name="sponsorship-sponsor"),
    path("<int:pk>/sponsors/<int:row>/remove/", inputs.SponsorRemove.as_view(), name="sponsorship-sponsor-remove"),
    path("<int:pk>/places/", inputs.PlaceList.as_view(), name="sponsorship-places"),
    path("<int:pk>/places/new/", inputs.PlaceEdit.as_view(), name="sponsorship-place-new"),
    path("<int:pk>/places/<int:row>/", inputs.PlaceEdit.as_view(), name="sponsorship-place"),
    path("<int:pk>/places/<int:row>/remove/", inputs.PlaceRemove.as_view(), name="sponsorship-place-remove"),
    path("<int:pk>/wishes/", inputs.WishList.as_view(), name="sponsorship-wishes"),
    path("<int:pk>/wishes/new/", inputs.WishNew.as_view(), name="sponsorship-wish-new"),
    path("<int:pk>/wishes/<int:row>/remove/", inputs.WishRemove.as_view(), name="sponsorship-wish-remove"),
    path("pairs/<int:pk>/", pairs.PairPage.as_view(), name="sponsorship-pair"),
    path("pairs/<int:pk>/move/", pairs.Move.as_view(), name="sponsorship-move"),
]
