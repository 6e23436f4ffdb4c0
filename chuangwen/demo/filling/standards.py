"""Who answers for what, and the scheme by which the street scores its months. The edition itself is shipped."""

from __future__ import annotations

from datetime import timedelta

from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.scoring import actions as scoring
from chuangwen.scoring.engine import example_schemes
from chuangwen.scoring.models import Scheme
from chuangwen.standards import shipped
from chuangwen.standards.models import Criterion, Edition, Family, Kind, Responsibility

SCHEME = "河东街道月度测评办法"


def read_standards(keys: Keys) -> None:
    """The shipped edition and code tables. Raises Refusal where ``chuangwen migrate`` has not put them in or an office has removed them."""
    keys.edition = Edition.objects.filter(name=shipped.edition().name).order_by("version").first()
    criteria = Criterion.objects.filter(requirement__indicator__section__edition=keys.edition).select_related("kind", "family")
    keys.criteria = {criterion.code: criterion for criterion in criteria}
    keys.families = {family.code: family for family in Family.objects.all()}
    keys.kinds = {kind.code: kind for kind in Kind.objects.select_related("family")}
    wanted = {criterion.code for criterion in shipped.edition().criteria}, {kind.code for kind in shipped.families().kinds}
    if keys.edition is None or not wanted[0] <= set(keys.criteria) or not wanted[1] <= set(keys.kinds):
        raise Refusal("没有找到随程序提供的示例测评体系。请先运行 chuangwen migrate。", "demo.no_standard")


def fill_responsibilities(keys: Keys) -> None:
    """The rows of ``duties``, in force as long as the units."""
    since = keys.data.today - timedelta(days=730)
    Responsibility.objects.bulk_create(
        Responsibility(
            unit=keys.units[row.unit],
            part=row.part,
            criterion=keys.criteria[row.criterion] if row.criterion else None,
            site_type=keys.types[row.site_type] if row.site_type else None,
            site=keys.sites[row.site] if row.site else None,
            division=keys.street if row.division else None,
            starts_on=since,
            generated=True,
        )
        for row in keys.data.duties
    )


def _peers(keys: Keys) -> dict[str, str]:
    """Name of each unit that answers for something → its peer group: communities, departments and companies are ranked apart."""
    units = {row.unit for row in keys.data.duties} | {row.key for row in keys.data.units if row.kind == "community"}
    return {row.name: row.peer_group for row in keys.data.units if row.key in units and row.peer_group}


def make_scheme(keys: Keys, clerk: Actor) -> Scheme:
    """State description with the edition's own sections as weights; what is passed or failed gets all of its marks or none."""
    data = shipped.edition()
    body = example_schemes()["state_description"].document()
    body |= {
        "name": SCHEME,
        "note": "演示数据。按 A、B、C、D 得 100%、66%、33%、0；符合性标准全得或不得；各项目按测评体系的权重加权；社区按点位类型取均值再平均。",
        "section_weights": {section.name: str(section.weight) for section in data.sections},
        "year_weights": [],
        "minors": None,
        "ranking": body["ranking"] | {"peer_groups": {"department": _peers(keys)}},
    }
    body["state_description"] |= {
        "pass_or_fail": [each.text for code, each in keys.criteria.items() if each.grading == Criterion.Grading.PASS_FAIL]
    }
    body["levels"]["criterion"] = {"marks": "1"}
    for level in ("sub_indicator", "indicator", "section"):
        body["levels"][level] = {"method": "ratio_of_sums"}
    return scoring.save_scheme(clerk, name=SCHEME, body=body)
