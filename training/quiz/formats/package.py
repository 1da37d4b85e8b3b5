"""A content package: a ZIP whose ``imsmanifest.xml`` says which files hold items, of whichever version of QTI.

Pure.
"""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import replace
from urllib.parse import unquote

from training.quiz.formats import qti2, qti3, qti12
from training.quiz.formats.clean import one_line
from training.quiz.formats.collect import Collector
from training.quiz.formats.model import Outcome, Refusal, read_labels
from training.quiz.formats.safe import Node, parse
from training.quiz.formats.zips import escapes, member, opened

MANIFEST = "imsmanifest.xml"


def read(data: bytes) -> Outcome:
    """Every item of a package, in the manifest's order. Raises ``Refusal`` for a package that is none."""
    collector = Collector()
    with opened(data) as archive:
        if MANIFEST not in archive.namelist():
            raise Refusal("package", f"{MANIFEST} がありません。")
        manifest = parse(member(archive, MANIFEST))
        seen: set[str] = set()
        for resource in manifest.all("resource"):
            kind = resource.get("type").lower()
            href = _href(resource)
            if not kind.startswith(("imsqti", "imsqtiasi")) or "test" in kind or not href.lower().endswith(".xml"):
                continue
            if href not in seen:
                seen.add(href)
                _take(archive, resource, href, collector)
    return collector.outcome()


def _href(resource: Node) -> str:
    """The resource's own file; Canvas names it only among the resource's files."""
    files = [one.get("href") for one in resource.children("file")]
    return resource.get("href") or next((name for name in files if name.lower().endswith(".xml")), "")


def _take(archive: zipfile.ZipFile, resource: Node, href: str, collector: Collector) -> None:
    path = posixpath.normpath(unquote(href.partition("?")[0]))
    before = len(collector.imported)
    try:
        if escapes(path):
            raise Refusal("package", "パッケージの外を指しています。")
        take_tree(parse(member(archive, path)), collector)
    except Refusal as refusal:
        collector.refuse(refusal, name=href, type="file", line=refusal.line)
    labels = tuple(one_line(word.text()) for word in resource.all("keyword"))
    if labels:
        said = read_labels(tuple(filter(None, labels)))
        for place in range(before, len(collector.imported)):
            question = collector.imported[place]
            collector.imported[place] = replace(question, **{**said, "language": question.language or said["language"]})


def take_tree(root: Node, collector: Collector) -> None:
    """Take the questions of one QTI file of any version."""
    if root.name == "questestinterop":
        qti12.take_items(root, collector)
    else:
        qti2.take_items(qti3.as_2(root), collector)
