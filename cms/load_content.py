"""Bring the lesson files into Wagtail and publish them, as an editor would."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

import training
from cms.load_questions import members_from, stable_name
from cms.pages import ModuleIndexPage, ModulePage, ModuleQuestion
from cms.policy_page import PolicyPage
from cms.questions import Question
from cms.setup import ensure_site
from cms.source import ModuleSource, QuestionSource, SectionSource, UnreadableSource, read_module
from training.catalogue.blueprint import MAIN, Blueprint
from training.errors import Invalid
from training.policy.models import Revision
from training.policy.publish import digest_of, plain_text, publish_revision, publish_statement

LANGUAGE = "ja"
# Never to be changed: every id below, hence every module and question on record, is derived from it.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_OID, "privacy-training/content")


def stable_id(*parts: str) -> uuid.UUID:
    """The same id for the same parts, at every load on every machine."""
    return uuid.uuid5(NAMESPACE, "/".join(parts))


STATEMENT = stable_id("statement")
POLICY_SLUG = "policy"

NEW, CHANGED, UNCHANGED, KEPT = "new", "changed", "unchanged", "kept"


@dataclass(slots=True)
class Loaded:
    """What a load did: each file's state by its name, and how many questions are in which state."""

    files: dict[str, str] = field(default_factory=dict)
    questions: dict[str, int] = field(default_factory=lambda: {NEW: 0, CHANGED: 0, UNCHANGED: 0, KEPT: 0})


def content_files() -> list[Path]:
    """The product's own policy, pledge and lessons, wherever it is installed."""
    package = Path(training.__file__).parent
    fixtures = next(place for place in (package / "fixtures", package.parent / "fixtures") if place.is_dir())
    content = fixtures / "content"
    return [fixtures / "policy.ja.txt", content / "statement.ja.md", *sorted(content.glob("*.yaml"))]


@transaction.atomic
def load_content(
    *,
    files: Sequence[Path],
    now: datetime,
    dry_run: bool = False,
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda name: None,
) -> Loaded:
    """Load policies (``.txt``), pledges (``.md``) and modules (``.yaml``), and publish what is new or changed in them.

    What a file and the site agree on stays untouched: no revision, version or
    ledger entry is made. Whatever somebody has edited or unpublished in the
    admin since is kept as it is, unless ``overwrite``. A dry run does everything
    and takes it back. Raises ``Invalid`` naming file, place and fault; nothing
    is loaded then.

    Ids: a question is its ``key``, a module its ``slug``. An option is its
    ``id`` in the file, or its place there: its words may change, but options
    without an ``id`` must not change places. Sections and blocks are their places.
    """
    modules = ensure_site()
    loaded = Loaded()
    order = {".txt": 0, ".md": 1, ".yaml": 2, ".yml": 2}
    for path in sorted(files, key=lambda path: order.get(path.suffix, 3)):
        progress(path.name)
        try:
            text = path.read_text(encoding="utf-8")
            with disable_reference_index_auto_update():
                loaded.files[path.name] = _load(path, text, modules, loaded, now, overwrite)
        except (OSError, UnicodeDecodeError) as reason:
            raise Invalid(f"{path.name}: {reason}") from reason
        except UnreadableSource as reason:
            raise Invalid("\n".join(f"{path.name}: {problem}" for problem in reason.problems)) from reason
        except Invalid as reason:
            raise Invalid("\n".join(f"{path.name}: {line}" for line in str(reason.message).splitlines())) from reason
    if dry_run:
        transaction.set_rollback(True)
    return loaded


def _load(path: Path, text: str, modules: ModuleIndexPage, loaded: Loaded, now: datetime, overwrite: bool) -> str:
    match path.suffix:
        case ".txt":
            return _load_policy(text, modules, now, overwrite)
        case ".md":
            title, words = read_statement(text)
            version = publish_statement(statement=STATEMENT, language=LANGUAGE, title=title, words=words, now=now)
            return _state(version.published_at == now)
        case ".yaml" | ".yml":
            source = read_module(text)
            before = dict(loaded.questions)
            questions = [_load_question(question, loaded, overwrite) for question in source.questions]
            fresh = any(loaded.questions[state] != before[state] for state in (NEW, CHANGED))
            return _load_module(source, questions, modules, fresh, overwrite)
    raise Invalid("is neither a policy (.txt), a pledge (.md) nor a module (.yaml)")


def _load_policy(text: str, modules: ModuleIndexPage, now: datetime, overwrite: bool) -> str:
    """Publish a text that is not known yet, with the policy's page; that page is made where there is none."""
    page = PolicyPage.objects.first()
    known = Revision.objects.filter(digest=digest_of(text)).exists()
    if not known and page is not None and _compare(page, {"text": plain_text(text)}, overwrite) == KEPT:
        return KEPT
    revision = publish_revision(source=text, now=now)
    if page is None:
        newest = Revision.objects.latest("number")
        page = PolicyPage(title=newest.title, slug=POLICY_SLUG, text=newest.source, locale=modules.locale, live=False)
        modules.add_child(instance=page)
        _publish(page)
    elif not known:
        page = page.get_latest_revision_as_object()
        page.text = revision.source
        _publish(page)
    return _state(not known)


def _state(is_new: bool) -> str:
    return NEW if is_new else UNCHANGED


def read_statement(text: str) -> tuple[str, str]:
    """A pledge's title, from the first line ``# title``, and its words. Raises ``UnreadableSource``."""
    first, _, rest = text.lstrip("\ufeff").partition("\n")
    if not first.startswith("# ") or not rest.strip():
        raise UnreadableSource(["line 1: must be “# ” and the title, and the words must follow"])
    return first[2:].strip(), rest.strip()


def _load_question(source: QuestionSource, loaded: Loaded, overwrite: bool) -> Question:
    key = stable_id("question", source.key)
    question = Question.objects.filter(key=key, language=LANGUAGE).first()
    fields = {
        "label": source.key,
        "type": source.type,
        "stem": source.stem,
        **members_from(source, stable_name(stable_id, "question", source.key)),
        "explanation": source.explanation,
        "clause": source.clauses[0],
        "second_clause": source.clauses[1] if len(source.clauses) > 1 else "",
        "topics": "".join(sorted(set(source.topics))),
        "quotes": _refs("question", source.key, source.quotes),
        "difficulty": source.difficulty,
    }
    if question is None:
        state, question = NEW, Question(key=key, language=LANGUAGE, live=False, **as_stored(Question, fields))
        question.save()
    else:
        state = _compare(question, fields, overwrite)
        if state in {UNCHANGED, KEPT}:
            loaded.questions[state] += 1
            return question
        question = question.get_latest_revision_as_object()
        for name, value in as_stored(Question, fields).items():
            setattr(question, name, value)
    _publish(question)
    loaded.questions[state] += 1
    return Question.objects.get(pk=question.pk)


def _load_module(
    source: ModuleSource, questions: list[Question], modules: ModuleIndexPage, fresh: bool, overwrite: bool
) -> str:
    """Load the page. ``fresh`` questions are reason enough to publish it again."""
    key = stable_id("module", source.slug)
    page = ModulePage.objects.filter(translation_key=key, locale=modules.locale).first()
    fields = {
        "title": source.title,
        "slug": source.slug,
        "summary": source.summary,
        **_blueprint(source.slug, source.blueprint),
        "covers": _refs("module", source.slug, (source.article,)),
        "body": [_section(source.slug, place, section) for place, section in enumerate(source.sections, 1)],
    }
    places = [
        (question, "" if read.pool == MAIN else read.pool)
        for question, read in zip(questions, source.questions, strict=True)
    ]
    pool = [(question.pk, name) for question, name in places]
    if page is None:
        state = NEW
        page = ModulePage(translation_key=key, locale=modules.locale, live=False, **as_stored(ModulePage, fields))
        page.pool = _pool(places)
        modules.add_child(instance=page)
    else:
        state = _compare(page, {**fields, "pool": pool}, overwrite)
        if state == UNCHANGED and fresh:
            state = CHANGED
        if state in {UNCHANGED, KEPT}:
            return state
        page = page.get_latest_revision_as_object()
        for name, value in as_stored(ModulePage, fields).items():
            setattr(page, name, value)
        if _plain(page, "pool") != pool:
            page.pool = _pool(places)
    _publish(page)
    return state


def _pool(places: list[tuple[Question, str]]) -> list[ModuleQuestion]:
    return [
        ModuleQuestion(question=question, pool_name=name, sort_order=place)
        for place, (question, name) in enumerate(places)
    ]


def _blueprint(slug: str, blueprint: Blueprint) -> dict[str, Any]:
    """The page's fields of how a paper is made; a file that does not speak of rotation means none."""
    pools = [
        {
            "type": "pool",
            "id": str(stable_id("module", slug, "pool", pool.name)),
            "value": {"name": pool.name, "draw": pool.draw},
        }
        for pool in blueprint.pools
    ]
    return {
        "draw": blueprint.draw,
        "pass_mark": blueprint.pass_mark,
        "pools": pools,
        "each_clause": [
            {"type": "clause", "id": str(stable_id("module", slug, "each", ref)), "value": ref}
            for ref in blueprint.each_clause
        ],
        "attempts": blueprint.attempts,
        "cool_down_minutes": blueprint.cool_down_minutes,
        "time_limit_minutes": blueprint.time_limit_minutes,
        "shuffle": blueprint.shuffle,
        "review": blueprint.review,
        "rotation": blueprint.rotation,
    }


def _publish(draft: Any) -> None:
    draft.save_revision().publish()
    # Once for all of its saves; Wagtail would do so after each.
    ReferenceIndex.create_or_update_for_object(type(draft).objects.get(pk=draft.pk))


def _section(slug: str, place: int, source: SectionSource) -> dict[str, Any]:
    return {
        "type": "section",
        "id": str(stable_id("module", slug, "section", str(place))),
        "value": {
            "title": source.title,
            "topics": list(source.topics),
            "content": [
                {"type": kind, "id": str(stable_id("module", slug, "section", str(place), str(number))), "value": value}
                for number, (kind, value) in enumerate(source.blocks, 1)
            ],
        },
    }


def _refs(kind: str, name: str, refs: Sequence[str]) -> list[dict[str, Any]]:
    return [{"type": "clause", "id": str(stable_id(kind, name, "clause", ref)), "value": ref} for ref in refs]


def as_stored(model: type, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields' values as attributes: lists of raw blocks become StreamField values."""
    return {
        name: model._meta.get_field(name).stream_block.to_python(value) if isinstance(value, list) else value
        for name, value in fields.items()
    }


def _compare(stored: Any, fields: dict[str, Any], overwrite: bool) -> str:
    """Whether the newest draft says what the file says; if it does not, whether the file may have its way."""
    latest = stored.get_latest_revision()
    draft = stored.get_latest_revision_as_object()
    same = all(_plain(draft, name) == _sought(type(draft), name, value) for name, value in fields.items())
    if same and stored.live and not stored.has_unpublished_changes:
        return UNCHANGED
    edited = not same and latest is not None and latest.user_id is not None
    withdrawn = not stored.live and stored.first_published_at is not None
    return KEPT if (edited or withdrawn) and not overwrite else CHANGED


def _plain(draft: Any, name: str) -> Any:
    if name == "pool":
        rows = sorted(draft.pool.all(), key=lambda row: row.sort_order or 0)
        return [(row.question_id, row.pool_name) for row in rows]
    value = getattr(draft, name)
    return _bare(value.get_prep_value() if hasattr(value, "get_prep_value") else value)


def _sought(model: type, name: str, value: Any) -> Any:
    if not isinstance(value, list) or name == "pool":
        return value
    return _bare(model._meta.get_field(name).stream_block.to_python(value).get_prep_value())


def _bare(raw: Any) -> Any:
    """A stored value without what Wagtail makes up anew: frames of list items, marks of the editor, what is empty."""
    if isinstance(raw, str):
        said = re.sub(r' data-block-key="[^"]*"', "", raw)
        return "" if said == "<p></p>" else said
    if isinstance(raw, list):
        return [_bare(item) for item in raw]
    if isinstance(raw, dict):
        if raw.get("type") == "item":
            return _bare(raw["value"])
        return {k: bare for k, v in raw.items() if (bare := _bare(v)) not in ("", None, [])}
    return raw
