"""Commands that bring data in and take results out: import, score, verify, paper."""

from pathlib import Path
from typing import Any

import click
from django.utils.encoding import force_str

from chuangwen.commands import answer, chuangwen, commander

PAPERS = (
    "bulletin", "work_report", "briefing", "express", "dispatch_sheet", "rectification", "supervision", "hq_order", "talk_notice",
    "annual_appraisal", "certificate", "sponsorship", "meeting_minutes", "operation",
)  # fmt: skip
"""The kinds of papers, named here so that --help needs no Django; a test compares."""


def known_round(name: str) -> None:
    """Raises Missing with the names of the newest rounds when there is none of this name."""
    from chuangwen.fieldwork.models import Round
    from chuangwen.kernel.errors import Missing

    if not Round.objects.filter(name=name).exists():
        newest = "、".join(Round.objects.order_by("-starts_on", "-pk").values_list("name", flat=True)[:5])
        raise Missing(f"没有名为“{name}”的测评轮次。" + (f"最近的轮次：{newest}。" if newest else "还没有任何轮次。"))


def _parameters(kind: str, pairs: tuple[str, ...]) -> dict[str, str]:
    """What was said with ``--set``. An answer to a question has a colon in its key; any other key must be one that the sheet knows.

    Raises click.BadParameter with the keys that the kind of sheet takes: a mistyped one would silently change nothing.
    """
    from chuangwen.kernel.importing import IMPORTERS

    importer = IMPORTERS.get(kind)
    known = {each.key: str(each.label) for each in importer.parameters} if importer else {}
    of_rows = {column.key for column in importer.columns} if importer else set()  # such a question stands for the whole sheet
    told: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"“{pair}”应写作 键=值。", param_hint="--set")
        if importer and key not in known and key not in of_rows and ":" not in key:
            choice = "、".join(f"{name}（{label}）" for name, label in known.items())
            raise click.BadParameter(
                f"{kind} 没有参数“{key}”。" + (f"可用：{choice}。" if choice else "这种表格没有其他参数。"), param_hint="--set"
            )
        told[key] = value
    return told


def unit_name(called: str) -> str:
    """The full name of the unit that people call so: its name, else the short name where only one in force has it. Raises Missing, Refusal."""
    from chuangwen.kernel.errors import Missing, Refusal
    from chuangwen.people.models import Unit

    if Unit.objects.filter(name=called).exists():
        return called
    short = sorted(set(Unit.objects.filter(short_name=called, ends_on=None).values_list("name", flat=True)))
    if len(short) == 1:
        return short[0]
    if short:
        raise Refusal(f"有几个单位简称“{called}”：{'、'.join(short[:5])}。请写全称。", "people.several_units")
    near = "、".join(Unit.objects.filter(name__contains=called).order_by("name").values_list("name", flat=True)[:5])
    raise Missing(f"没有单位“{called}”。" + (f"是不是：{near}？" if near else ""))


class _WithKinds(click.Command):
    """Its help ends with every kind of sheet that this installation reads."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from chuangwen.kernel.importing import IMPORTERS

        with formatter.section("KIND"):
            formatter.write_dl([(kind, str(IMPORTERS[kind].label)) for kind in sorted(IMPORTERS)])


@chuangwen.command("import", cls=_WithKinds)
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--round", "round_name", default=None, help="测评轮次名称（kind 为 observations 时）")
@click.option(
    "--set",
    "settings_",
    multiple=True,
    metavar="键=值",
    help="其他参数，可重复，例如 area=440902；测评体系用 edition、year、source，问题用 source、date",
)
@click.option("--json", "as_json", is_flag=True)
def import_(kind: str, file: Path, round_name: str | None, settings_: tuple[str, ...], as_json: bool) -> None:
    """导入表格。KIND 见下表；各种表格的样表可在网页“导入”中下载。

    全国名录 villages.csv 等须指明范围，例如 --set area=440902（一个县区）。
    """
    from chuangwen.kernel import importing

    parameters = _parameters(kind, settings_)
    if round_name:
        parameters["round"] = round_name
    report = importing.bring_in(commander(), kind, file.read_bytes(), parameters, file_name=file.name)
    facts = report | report.pop("facts", {}) | {k: v for k, v in (report.get("result") or {}).items() if k not in report}
    text = f"读取 {report['rows_read']} 行：新增 {report['creates']}，更新 {report['updates']}，不变 {report['unchanged']}。"
    for question in report["questions"]:
        text += f"\n  待确认：{question['text']}"
    for warning in report["warnings"][:20]:
        text += f"\n  提示：{warning}"
    answer({k: v for k, v in facts.items() if k not in ("sample", "problems", "problem_count")}, as_json, text)


@chuangwen.command()
@click.option("--round", "round_name", required=True, help="测评轮次名称")
@click.option("--scheme", default=None, help="考核办法名称；默认用该轮次合适的办法")
@click.option("--json", "as_json", is_flag=True)
def score(round_name: str, scheme: str | None, as_json: bool) -> None:
    """计算一个轮次的成绩。"""
    from chuangwen.scoring import actions, queries

    known_round(round_name)
    sheet = actions.compute_round(commander(), round_name=round_name, scheme_name=scheme)
    answer(queries.as_figures(sheet), as_json, queries.as_text(sheet))


@chuangwen.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def verify(file: Path, as_json: bool) -> None:
    """只凭成绩单或单位考核结果文件重算并核对签名。"""
    from chuangwen.scoring.appraisal.result_file import is_appraisal_file, verify_appraisal_file
    from chuangwen.scoring.score_file import verify_score_file

    of_units = is_appraisal_file(file)
    found: Any = verify_appraisal_file(file) if of_units else verify_score_file(file)
    text = (
        f"核对通过：签名有效，重算结果与{'考核结果' if of_units else '成绩单'}一致。"
        if found.ok
        else "核对未通过：\n" + "\n".join(f"  {p}" for p in found.problems)
    )
    data = {
        "ok": found.ok,
        "signature_ok": found.signature_ok,
        "key": found.public_key_fingerprint,
        "problems": [force_str(p) for p in found.problems],
    }
    if found.public_key_fingerprint:
        text += f"\n  公钥指纹：{found.public_key_fingerprint}"
    answer(data, as_json, text)
    if not found.ok:
        raise click.exceptions.Exit(1)


@chuangwen.command()
@click.argument("kind", type=click.Choice(PAPERS))
@click.option("--round", "round_name", default=None, help="测评轮次名称（通报、交办单）")
@click.option("--period", default=None, help="期间：week、last-week、last-month、2026-11、2026Q4、2026-11-01..2026-11-15 等")
@click.option("--area", "division_code", default=None, help="区域代码；不填为设置了发文机关的区域")
@click.option("--unit", default=None, help="单位名称或简称（交办单、整改通知书、督办单等需要）")
@click.option("--about", default=None, help="包保方案、专项行动或会议的名称；不填取最近一个")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="输出文件，.docx 或 .pdf")
def paper(
    kind: str, round_name: str | None, period: str | None, division_code: str | None, unit: str | None, about: str | None, out: Path
) -> None:
    """生成文书，不留存。KIND：bulletin 通报、work_report 汇报、briefing 简报、express 快报、dispatch_sheet 交办单、rectification 整改通知书、
    supervision 督办单、hq_order 指挥部令、talk_notice 约谈通知、annual_appraisal 年度考核通报、certificate 证书、
    sponsorship 包保方案、meeting_minutes 会议纪要、operation 专项行动情况报告。"""
    from chuangwen.papers import actions

    if round_name:
        known_round(round_name)
    content = actions.print_paper(
        commander(),
        kind=kind,
        round_name=round_name,
        period=period,
        division_code=division_code,
        unit_name=unit_name(unit) if unit else None,
        about=about,
        pdf=out.suffix.lower() == ".pdf",
    )
    out.write_bytes(content)
    click.echo(f"已写入 {out}（{len(content) // 1024} KB）")
