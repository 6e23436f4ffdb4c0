"""What runs in a process of its own and is killed.  python -m tests.survival.work import|close|both SEED

Writes one line before it begins each piece and one after what it was told is done: what stands after ``done`` must be there.
"""

import io
import os
import random
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.config.settings")

ROWS = 400


def workbook(name: str) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["序号", "项目", "考察点位", "扣分", "区域", "责任单位2"])
        for n in range(ROWS):
            lost = 0.2 if n % 5 == 0 else None
            page.write_row(n + 1, 0, [f"{name}-{n}", f"公共服务{n % 7 + 1}", f"主干道{n % 40 + 1}", lost, "生存街道", "城管局"])
    return target.getvalue()


def say(*words: object) -> None:
    print(*words, flush=True)


def main(what: str, seed: int) -> None:
    import django

    django.setup()
    from chuangwen.cases import actions as cases
    from chuangwen.fieldwork.models import Round
    from chuangwen.kernel import importing
    from chuangwen.kernel.access import SYSTEM
    from chuangwen.people.models import Unit
    from chuangwen.places.models import Division

    chance = random.Random(seed)
    say("ready")
    for number in range(10_000):
        if what != "close":
            name = f"轮{seed}-{number}"
            say("begin", "import", name)
            importing.bring_in(SYSTEM, "observations", workbook(name), {"round": name}, file_name=f"{name}.xlsx")
            say("done", "import", name)
            round = Round.objects.get(name=name)
            if number % 3 == 0:
                say("begin", "cases", name)
                cases.cases_from_round(SYSTEM, round=round, dispatch=False)
                say("done", "cases", name)
        if what != "import":
            division = Division.objects.filter(name="生存街道").first()
            unit = Unit.objects.filter(name="城管局").first()
            if division is None or unit is None:
                continue
            for _n in range(chance.randrange(1, 6)):
                say("begin", "report")
                case = cases.report(SYSTEM, description="垃圾桶满溢", division=division)
                say("done", "report", case.pk)
                cases.screen(SYSTEM, case_id=case.pk)
                cases.dispatch(SYSTEM, case_id=case.pk, lead=unit, assists=[])
                say("done", "dispatch", case.pk)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
