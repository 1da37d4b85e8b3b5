"""The site as it must stand before anybody writes: tree, site, index of modules, roles."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Collection, Locale, Page, Site, Workflow

from cms.pages import ModuleIndexPage
from cms.roles import ensure_roles

INDEX_TITLE = "研修課程"
INDEX_SLUG = "modules"


@transaction.atomic
def ensure_site() -> ModuleIndexPage:
    """Make what is missing and return the index of modules; run it as often as you like.

    On a site that Wagtail's first migration made and nobody has used, the page
    of welcome gives way to the index, and Wagtail's sample groups and workflow
    go. On a site in use nothing but the index and the roles is added.
    """
    locale = _ensure_locale()
    root = _ensure_root(locale)
    index = ModuleIndexPage.objects.first()
    if index is None:
        index = root.add_child(
            instance=ModuleIndexPage(title=INDEX_TITLE, slug=_free_slug(root), locale=locale, live=True)
        )
    _ensure_default_site(index)
    ensure_roles(modules=index)
    return index


def _ensure_locale() -> Locale:
    language = get_supported_content_language_variant(settings.LANGUAGE_CODE)
    return Locale.objects.get_or_create(language_code=language)[0]


def _ensure_root(locale: Locale) -> Page:
    if not Collection.objects.filter(depth=1).exists():
        Collection.add_root(name="Root")
    root = Page.get_first_root_node()
    return root or Page.add_root(instance=Page(title="Root", slug="root", locale=locale))


def _free_slug(root: Page) -> str:
    taken = root.get_children().filter(slug=INDEX_SLUG).exists()
    return f"{INDEX_SLUG}-privacy" if taken else INDEX_SLUG


def _ensure_default_site(index: ModuleIndexPage) -> None:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        Site.objects.create(
            hostname="localhost", root_page=index, is_default_site=True, site_name=settings.WAGTAIL_SITE_NAME
        )
        return
    welcome = site.root_page
    if not _is_untouched_welcome(welcome):
        return
    site.root_page = index
    site.site_name = site.site_name or settings.WAGTAIL_SITE_NAME
    site.save()
    welcome.delete()
    _remove_samples()


def _is_untouched_welcome(page: Page) -> bool:
    return page.specific_class is Page and page.slug == "home" and page.is_leaf() and page.latest_revision_id is None


def _remove_samples() -> None:
    Workflow.objects.filter(name="Moderators approval", workflow_states=None).delete()
    Group.objects.filter(name__in=["Moderators", "Editors"], user=None).delete()
