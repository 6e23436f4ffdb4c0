"""Templates that an office edits in Word: the fields that they may use, whether a file may be taken, and filling one in.

A template is data from outside. It is taken apart before it is believed: it must be a whole Word file of a bearable size without macros,
embedded objects or anything that is fetched from elsewhere; its fields are parsed in a sandbox, may only name what its kind offers, and call
nothing. It is then tried out on generated facts.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import SandboxedEnvironment, SecurityError
from lxml import etree

from chuangwen.kernel.errors import Refusal
from chuangwen.papers.composing.registry import KINDS, Field
from chuangwen.papers.composing.words import COMMON
from chuangwen.papers.layout import FigureRef, Heading, LayoutError, Para, Text, printable
from chuangwen.papers.layout import Paper as Layout
from chuangwen.papers.layout import Photo as LayoutPhoto
from chuangwen.papers.layout.phrases import HeadingNumbers, chinese_date

if TYPE_CHECKING:
    from chuangwen.papers.making import Made
    from chuangwen.papers.models import Paper

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 400
MOST_NESTED = 2
FILTERS = frozenset({"upper", "lower", "trim", "length", "first", "last", "join", "default", "e", "escape"})
REFUSED_PARTS = re.compile(r"vba|activeX|embeddings/|oleObject|attachedToolbars|macros", re.IGNORECASE)
REFUSED_TYPES = re.compile(rb"macroEnabled|vbaProject|activeX|oleObject", re.IGNORECASE)
TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
ALLOWED_EXTERNAL = "/hyperlink"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PHOTO_MM, SEAL_MM = (74.0, 56.0), 42


class TemplateRefused(Refusal):
    """A template that is not taken; the sentence says what to mend and where."""

    code = "papers.template"


class Sandbox(SandboxedEnvironment):
    """Nothing can be called, and nothing but entries of what we give can be reached."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "**", "%"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(_("Templates do not calculate (%(operator)s).") % {"operator": operator})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``case.number`` is an entry of a mapping; the attributes of objects are out of reach (loop's own plain ones excepted)."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if type(obj).__name__ == "LoopContext" and attribute in LOOP:
            return getattr(obj, attribute)
        return self.undefined(
            obj=obj, name=attribute, hint=_("“%(name)s” cannot be reached from a template.") % {"name": attribute}
        )

    getitem = getattr  # type: ignore[assignment]  # both readings are guarded alike


LOOP = ("index", "index0", "first", "last", "length", "revindex")


def sandbox() -> Sandbox:
    found = Sandbox(undefined=StrictUndefined, autoescape=True)
    found.globals.clear()
    found.filters = {name: found.filters[name] for name in FILTERS}
    found.tests = {name: found.tests[name] for name in ("defined", "none", "odd", "even", "equalto", "eq")}
    return found


def fields_of(kind: str) -> list[Field]:
    """Everything that a template of the kind may use."""
    return [*COMMON, *KINDS[kind].fields]


# -- the file ---------------------------------------------------------------------------------------------------------


def check(content: bytes, kind: str) -> bytes:
    """Whether a file may be a template of the kind; gives it back. Raises TemplateRefused with all that is to be mended."""
    _check_package(content)
    problems = list(_problems(content, kind))
    if problems:
        raise TemplateRefused("；".join(dict.fromkeys(problems)) + "。", "papers.template_fields", field="file")
    _try_out(content, kind)
    return content


def _refuse(code: str, sentence: str) -> TemplateRefused:
    return TemplateRefused(sentence, f"papers.template_{code}", field="file")


def _check_package(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise _refuse("too_large", _("The template is larger than 5 MB. Take large pictures out of it."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, UnicodeDecodeError) as problem:
        raise _refuse(
            "unreadable", _("This is not a Word file (.docx), or it is damaged. Save it in Word as .docx and upload it again.")
        ) from problem


def _check_parts(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if len(names) > MOST_PARTS or len(set(names)) != len(names):
        raise _refuse("parts", _("The file has more parts than a Word file needs."))
    if "word/document.xml" not in names:
        raise _refuse(
            "unreadable", _("This is not a Word file (.docx), or it is damaged. Save it in Word as .docx and upload it again.")
        )
    unpacked = 0
    for entry in archive.infolist():
        if REFUSED_PARTS.search(entry.filename):
            raise _refuse(
                "macros",
                _("The file holds macros or embedded objects (%(part)s). Save it without them.") % {"part": entry.filename},
            )
        with archive.open(entry) as part:
            read = 0
            while piece := part.read(65_536):
                read += len(piece)
                if unpacked + read > MOST_UNPACKED:
                    raise _refuse("bomb", _("Unpacked, the file is larger than 40 MB."))
        unpacked += read
    if REFUSED_TYPES.search(archive.read("[Content_Types].xml")):
        raise _refuse(
            "macros",
            _("The file holds macros or embedded objects (%(part)s). Save it without them.") % {"part": "[Content_Types].xml"},
        )
    for name in names:
        if name.endswith((".xml", ".rels")):
            _check_xml(name, archive.read(name))


def _check_xml(name: str, content: bytes) -> None:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _refuse("xml", _("Part %(part)s of the file declares things that Word files do not have.") % {"part": name})
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as problem:
        raise _refuse("unreadable", _("Part %(part)s of the file is damaged.") % {"part": name}) from problem
    if not name.endswith(".rels"):
        return
    for relation in root:
        if relation.get("TargetMode") == "External" and not (relation.get("Type") or "").endswith(ALLOWED_EXTERNAL):
            raise _refuse(
                "external",
                _("The file fetches something from elsewhere (%(target)s). Take it out or put it into the file.")
                % {"target": (relation.get("Target") or "")[:80]},
            )


# -- the fields -------------------------------------------------------------------------------------------------------


def _sources(content: bytes) -> Iterator[tuple[str, str]]:
    """The parts that people write in, as the template engine sees them."""
    document = DocxTemplate(io.BytesIO(content))
    document.init_docx()
    yield _("body"), document.patch_xml(document.get_xml())
    for uri, word in ((document.HEADER_URI, _("header")), (document.FOOTER_URI, _("footer"))):
        for _key, part in document.get_headers_footers(uri):
            yield word, document.patch_xml(document.get_part_xml(part))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in ("word/footnotes.xml", "docProps/core.xml"):
            if name in archive.namelist():
                yield name, document.patch_xml(archive.read(name).decode("utf-8", "replace"))


def _problems(content: bytes, kind: str) -> Iterator[str]:
    known = {field.name for field in fields_of(kind)}
    environment = sandbox()
    try:
        sources = list(_sources(content))
    except (PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError) as problem:
        raise _refuse(
            "unreadable", _("This is not a Word file (.docx), or it is damaged. Save it in Word as .docx and upload it again.")
        ) from problem
    for where, source in sources:
        try:
            tree = environment.parse(source)
        except TemplateSyntaxError as problem:
            yield _("%(where)s: a field is not written right (%(message)s)") % {"where": where, "message": problem.message}
            continue
        refused = list(_refused_nodes(tree, where))
        yield from refused
        if not refused:  # an unknown filter would stop the search for unknown names
            yield from _unknown(tree, known, where)


REFUSED_NODES: tuple[type[nodes.Node], ...] = (
    nodes.Call, nodes.CallBlock, nodes.Macro, nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends, nodes.Block, nodes.FilterBlock,
    nodes.Mul, nodes.Pow, nodes.Add, nodes.Sub, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Concat, nodes.Slice, nodes.Assign,
    nodes.AssignBlock, nodes.With, nodes.Dict, nodes.Tuple, nodes.List,
)  # fmt: skip
"""Everything that is more than to print a field, to repeat over a list, and to ask whether something is there."""


INNER = frozenset({"self", "super", "caller", "varargs", "kwargs"})
"""Names that the template engine itself knows."""


def _refused_nodes(tree: nodes.Template, where: str) -> Iterator[str]:
    for kind in REFUSED_NODES:
        for node in tree.find_all(kind):
            if isinstance(node, nodes.Tuple) and node.ctx == "store":
                continue
            yield _("%(where)s: templates print fields, repeat and ask; they do not calculate or call (%(what)s)") % {
                "where": where,
                "what": kind.__name__,
            }
            break
    for name in tree.find_all(nodes.Name):
        if name.name in INNER:
            yield _("%(where)s: “%(name)s” is not a field") % {"where": where, "name": name.name}
    for node in tree.find_all(nodes.Getattr):
        if node.attr.startswith("_"):
            yield _("%(where)s: “%(name)s” is not a field") % {"where": where, "name": node.attr}
    if tree.find(nodes.Getitem) is not None:
        yield _("%(where)s: “[…]” is not needed in templates; write a dot") % {"where": where}
    for used in tree.find_all(nodes.Filter):
        if used.name not in FILTERS:
            yield _("%(where)s: there is no filter “%(name)s”") % {"where": where, "name": used.name}
    if _depth(tree) > MOST_NESTED:
        yield _("%(where)s: lists are repeated inside each other more than %(most)d deep") % {"where": where, "most": MOST_NESTED}


def _depth(node: nodes.Node) -> int:
    below = max((_depth(child) for child in node.iter_child_nodes()), default=0)
    return below + isinstance(node, nodes.For)


def _unknown(tree: nodes.Template, known: set[str], where: str) -> Iterator[str]:
    from jinja2 import meta

    for name in sorted(meta.find_undeclared_variables(tree) - known - {"loop"}):
        yield _("%(where)s: there is no field “%(name)s”") % {"where": where, "name": name}


def _try_out(content: bytes, kind: str) -> None:
    """Fill the template in with generated facts: what only shows then (an unknown entry of a list) is said in a sentence."""
    try:
        _render(content, {field.name: field.sample for field in fields_of(kind)})
    except UndefinedError as problem:
        raise _refuse("fields", _("A field is not there: %(message)s") % {"message": problem.message}) from problem
    except (TemplateError, ValueError, TypeError, KeyError, etree.XMLSyntaxError) as problem:
        raise _refuse(
            "fields", _("The template could not be filled in on trial: %(message)s") % {"message": str(problem)[:200]}
        ) from problem


def _render(content: bytes, values: dict[str, Any], document: DocxTemplate | None = None) -> bytes:
    document = document or DocxTemplate(io.BytesIO(content))
    document.render(values, sandbox(), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# -- filling in -------------------------------------------------------------------------------------------------------


def render(content: bytes, made: Made, paper: Paper) -> bytes:
    """The template filled in with a paper's facts. Raises Refusal where a field is not there (any more)."""
    document = DocxTemplate(io.BytesIO(content))
    values = common_values(made.layout) | made.kind.values(made.facts)
    values |= {
        field.key: str(paper.content.get(field.key) or "")
        for field in made.kind.texts
        if field.shape == "line" and field.key not in values
    }
    values["issue"], values["total_issue"] = str(paper.issue or ""), str(paper.total_issue or "")
    values["title"] = paper.title
    values["number"] = paper.number or ""
    if made.layout.seal is not None:
        values["seal"] = InlineImage(document, io.BytesIO(made.layout.seal), width=Mm(SEAL_MM))
    values["photos"] = [p | {"image": _picture(document, p["image"])} for p in values.get("photos", [])]
    for field in fields_of(made.kind.kind):
        values.setdefault(field.name, [] if isinstance(field.sample, list) else "")
    try:
        return settled(_render(content, values, document))
    except TemplateError as problem:
        raise TemplateRefused(
            _("The template could not be filled in: %(message)s") % {"message": str(problem)[:200]}, "papers.template_fields"
        ) from problem


def settled(content: bytes) -> bytes:
    """The same file with fixed times inside, so that the same paper has the same hash."""
    from chuangwen.papers.layout.package import settled as same

    return same(content)


def _picture(document: DocxTemplate, source: Any) -> Any:
    if not isinstance(source, Path):
        return ""
    try:
        data, wide, _high = printable(LayoutPhoto(source), *PHOTO_MM)
    except LayoutError as wrong:
        raise Refusal(str(wrong), "papers.layout") from wrong
    return InlineImage(document, io.BytesIO(data), width=Mm(wide))


def common_values(layout: Layout) -> dict[str, Any]:
    """The fields that every kind has, out of the paper as composed."""
    numbers = HeadingNumbers()
    paragraphs: list[dict[str, Any]] = []
    for block in layout.body:
        if isinstance(block, Heading):
            paragraphs.append({"level": block.level, "text": numbers.next(block.level) + block.text + _said(block.run_in)})
        elif isinstance(block, Para):
            paragraphs.append({"level": 0, "text": _said(block.content)})
    return {
        "title": layout.title,
        "red_head": layout.red_head,
        "number": layout.number,
        "addressee": layout.addressee.rstrip("：:"),
        "organ": layout.organ,
        "date": chinese_date(layout.date),
        "signatory": layout.signatory,
        "copies": "；".join(names for _label, names in layout.copies),
        "print_organ": layout.print_organ,
        "opening": paragraphs[0]["text"] if paragraphs and paragraphs[0]["level"] == 0 else "",
        "demands": _demands(paragraphs),
        "paragraphs": paragraphs,
        "figures": [{"name": s.figure, "value": s.value} for s in layout.sources.values()],
        "seal": "",
    }


def _demands(paragraphs: list[dict[str, Any]]) -> list[str]:
    """The paragraphs below the last heading of the first level that asks for something."""
    found: list[str] = []
    for one in paragraphs:
        if one["level"] == 1:
            found = []
        elif one["level"] == 0:
            found.append(one["text"])
    return found


def _said(content: Any) -> str:
    return "".join(p if isinstance(p, str) else p.text for p in content if isinstance(p, str | Text | FigureRef))
