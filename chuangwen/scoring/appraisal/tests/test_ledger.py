"""Facts of the ledger enter the facts of an appraisal where they have evidence, under the names of their metrics."""

from decimal import Decimal

from chuangwen.kernel import clock
from chuangwen.ledger import actions as ledger
from chuangwen.ledger.actions import NewFact
from chuangwen.ledger.models import Metric
from chuangwen.scoring.appraisal.inputs import facts_table
from chuangwen.scoring.appraisal.periods import span_of


def test_a_fact_counts_with_evidence_and_as_it_was_corrected(town):
    clerk, unit = town.actors["clerk"], town.units["community"]
    metric = Metric.objects.create(code="activities", name="文明实践活动", group="文明实践", measure="场")
    stock = Metric.objects.create(code="stations", name="文明实践站", group="文明实践", measure="个", adds="last")
    facts = {"ends_on": clock.today(), "unit": unit, "division": unit.division}
    proven, *_rest = ledger.enter_facts(
        clerk,
        entries=[
            NewFact(metric, Decimal(3), source_url="https://example.cn/1", **facts),
            NewFact(metric, Decimal(9), operation="无佐证", **facts),
            NewFact(stock, Decimal(5), source_url="https://example.cn/2", **facts),
        ],
    )
    table = facts_table({unit.pk: unit.name}, span_of("month", clock.today())).to_pylist()
    assert [(row["fact_id"], row["metric"], row["quantity"]) for row in table] == [(-proven.pk, "文明实践活动", Decimal(3))]
    newer = ledger.correct_fact(clerk, fact_id=proven.pk, quantity=Decimal(4), reason="少记一场")
    table = facts_table({unit.pk: unit.name}, span_of("month", clock.today())).to_pylist()
    assert [(row["fact_id"], row["quantity"]) for row in table] == [(-newer.pk, Decimal(4))]
