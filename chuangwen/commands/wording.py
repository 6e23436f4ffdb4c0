"""What is said in Chinese when the words of a command are wrong."""

import errno

import click
from click import exceptions


def tell(wrong: click.ClickException) -> int:
    """Print what is wrong and how to ask for help; returns the exit code 2."""
    context = getattr(wrong, "ctx", None)
    if isinstance(wrong, exceptions.NoArgsIsHelpError):
        click.echo(wrong.format_message(), err=True)
        return 2
    click.echo(sentence(wrong), err=True)
    if context is not None:
        click.echo(f"用法：{context.command_path} {' '.join(context.command.collect_usage_pieces(context))}", err=True)
        click.echo(f"说明：{context.command_path} --help", err=True)
    return 2


def sentence(wrong: click.ClickException) -> str:
    """One sentence for one mistake."""
    match wrong:
        case exceptions.NoSuchOption():
            near = f"，是不是 {'、'.join(wrong.possibilities)}？" if wrong.possibilities else "。"
            return f"没有 {wrong.option_name} 这个选项{near}"
        case exceptions.MissingParameter():
            return f"缺少 {_name(wrong)}。"
        case exceptions.BadParameter():
            return f"{_name(wrong)} 不对：{_reason(wrong)}"
        case exceptions.BadOptionUsage():
            return f"{wrong.option_name} 后面要有值。"
        case exceptions.FileError():
            return f"无法打开文件 {wrong.ui_filename}。"
        case exceptions.UsageError() if wrong.message.startswith("No such command"):
            return f"没有这个命令：{wrong.message.split(chr(39))[1]}。运行 chuangwen --help 查看全部命令。"
        case exceptions.UsageError() if wrong.message.startswith("Got unexpected extra"):
            return f"多出了参数：{wrong.message.partition('(')[2].rstrip(')')}。"
        case exceptions.UsageError() if wrong.message.startswith("Missing command"):
            return "缺少命令。"
    return wrong.format_message()


REASONS = {
    errno.ENOENT: "没有这个文件夹",
    errno.EACCES: "没有权限",
    errno.EROFS: "磁盘只读",
    errno.ENOSPC: "磁盘已满",
    errno.EISDIR: "这是文件夹",
}


def of_file(problem: OSError) -> str:
    """Why a file cannot be read or written."""
    reason = REASONS.get(problem.errno or 0, problem.strerror or str(problem))
    return f"无法读写 {problem.filename or '文件'}：{reason}。"


def _name(wrong: click.BadParameter) -> str:
    parameter = wrong.param
    if parameter is None:
        return str(wrong.param_hint or "参数")
    return parameter.opts[0] if isinstance(parameter, click.Option) else (parameter.name or "").upper()


def _reason(wrong: click.BadParameter) -> str:
    kind = wrong.param.type if wrong.param is not None else None
    if isinstance(kind, click.Path):
        return (
            "没有这个文件。"
            if "does not exist" in wrong.message
            else "这里不能是文件夹。"
            if "directory" in wrong.message
            else wrong.message
        )
    if isinstance(kind, click.Choice):
        return f"只能是 {'、'.join(str(choice) for choice in kind.choices)}。"
    if isinstance(kind, click.IntRange):
        return f"应为 {'' if kind.min is None else kind.min} 到 {'' if kind.max is None else kind.max} 的整数。"
    if isinstance(kind, click.DateTime):
        return "日期写成 2026-11-20 的样子。"
    return "应为整数。" if kind is click.INT else wrong.message
