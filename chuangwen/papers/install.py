"""Puts the shipped templates into the table; a changed file becomes a further version, what an office uploaded is left alone."""

from pathlib import Path

from django.utils.translation import override

from chuangwen.kernel import clock, files
from chuangwen.kernel.install import installs
from chuangwen.papers.models import Kind, PaperTemplate, TemplateVersion

FOLDER = Path(__file__).parent / "shipped"


@installs("文书范本", order=60)
def install_templates() -> int:
    made = 0
    for place in sorted(FOLDER.glob("*.docx")):
        with override("zh-hans"):
            name = f"{Kind(place.stem).label}（国标版式）"
        template, _new = PaperTemplate.objects.get_or_create(shipped=place.name, defaults={"kind": place.stem, "name": name})
        key = files.store(place.read_bytes())
        last = template.versions.first()
        if last is None or last.file_key != key:
            number = last.number + 1 if last else 1
            TemplateVersion.objects.create(
                template=template, number=number, file_key=key, file_name=f"{name}.docx", uploaded_at=clock.now()
            )
            made += 1
    return made
