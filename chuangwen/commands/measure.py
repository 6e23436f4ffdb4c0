"""Commands that measure: bench."""

import json
import os
import platform
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from chuangwen.commands import answer, chuangwen

PEER = {
    "name": "Signalen (Amsterdam), 120,000 reports, two workers",
    "create_rps": 21,
    "create_queries": 47,
    "detail_rps": 24,
    "list_rps": 1.7,
    "list_queries": 868,
}


@chuangwen.group()
def bench() -> None:
    """测速：打印表格，并写入 bench-results/*.json。"""


def machine() -> dict[str, Any]:
    """What this ran on, for the report."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=settings.BASE_DIR, check=False, capture_output=True, text=True
    ).stdout.strip()
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "commit": commit,
        "at": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def table(title: str, rows: list[dict[str, Any]]) -> str:
    """Rows as text in columns."""
    if not rows:
        return title
    heads = list(rows[0])
    widths = [max(len(str(head)), *(len(str(row.get(head, ""))) for row in rows)) for head in heads]
    lines = ["  ".join(str(head).ljust(width) for head, width in zip(heads, widths, strict=True))]
    lines += ["  ".join(str(row.get(head, "")).ljust(width) for head, width in zip(heads, widths, strict=True)) for row in rows]
    return "\n".join([title, *lines])


def keep(name: str, figures: dict[str, Any]) -> Path:
    """Write a result for later comparison."""
    folder = Path("bench-results")
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"machine": machine()} | figures, ensure_ascii=False, indent=1))
    return path


def web_figures(cases: int, seconds: float, with_pages: bool) -> dict[str, Any]:
    from chuangwen.commands.benches import web
    from chuangwen.commands.benches.ground import fill, ground

    with ground() as on:
        web.connected(on)
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        known = fill(cases)
        figures: dict[str, Any] = {"cases": cases, "database": on.engine} | web.counted(known)
        if with_pages:
            figures["pages"] = web.pages(known)
        figures |= web.rest(on, known, seconds=seconds)
        from django.db import connections

        connections.close_all()
    return figures


@bench.command()
@click.option("--cases", default=10_000, show_default=True)
@click.option("--seconds", default=5.0, show_default=True, help="每项测量的秒数")
@click.option("--pages/--no-pages", default=True)
@click.option("--json", "as_json", is_flag=True)
def web(cases: int, seconds: float, pages: bool, as_json: bool) -> None:
    """接口与页面：新建、详情、列表（1、16、64 个并发），两个服务进程。"""
    figures = web_figures(cases, seconds, pages)
    keep(f"web-{figures['database']}-{cases}", figures)
    rows = [
        {"what": name, "clients": n} | {k: v for k, v in figures[name][n].items() if k != "first_error"}
        for name in ("create", "detail", "list")
        for n in figures[name]
    ]
    text = table(f"{cases} 件，{figures['database']}；查询数 {figures['queries']}，CPU 毫秒 {figures['cpu_ms']}", rows)
    if pages:
        text += "\n" + table("页面", [{"page": k} | v for k, v in figures["pages"].items()])
    answer(figures, as_json, f"{text}\n同类系统：{PEER}")


@bench.command()
@click.option("--clients", default=64, show_default=True, type=click.IntRange(2, 256), help="同时兑换的人次")
@click.option("--rounds", default=8, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True)
def redemption(clients: int, rounds: int, as_json: bool) -> None:
    """积分兑换风暴：同一余额、最后一件库存被同时兑换，核对总数。"""
    from chuangwen.commands.benches.redemption import measure

    figures = measure(clients, rounds)
    keep(f"redemption-{figures['database']}-{clients}", figures)
    answer(figures, as_json, table(f"{clients} 个同时兑换，{rounds} 轮，{figures['database']}", figures["storms"]))


@bench.command()
@click.option("--cases", default=None, type=click.IntRange(min=100), help="只测这么多问题；不填：1 万、10 万")
@click.option("--repeat", default=20, show_default=True, help="每页打开的次数")
@click.option("--json", "as_json", is_flag=True)
def overview(cases: int | None, repeat: int, as_json: bool) -> None:
    """指挥长页、地图、大屏：各页的查询数和用时。"""
    from chuangwen.commands.benches.overview import SIZES, measure

    found = [measure(size, repeat) for size in ((cases,) if cases else SIZES)]
    for figures in found:
        keep(f"overview-{figures['database']}-{figures['cases']}", figures)
    texts = [table(f"{f['cases']} 件，{f['database']}", [{"page": k} | v for k, v in f["pages"].items()]) for f in found]
    answer(found, as_json, "\n".join(texts))


@bench.command()
@click.option("--rows", default=1_000_000, show_default=True)
@click.option("--engines", default="duckdb,pandas,sqlite", show_default=True)
@click.option("--json", "as_json", is_flag=True)
def engine(rows: int, engines: str, as_json: bool) -> None:
    """计分引擎，与 pandas、SQLite 的同样算法并排；spark：同一考核办法在本机启动的 Spark 集群（一主两从）上计算。"""
    from chuangwen.kernel.errors import Refusal
    from chuangwen.scoring.engine import bench as engine_bench
    from chuangwen.scoring.engine.cluster import ClusterError

    wanted = tuple(e for e in engines.split(",") if e)
    try:
        figures = engine_bench.run(rows, engines=wanted)
    except ClusterError as missing:
        raise Refusal(str(missing), "bench.cluster") from missing
    except ValueError as unknown:
        raise Refusal(f"没有这种引擎。可用：{'、'.join(engine_bench.ENGINES)}。", "bench.engine") from unknown
    keep(f"engine-{rows}" + ("-spark" if "spark" in wanted else ""), figures)
    answer(
        figures,
        as_json,
        table(f"{rows} 条观测；结果一致：{figures['equal']}", [{"engine": k} | v for k, v in figures["engines"].items()]),
    )


@bench.command()
@click.option("--rows", default=1_000_000, show_default=True, help="案件数，以及同样多的观测数")
@click.option("--engines", default="duckdb", show_default=True, help="duckdb、spark，逗号分隔")
@click.option("--json", "as_json", is_flag=True)
def appraisal(rows: int, engines: str, as_json: bool) -> None:
    """一个月的单位考核：200 个单位，DuckDB 与 Spark 的结果逐位比较。"""
    from chuangwen.scoring.engine.appraisal import bench as appraisal_bench

    try:
        figures = appraisal_bench.run(rows, engines=tuple(e for e in engines.split(",") if e))
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--engines") from problem
    keep(f"appraisal-{rows}", figures)
    heading = f"{rows} 件案件、{rows} 条观测，{figures['units']} 个单位；结果一致：{figures['equal']}"
    answer(figures, as_json, table(heading, [{"engine": k} | v for k, v in figures["engines"].items()]))


@bench.command()
@click.option("--rows", default=100_000, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def sheets(rows: int, as_json: bool) -> None:
    """导入表格，与 openpyxl 仅读取同一文件并排。"""
    from chuangwen.commands.benches.ground import ground
    from chuangwen.commands.benches.sheets import measure

    with ground() as on:
        figures = measure(on, rows)
    keep(f"sheets-{rows}", figures)
    answer(figures, as_json, table("导入", [figures]))


@bench.command()
@click.option("--json", "as_json", is_flag=True)
def weight(as_json: bool) -> None:
    """首次打开和再次打开页面的传输字节数，默认依赖的安装体积。"""
    from chuangwen.commands.benches.weight import measure

    figures = measure()
    keep("weight", figures)
    answer(figures, as_json, json.dumps(figures, ensure_ascii=False, indent=1))


@bench.command()
@click.option("--sites", default=None, type=click.IntRange(min=1, max=5000), help="只测这么多点位的城镇；不填：100、300、1000")
@click.option("--seconds", default=20.0, show_default=True, help="每个城镇的求解秒数上限")
@click.option("--json", "as_json", is_flag=True)
def routes(sites: int | None, seconds: float, as_json: bool) -> None:
    """路线规划与就近走法的里程对比，以及已知最优值的公开算例。"""
    from chuangwen.commands.benches.routes import SIZES, measure

    figures = measure((sites,) if sites else SIZES, seconds)
    keep(f"routes-{sites}" if sites else "routes", figures)
    answer(figures, as_json, table("城镇", figures["towns"]) + "\n" + table("公开算例", figures["known"]))


@bench.command()
@click.option("--size", default=None, type=click.Choice(["township", "county", "city"]), help="只测这一规模；不填：乡镇、县、市")
@click.option("--seconds", default=None, type=click.FloatRange(min=1, max=3600), help="求解秒数上限；不填：30、120、300")
@click.option("--json", "as_json", is_flag=True)
def sponsorship(size: str | None, seconds: float | None, as_json: bool) -> None:
    """包保方案求解：乡镇 30×6、县 520×439、市 3000×2000，与逐点就近安排对比。"""
    from chuangwen.duties.sponsorship.arithmetic.bench import SECONDS, SIZES, measured

    figures = {"rows": [measured(name, seconds or SECONDS[name]) for name in ([size] if size else SIZES)]}
    keep(f"sponsorship-{size}" if size else "sponsorship", figures)
    answer(figures, as_json, table("包保方案求解", figures["rows"]))


@bench.command()
@click.option("--size", default=None, type=click.Choice(["street", "county"]), help="只测这一规模；不填：街道、县")
@click.option("--seconds", default=None, type=click.FloatRange(min=1, max=3600), help="求解秒数上限；不填：60、180")
@click.option("--json", "as_json", is_flag=True)
def rosters(size: str | None, seconds: float | None, as_json: bool) -> None:
    """一个月的排班：街道 20 岗 60 人、县 75 岗 600 人，与逐日人工排班对比。"""
    from chuangwen.duties.rosters.arithmetic.bench import SECONDS, SIZES, measured

    figures = {"rows": [measured(name, seconds or SECONDS[name]) for name in ([size] if size else SIZES)]}
    keep(f"rosters-{size}" if size else "rosters", figures)
    answer(figures, as_json, table("排班求解", figures["rows"]))


@bench.command("volunteer-orders")
@click.option("--orders", default=None, type=click.IntRange(min=1, max=5000), help="只测这么多订单；不填：10、100、1000")
@click.option("--teams", default=500, show_default=True, type=click.IntRange(min=1, max=5000), help="志愿服务队数")
@click.option("--seconds", default=300.0, show_default=True, type=click.FloatRange(min=1, max=3600), help="求解秒数上限")
@click.option("--json", "as_json", is_flag=True)
def volunteer_orders(orders: int | None, teams: int, seconds: float, as_json: bool) -> None:
    """志愿服务订单与服务队统一匹配：10、100、1000 单对 500 队，与逐单就近派单对比。"""
    from chuangwen.volunteers.orders.trial import measured

    figures = {"rows": [row for count in ([orders] if orders else [10, 100, 1000]) for row in measured(count, teams, seconds)]}
    keep("volunteer-orders", figures)
    answer(figures, as_json, table("志愿服务订单匹配", figures["rows"]))


@bench.command()
@click.option("--facts", default=1_000_000, show_default=True, type=click.IntRange(min=1000), help="台账记录数")
@click.option("--rows", default=20_000, show_default=True, type=click.IntRange(min=0, max=20_000), help="导入表格的行数，0 为不测")
@click.option("--repeat", default=10, show_default=True, help="每页打开的次数")
@click.option("--json", "as_json", is_flag=True)
def ledger(facts: int, rows: int, repeat: int, as_json: bool) -> None:
    """台账：一百万条记录时汇总页的查询数和用时，两万行表格的导入用时。"""
    from chuangwen.commands.benches import ledger as bench_ledger
    from chuangwen.commands.benches import web
    from chuangwen.commands.benches.ground import ground

    with ground() as on:
        web.connected(on)
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        figures = bench_ledger.measure(facts, rows, repeat, on.engine)
        from django.db import connections

        connections.close_all()
    keep(f"ledger-{figures['database']}-{facts}", figures)
    text = table(f"{facts} 条台账记录，{figures['database']}", [{"page": k} | v for k, v in figures["pages"].items()])
    if "import" in figures:
        text += "\n" + table("导入", [figures["import"]])
    answer(figures, as_json, text)


@bench.command()
@click.option("--places", default=439, show_default=True, type=click.IntRange(min=5, max=3000), help="村、社区数；其余按比例")
@click.option("--repeat", default=10, show_default=True, type=click.IntRange(min=1, max=1000), help="每页打开的次数")
@click.option("--json", "as_json", is_flag=True)
def duties(places: int, repeat: int, as_json: bool) -> None:
    """责任落实：一个县（520 个单位、439 个村和社区）一年的职责、一个月的排班、专项行动、结对、工程等各页的查询数和用时，与上限并列。"""
    from chuangwen.commands.benches import duties as bench_duties
    from chuangwen.commands.benches import web
    from chuangwen.commands.benches.ground import ground

    with ground() as on:
        web.connected(on)
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        figures = bench_duties.measure(bench_duties.sized(places), repeat, on.engine)
        from django.db import connections

        connections.close_all()
    keep(f"duties-{figures['database']}-{places}", figures)
    heading = (
        f"{figures['units']} 个单位、{figures['places']} 个村和社区，{figures['occurrences']} 次履职，{figures['database']}；"
        f"超过上限：{'、'.join(figures['broken']) or '无'}\n"
        f"每页打开 {figures['runs']} 次：cpu_best_ms 为最好一次，cpu_middle_ms 为中位数；"
        "of_* 为与上限之比，CPU 按最好一次、时长按中位数，of_bound 取最大"
    )
    answer(figures, as_json, table(heading, [{"page": name} | row for name, row in figures["pages"].items()]))


@bench.command()
@click.option("--clients", default="1,16,64", show_default=True, help="同时提交的手机数，逗号分隔")
@click.option("--seconds", default=10.0, show_default=True, help="每项测量的秒数")
@click.option("--json", "as_json", is_flag=True)
def visits(clients: str, seconds: float, as_json: bool) -> None:
    """手机提交走访（10 条观测、5 张照片），两个服务进程；300 个点位、3000 条标准的离线包。"""
    from chuangwen.commands.benches import visits as bench_visits
    from chuangwen.commands.benches import web
    from chuangwen.commands.benches.ground import ground

    try:
        counts = tuple(int(count) for count in clients.split(",") if count)
    except ValueError as problem:
        raise click.BadParameter("应为逗号分隔的整数，例如 1,16,64", param_hint="--clients") from problem
    if not counts or min(counts) < 1 or max(counts) > 256:
        raise click.BadParameter("每个数应在 1 到 256 之间", param_hint="--clients")
    with ground() as on:
        web.connected(on)
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        figures = {"database": on.engine} | bench_visits.measure(on, counts, seconds)
        from django.db import connections

        connections.close_all()
    keep(f"visits-{figures['database']}", figures)
    rows = [{"clients": n} | {k: v for k, v in row.items() if k != "first_error"} for n, row in figures["clients"].items()]
    sections = [{"section": name} | row for name, row in figures["package"]["sections"].items()]
    heading = f"走访，{figures['database']}；一条记录 {figures['cost']['queries']} 次查询；照片 {figures['photo_bytes']} 字节"
    text = table(heading, rows) + "\n" + table(f"离线包共 {figures['package']['bytes']} 字节（压缩后）", sections)
    answer(figures, as_json, text)


@bench.command("phone")
@click.option("--json", "as_json", is_flag=True)
def phone_(as_json: bool) -> None:
    """手机端首次使用：慢速 3G 下的字节数和秒数，以及离线打开（需要 Chromium 和 Playwright）。"""
    from chuangwen.commands.benches.phone_first_use import measure

    figures = measure()
    keep(f"phone-{figures['database']}", figures)
    answer(figures, as_json, table("手机端", [{"step": k} | v for k, v in figures.items() if isinstance(v, dict)]))


@bench.command()
@click.option("--sizes", default="10000,100000,1000000", show_default=True, help="检索的照片数")
@click.option("--places", default=40, show_default=True, help="仿真照片的地点数，0 为不测")
@click.option("--drawn", default=12, show_default=True, help="演示绘图的地点数，0 为不测")
@click.option("--people", default=60, show_default=True, help="绘有人脸、车牌的照片数，0 为不测")
@click.option("--json", "as_json", is_flag=True)
def evidence(sizes: str, places: int, drawn: int, people: int, as_json: bool) -> None:
    """照片佐证：检索速度，识别率与误报率，看不出的情况。"""
    from chuangwen.commands.benches import evidence as bench_evidence

    figures = bench_evidence.measure(tuple(int(size) for size in sizes.split(",") if size), places, drawn, people)
    keep("evidence", figures)
    answer(figures, as_json, bench_evidence.text(figures))


@bench.command()
@click.option("--cases", default=2_000, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def residents(cases: int, as_json: bool) -> None:
    """居民页面：首次打开的传输字节数（上限 200 KB），提交一件反映的毫秒数。"""
    from chuangwen.commands.benches.residents import measure

    figures = measure(cases)
    keep(f"residents-{figures['database']}", figures)
    answer(figures, as_json, f"{table('首次打开', figures['pages'])}\n{table('提交', [figures['sending']])}")


@bench.command()
@click.option("--people", default=200, show_default=True, type=click.IntRange(min=2, max=1000), help="同时报名的人数")
@click.option("--places", default=20, show_default=True, type=click.IntRange(min=1, max=1000), help="名额")
@click.option("--json", "as_json", is_flag=True)
def sign_ups(people: int, places: int, as_json: bool) -> None:
    """志愿服务活动抢报：同一时刻多人报名少量名额，名额恰好报满，其余按先后候补。"""
    from chuangwen.commands.benches.sign_ups import measure

    figures = measure(people, places)
    keep(f"sign-ups-{figures['database']}-{people}", figures)
    answer(figures, as_json, table(f"{people} 人报 {places} 个名额；恰好：{figures['exact']}", [figures]))


@bench.command()
@click.option("--json", "as_json", is_flag=True)
def outlook(as_json: bool) -> None:
    """预测：观测数 1、10、100 倍时的用时；1,000 件问题的精确安排与按每工时提分挑选的差别。"""
    from chuangwen.commands.benches.outlook import measure

    figures = measure()
    keep("outlook", figures)
    answer(figures, as_json, table("预测", figures["sizes"]) + "\n" + table("先改哪些", [figures["plan"]]))


@bench.command()
@click.option("--sheets", default=200, show_default=True, type=click.IntRange(min=1, max=5000), help="交办单份数")
@click.option("--json", "as_json", is_flag=True)
def papers(sheets: int, as_json: bool) -> None:
    """交办单成批起草（每份 4 张照片），与直接用 python-docx 书写并排。"""
    from chuangwen.commands.benches import papers as bench_papers
    from chuangwen.commands.benches import web
    from chuangwen.commands.benches.ground import ground

    with ground() as on:
        web.connected(on)
        figures = bench_papers.measure(on, sheets)
        from django.db import connections

        connections.close_all()
    keep(f"papers-{figures['database']}", figures)
    rows = [
        {"what": "交办单任务", "seconds": figures["seconds"], "per_sheet": figures["seconds_per_sheet"], "MiB": figures["memory_mib"]},
        {"what": "python-docx", "seconds": figures["python_docx"]["seconds"], "per_sheet": figures["python_docx"]["seconds_per_sheet"]},
    ]
    answer(figures, as_json, table(f"{sheets} 份交办单，每份 {figures['photos_each']} 张照片", rows))


@bench.command()
@click.option("--records", default=100_000, show_default=True, help="生成多少条如实的服务记录")
@click.option("--database", is_flag=True, help="另测整个任务：从数据库读出、查找、写入疑点")
@click.option("--json", "as_json", is_flag=True)
def hours(records: int, database: bool, as_json: bool) -> None:
    """志愿服务时长疑点：每类造假混入如实记录，找到多少、误报多少、用时多少。"""
    from chuangwen.commands.benches import hours as bench_hours
    from chuangwen.commands.benches.ground import ground

    figures = bench_hours.detected(records)
    if database:
        with ground():
            figures["job"] = bench_hours.written(records)
    keep("hours", figures)
    head = f"{figures['records']} 条记录，查找用时 {figures['engine_seconds']} 秒（处理器时间）"
    text = table(head, figures["kinds"])
    if database:
        text += "\n" + table("从数据库到疑点", [{key: value for key, value in figures["job"].items() if key != "findings"}])
    answer(figures, as_json, text)


@bench.command("all")
@click.option("--largest", default=1_000_000, show_default=True, help="最多的案件数")
@click.pass_context
def all_(context: click.Context, largest: int) -> None:
    """全部测速，从小到大。"""
    context.invoke(weight, as_json=False)
    for rows in (1_000_000, 10_000_000):
        context.invoke(engine, rows=rows, engines="duckdb,pandas,sqlite", as_json=False)
    context.invoke(outlook, as_json=False)
    context.invoke(appraisal, rows=1_000_000, engines="duckdb", as_json=False)
    context.invoke(sheets, rows=100_000, as_json=False)
    context.invoke(residents, cases=2_000, as_json=False)
    context.invoke(evidence, sizes="10000,100000,1000000", places=40, drawn=12, people=60, as_json=False)
    context.invoke(papers, sheets=200, as_json=False)
    context.invoke(routes, sites=None, seconds=20.0, as_json=False)
    context.invoke(sponsorship, size=None, seconds=None, as_json=False)
    context.invoke(rosters, size=None, seconds=None, as_json=False)
    context.invoke(hours, records=100_000, database=True, as_json=False)
    context.invoke(ledger, facts=min(largest, 1_000_000), rows=20_000, repeat=10, as_json=False)
    context.invoke(duties, places=439, repeat=10, as_json=False)
    context.invoke(hours, records=100_000, database=False, as_json=False)
    context.invoke(volunteer_orders, orders=None, teams=500, seconds=300.0, as_json=False)
    context.invoke(sign_ups, people=200, places=20, as_json=False)
    context.invoke(redemption, clients=64, rounds=8, as_json=False)
    context.invoke(visits, clients="1,16,64", seconds=10.0, as_json=False)
    context.invoke(phone_, as_json=False)
    for cases in (10_000, 100_000, 1_000_000):
        if cases <= largest:
            context.invoke(web, cases=cases, seconds=5.0, pages=True, as_json=False)
            context.invoke(overview, cases=cases, repeat=20, as_json=False)
