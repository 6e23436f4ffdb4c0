"""The importer ``cases``: problems in the columns that people exchange (DOMAIN.md section 5). The way out is ``exchange``."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.cases.models import Source
from chuangwen.cases.reading import apply, plan
from chuangwen.cases.sheet_columns import COLUMNS
from chuangwen.kernel.importing import Importer, Parameter, register

IMPORTER = register(
    Importer(
        kind="cases",
        label=pgettext_lazy("ledger", "Problems"),
        verb="cases.import",
        columns=COLUMNS,
        plan=plan,
        apply=apply,
        order=60,
        page="cases:list",
        parameters=[
            Parameter(
                "source",
                _("Source"),
                "choice",
                choices=lambda actor: [(value, str(label)) for value, label in Source.choices],
                help=_("Left empty: imported history."),
            ),
            Parameter(
                "date", _("Day of the report"), "date", help=_("Used where a row has no day of its own; left empty: today.")
            ),
        ],
        help=_("One row per problem. The first responsible unit leads, the others assist; result and answer tell how far it is."),
        examples=[
            {
                "serial": 1,
                "site_code": "DW00001",
                "town": "河东街道",
                "village": "新村社区",
                "type": "农贸市场",
                "site": "新村农贸市场",
                "description": "出入口有占道经营",
                "result": "未整改",
                "units": "城管执法大队、市场监管所",
                "due": "2026-11-27",
            },
            {
                "serial": 2,
                "town": "河东街道",
                "village": "新村社区",
                "site": "新村路",
                "description": "墙面有小广告",
                "result": "已整改",
                "units": "环卫所",
                "measure": "已清除小广告12处",
            },
        ],
    )
)
