"""The command line. Each command is thin: it reads its words, calls the actions and queries that the pages call, prints.

Exit codes: 0 done; 1 the thing asked for was refused or found wrong; 2 wrong words; 3 an unexpected error.
"""

import json
import sys
import traceback
from typing import Any

import click

from chuangwen.commands import wording
from chuangwen.kernel.access import Actor
from chuangwen.kernel.collector import while_loading


def commander() -> Actor:
    """Whoever may run commands on the machine may do everything; the audit trail says that it came from the command line."""
    return Actor(name="命令行", is_system=True, channel="command")


def answer(data: dict[str, Any] | list[dict[str, Any]], as_json: bool, text: str) -> None:
    """Print for a program or for a person."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=1, default=str) if as_json else text)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chuangwen")
def chuangwen() -> None:
    """创文 Chuangwen：全国文明城市创建一体化平台。"""


def main() -> int:
    """Run a command; refusals become one Chinese sentence on the error stream. Returns the exit code."""
    with while_loading():
        import django
        from django.db import OperationalError, ProgrammingError
        from django.utils import translation

        from chuangwen.kernel.catalogs import ensure_compiled

        ensure_compiled()
        django.setup()
        translation.activate("zh-hans")
        from chuangwen.commands import accounts, certificates, credits, data, draws, measure, service  # noqa: F401  they add themselves
        from chuangwen.kernel.errors import Refusal
        from chuangwen.kernel.importing import ImportRefused
        from chuangwen.kernel.sheets import SheetError

    try:
        return chuangwen.main(standalone_mode=False) or 0  # the number with which a command left, None for done
    except click.ClickException as wrong:
        return wording.tell(wrong)
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断。", err=True)
        return 130
    except ImportRefused as refused:
        click.echo(str(refused), err=True)
        for problem in refused.problems[:50]:
            click.echo(f"  {problem}", err=True)
        if len(refused.problems) > 50:
            click.echo(f"  …… 另有 {len(refused.problems) - 50} 处", err=True)
        return 1
    except (Refusal, SheetError) as refusal:
        click.echo(str(refusal), err=True)
        return 1
    except (OperationalError, ProgrammingError) as problem:
        click.echo(
            f"数据库不可用：{problem}\n请确认已运行 chuangwen migrate，且 DATABASE_URL 与 CHUANGWEN_HOME 正确、磁盘未满。",
            err=True,
        )
        return 3
    except OSError as problem:
        click.echo(wording.of_file(problem), err=True)
        return 1
    except Exception:
        traceback.print_exc()
        click.echo("程序出错。以上内容请发给维护者。", err=True)
        return 3


if __name__ == "__main__":
    sys.exit(main())
