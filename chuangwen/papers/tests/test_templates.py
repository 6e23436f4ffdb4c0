"""Templates: taken when they are sound, refused in words when they are not, filled in with real papers; nothing in them runs."""

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document

from chuangwen.kernel.errors import Conflict, Denied, Missing
from chuangwen.papers import actions, queries, templating
from chuangwen.papers.composing import KINDS
from chuangwen.papers.install import FOLDER, install_templates
from chuangwen.papers.models import PaperTemplate
from chuangwen.papers.templating import TemplateRefused
from chuangwen.papers.tests.life import draft, signed, some_cases
from chuangwen.papers.tests.test_kinds import valid, words

SHIPPED = sorted(FOLDER.glob("*.docx"))


def template(*paragraphs: str) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            if entry != name:
                target.writestr(entry, source.read(entry))
        target.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("place", SHIPPED, ids=lambda place: place.stem)
def test_the_shipped_templates_are_sound_and_fill_in_validly(town, place, tmp_path):
    content = place.read_bytes()
    templating.check(content, place.stem)
    assert valid(content, tmp_path) == []
    some_cases(town)
    install_templates()
    version = PaperTemplate.objects.get(shipped=place.name).versions.get()
    paper = draft(town, place.stem, template=version)
    file = actions.docx_of(town.actors["clerk"], paper_id=paper.pk)
    assert valid(file, tmp_path) == []
    text = words(file)
    assert "{{" not in text and "{%" not in text
    done = signed(town, paper)
    assert (str(done.issue) if done.issue else done.number) in words(actions.docx_of(town.actors["clerk"], paper_id=paper.pk))


def test_five_templates_are_shipped_and_installing_twice_changes_nothing(db):
    assert len(SHIPPED) == 5 and install_templates() == 5 and install_templates() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_that_is_offered_is_there(town, kind):
    """A template that names all fields of a kind is filled in by a real paper of it."""
    some_cases(town, 6)
    lines = []
    for field in templating.fields_of(kind):
        if not isinstance(field.sample, list):
            lines.append(f"{{{{ {field.name} }}}}")
            continue
        entry = field.sample[0]
        inside = "".join(f"{{{{ one.{key} }}}}" for key in entry) if isinstance(entry, dict) else "{{ one }}"
        lines += [f"{{%p for one in {field.name} %}}", inside, "{%p endfor %}"]
    content = template(*lines)
    made = actions.add_template(
        town.actors["clerk"], kind=kind, name="全部字段", content=content, file_name="a.docx", division=town.street
    )
    paper = draft(town, kind, template=made.versions.get())
    assert paper.title in words(actions.docx_of(town.actors["clerk"], paper_id=paper.pk))


@pytest.mark.parametrize(
    "text",
    [
        "{{ nonsense }}",
        "{{ title",
        "{% for x in cases %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ title.__class__ }}",
        "{{ cases.append(1) }}",
        "{{ self }}",
        "{{ range(9) }}",
        "{{ title|attr('__class__') }}",
        "{{ 'a' * 1000000000 }}",
        "{{ title['__class__'] }}",
        "{% set x = 1 %}",
        "{% include 'a' %}",
        "{{ lipsum.__globals__ }}",
        "{{ cycler }}",
        "{{ one.nothing }}",
    ],
)
def test_a_template_that_names_what_is_not_there_or_tries_to_run_something_is_refused(text):
    with pytest.raises(TemplateRefused):
        templating.check(template(text), "supervision")


def test_an_unknown_entry_of_a_list_is_named():
    with pytest.raises(TemplateRefused) as refused:
        templating.check(template("{%p for one in cases %}", "{{ one.colour }}", "{%p endfor %}"), "supervision")
    assert "colour" in str(refused.value)


@pytest.mark.parametrize(
    "name, data, code",
    [
        ("word/vbaProject.bin", b"x", "papers.template_macros"),
        ("word/embeddings/oleObject1.bin", b"x", "papers.template_macros"),
        ("word/media/image1.png", b"\0" * (41 * 1024 * 1024), "papers.template_bomb"),
        ("word/document.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><w/>", "papers.template_xml"),
        ("word/document.xml", b"<w:document", "papers.template_unreadable"),
        (
            "word/_rels/document.xml.rels",
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
            b'Type="http://x/attachedTemplate" Target="http://elsewhere/evil.dotm" TargetMode="External"/></Relationships>',
            "papers.template_external",
        ),
    ],
)
def test_a_file_with_macros_bombs_or_links_to_elsewhere_is_refused(name, data, code):
    with pytest.raises(TemplateRefused) as refused:
        templating.check(with_part(template("{{ title }}"), name, data), "bulletin")
    assert refused.value.code == code


def test_what_is_no_word_file_is_refused_in_words():
    for content in (b"", b"PK", b"%PDF-1.4", b"\xd0\xcf\x11\xe0old word"):
        with pytest.raises(TemplateRefused) as refused:
            templating.check(content, "bulletin")
        assert ".docx" in str(refused.value)


def test_versions_are_kept_and_a_paper_stays_with_the_one_it_was_made_with(town):
    some_cases(town)
    clerk = town.actors["clerk"]
    made = actions.add_template(
        clerk, kind="dispatch_sheet", name="交办", content=template("第一版 {{ unit }}"), file_name="a.docx", division=town.street
    )
    paper = draft(town, "dispatch_sheet", template=made.versions.get())
    actions.add_version(clerk, template_id=made.pk, content=template("第二版 {{ unit }}"), file_name="b.docx")
    assert "第一版" in words(actions.docx_of(clerk, paper_id=paper.pk))
    assert "第二版" in words(actions.preview_template(clerk, template_id=made.pk))
    with pytest.raises(Conflict):
        actions.add_template(
            clerk, kind="dispatch_sheet", name="交办", content=template("x"), file_name="a.docx", division=town.street
        )


def test_a_template_of_another_town_is_not_there(town, other_town):
    made = actions.add_template(
        town.actors["clerk"],
        kind="bulletin",
        name="本镇",
        content=template("{{ title }}"),
        file_name="a.docx",
        division=town.street,
    )
    assert made not in queries.templates(other_town.actors["clerk"])
    with pytest.raises(Missing):
        actions.add_version(other_town.actors["clerk"], template_id=made.pk, content=template("x"), file_name="a.docx")
    with pytest.raises(Denied):
        actions.add_template(town.actors["liaison"], kind="bulletin", name="x", content=b"", file_name="x")


def test_the_shipped_files_are_what_the_tool_writes():
    from tools import paper_templates

    for name, make in paper_templates.TEMPLATES.items():
        content = paper_templates.Package(paper_templates.MADE).save(make(), title=name, author="Chuangwen")
        assert Path(FOLDER / f"{name}.docx").read_bytes() == content, "run python tools/paper_templates.py"
