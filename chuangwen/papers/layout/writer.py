"""A paper as a Word file: head, title, body, closing, annexes, imprint, in the order of GB/T 9704-2012, clause 7."""

from datetime import UTC, datetime, time

from . import closing, heads
from .blocks import Blocks
from .model import Paper
from .package import Package
from .seals import seal_of

SOURCES_TITLE = "数据来源"


def write(paper: Paper) -> bytes:
    """The .docx of a paper. The same paper gives the same bytes. Raises LayoutError."""
    created = paper.created or datetime.combine(paper.date, time(), UTC)
    package = Package(created.astimezone(UTC).replace(tzinfo=None))
    blocks = Blocks(package, paper.sources)
    body = blocks.write(paper.body)
    annexes = [(annex.title, blocks.write(annex.blocks)) for annex in paper.annexes]
    if blocks.cited:
        annexes.append((SOURCES_TITLE, blocks.source_rows()))
    names = [name for name, _ in annexes] if paper.attachments is None else paper.attachments
    parts = [
        heads.head(paper),
        heads.title(paper),
        heads.addressee(paper),
        body,
        closing.attachments(names),
        closing.signature(paper, None if paper.seal is None else seal_of(package, paper.seal)),
    ]
    for number, (name, content) in enumerate(annexes, 1):
        label = "附件" if len(annexes) == 1 else f"附件{number}"
        parts.append(closing.annex_head(label, name) + content)
    parts.append(closing.imprint(paper))
    return package.save("".join(parts), title=(paper.title or paper.red_head).replace("\n", ""), author=paper.organ)
