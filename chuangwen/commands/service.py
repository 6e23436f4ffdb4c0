"""Commands that keep the program running: compile, migrate, demo, serve, worker, check."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from chuangwen.commands import answer, chuangwen
from chuangwen.kernel.errors import Refusal


def collect_static() -> None:
    """Copy and compress the static files once per change of the package."""
    target = Path(settings.STATIC_ROOT)
    stamp = target / ".collected"
    package = Path(settings.BASE_DIR)
    newest = max((p.stat().st_mtime for p in package.glob("*/static/**/*") if p.is_file()), default=0)
    if stamp.exists() and stamp.stat().st_mtime >= newest:
        return
    target.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=False)
    stamp.touch()


@chuangwen.command("compile")
def compile_() -> None:
    """编译界面文字、压缩静态文件（安装时自动运行）。"""
    collect_static()


@chuangwen.command()
@click.option("--json", "as_json", is_flag=True)
def migrate(as_json: bool) -> None:
    """建立或升级数据库，装入角色、日历和示例标准。"""
    from chuangwen.kernel import first_tables, install, signatures, upkeep

    if not first_tables.make_first_tables():
        call_command("migrate", interactive=False, verbosity=0)
    public = signatures.fingerprint(signatures.public_bytes())
    put_in = install.run_all()
    upkeep.look_at_tables()
    collect_static()
    lines = [f"  {name}：新增 {count}" for name, count in put_in.items() if count]
    answer({"installed": put_in, "key": public}, as_json, "\n".join(["数据库已就绪。", *lines, f"  签名公钥指纹：{public}"]))


@chuangwen.command()
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), default=None, help="演示数据的“今天”，默认取当天（YYYY-MM-DD）")
@click.option("--scale", type=click.IntRange(1, 1000), default=1, show_default=True, help="案件数量的倍数")
@click.option("--json", "as_json", is_flag=True)
def demo(today: datetime | None, scale: int, as_json: bool) -> None:
    """装入演示街道（河东街道）。已装入时不重复。"""
    from chuangwen.demo import fill
    from chuangwen.kernel import upkeep

    report = fill.fill_town(today=today.date() if today else None, scale=scale, say=None if as_json else click.echo)
    upkeep.look_at_tables()
    answer(report, as_json, fill.describe(report))


def _refuse_taken_port(host: str, port: int) -> None:
    """A sentence instead of a stack of frames when something else listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise Refusal(
                f"{host}:{port} 无法使用（{problem.strerror}）。可能有别的程序正在使用这个端口，请换一个："
                "PORT=8080 make demo，或 chuangwen serve --port 8080。",
                "serve.port",
            ) from problem


@chuangwen.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址；对外服务请放在反向代理之后")
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int, help="端口，默认取环境变量 PORT 或 8000")
@click.option("--workers", default=2, show_default=True, help="服务进程数")
@click.option("--threads", default=4, show_default=True, help="每个进程的线程数")
@click.option("--without-worker", is_flag=True, help="不启动后台任务进程")
def serve(host: str, port: int, workers: int, threads: int, without_worker: bool) -> None:
    """启动网站和后台任务。按 Ctrl+C 停止。"""
    from granian.constants import Interfaces
    from granian.server import Server

    _refuse_taken_port(host, port)
    collect_static()
    child = (
        None
        if without_worker
        else subprocess.Popen(
            [sys.executable, "-m", "chuangwen", "worker"], env=os.environ | {"CHUANGWEN_PARENT": str(os.getpid())}
        )
    )
    click.echo(f"创文已启动： http://{host}:{port}/ （Ctrl+C 停止）")
    try:
        Server(
            "chuangwen.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=threads,
            respawn_failed_workers=True,
            log_enabled=False,
            backlog=1024,
        ).serve()
    finally:
        if child is not None and child.poll() is None:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


@chuangwen.command()
def worker() -> None:
    """只运行后台任务（可同时运行多个）。"""
    from chuangwen.kernel import jobs

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent = os.environ.get("CHUANGWEN_PARENT")
    if not parent:
        click.echo("后台任务进程已启动（Ctrl+C 停止）")
        sys.stdout.flush()

    def watch() -> None:
        while not stop.is_set():
            if parent and os.getppid() != int(parent):
                stop.set()
            time.sleep(1)

    threading.Thread(target=watch, daemon=True).start()
    jobs.work(stop)


@chuangwen.command()
@click.option("--audit", is_flag=True, help="只检查审计日志的哈希链")
@click.option("--evidence", is_flag=True, help="另外逐张读取照片，核对 SHA-256 与 SM3（较慢）")
@click.option("--json", "as_json", is_flag=True)
def check(audit: bool, evidence: bool, as_json: bool) -> None:
    """检查数据：审计链、照片保管链、文件是否齐全。发现异常时退出码为 1。"""
    from chuangwen.kernel.audit import broken_links
    from chuangwen.kernel.models import AuditEntry

    breaks = list(broken_links())
    data: dict[str, Any] = {
        "audit": {"entries": AuditEntry.objects.count(), "breaks": [{"number": b.number, "reason": b.reason} for b in breaks]}
    }
    wrong = bool(breaks)
    lines = [f"审计日志 {data['audit']['entries']} 条，" + ("链条完整。" if not breaks else f"发现 {len(breaks)} 处异常：")]
    lines += [f"  第 {b.number} 条：{b.reason}" for b in breaks[:50]]
    if not audit:
        from chuangwen.evidence import queries as photos

        missing, custody = photos.missing_files(), list(photos.broken_custody())
        data["missing_files"] = missing
        data["custody"] = {"breaks": [{"photo": b.photo_id, "reason": b.reason} for b in custody]}
        wrong = wrong or bool(missing) or bool(custody)
        lines.append("照片保管链完整。" if not custody else f"照片保管链有 {len(custody)} 处异常：")
        lines += [f"  照片 {b.photo_id}：{b.reason}" for b in custody[:50]]
        lines.append("照片文件齐全。" if not missing else f"缺少 {len(missing)} 个照片文件：{'、'.join(missing[:5])}")
        if evidence:
            changed = list(photos.changed_files())
            data["changed_files"] = [{"photo": b.photo_id, "reason": b.reason} for b in changed]
            wrong = wrong or bool(changed)
            lines.append("照片文件与记录的 SHA-256、SM3 相符。" if not changed else f"{len(changed)} 个照片文件与记录不符：")
            lines += [f"  照片 {b.photo_id}：{b.reason}" for b in changed[:50]]
        if apps.is_installed("chuangwen.volunteers"):
            from chuangwen.volunteers.credits import checking

            credits = checking.check()
            data["credits"] = {"postings": credits.postings, "differences": credits.differences}
            wrong = wrong or bool(credits.differences)
            told = "相符。" if not credits.differences else f"有 {len(credits.differences)} 处不符（chuangwen credits-check）。"
            lines.append(f"积分账目 {credits.postings} 条记账，{told}")
    answer(data, as_json, "\n".join(lines))
    if wrong:
        raise click.exceptions.Exit(1)
