"""Commands for the machine's administrator: the first accounts, tokens for programs."""

import click

from chuangwen.commands import answer, chuangwen, commander


@chuangwen.command()
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["system_admin", "security_admin", "audit_admin"]),
    default="system_admin",
    show_default=True,
    help="三种管理员之一",
)
@click.option("--json", "as_json", is_flag=True)
def admin(name: str, role: str, as_json: bool) -> None:
    """新建管理员账号，显示一次性密码（首次登录须修改）。"""
    from django.db import transaction

    from chuangwen.people import actions
    from chuangwen.people.rules import NAMES

    with transaction.atomic():
        account, password = actions.make_account(commander(), username=name)
        actions.assign_role(commander(), account_id=account.pk, role=role)
    text = f"已新建{NAMES[role]}账号 {account.username}\n  一次性密码：{password}\n  密码只显示这一次，首次登录须修改。"
    answer({"username": account.username, "role": role, "password": password, "must_change": True}, as_json, text)


@chuangwen.command()
@click.argument("username", required=False)
@click.option("--name", default="命令行", help="令牌用途")
@click.option("--open311", "system", metavar="NAME", help="不是账号令牌，而是给另一个系统的 Open311 密钥；NAME 是那个系统的名称")
@click.option("--division", "code", metavar="CODE", help="（--open311）只限这个区划的十二位代码之内")
@click.option("--reads-words", is_flag=True, help="（--open311）可读区域内全部群众反映的文字（姓名、号码遮盖）")
def token(username: str | None, name: str, system: str | None, code: str | None, reads_words: bool) -> None:
    """生成一个令牌（只显示一次）：账号的接口令牌，或（--open311）另一个系统的密钥。"""
    if (username is None) == (system is None):
        raise click.UsageError("请给出账号名，或者 --open311 加系统名称，二者取一。")
    if system is None and (code or reads_words):
        raise click.UsageError("--division、--reads-words 只与 --open311 一起使用。")
    click.echo(_open311_key(system, code, reads_words) if system is not None else _account_token(username or "", name))


def _open311_key(system: str, code: str | None, reads_words: bool) -> str:
    from chuangwen.intake.open311.actions import make_key
    from chuangwen.kernel.errors import Missing
    from chuangwen.places.models import Division

    division = Division.objects.filter(code=code).first() if code else None
    if code and division is None:
        raise Missing(f"没有代码为 {code} 的区划。")
    return make_key(commander(), name=system, division=division, reads_words=reads_words)


def _account_token(username: str, name: str) -> str:
    from chuangwen.kernel.errors import Missing
    from chuangwen.people import actions
    from chuangwen.people.models import Account

    account = Account.objects.filter(username=username).first()
    if account is None:
        raise Missing(f"没有账号 {username}。")
    return actions.make_token(commander(), account=account, name=name)
