"""The pages on which bags from elsewhere are brought in: the form with what was brought, and one package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from archive.access import Actor
from archive.services import bag_imports
from archive.services.bag_imports import ImportView, VerdictView
from archive.services.labels import label
from archive.services.opening import Archive
from archive.web import labels, labels_bringing
from archive.web.formats import size_words
from archive.web.i18n import language
from archive.web.pages_form import Option, Question, one_of
from archive.web.words import _, day

# At which question a trouble is told; all others are about the package.
AT = {"no-such-collection": "collection", "import-wish": "wish"}


@dataclass(frozen=True)
class Brought:
    """One package in the list."""

    href: str
    title: str
    state: str
    facts: str


@dataclass(frozen=True)
class ImportsPage:
    """The form as it was filled in, and what was brought so far; `trouble` is about the package itself."""

    questions: tuple[Question, ...]
    troubles: tuple[Question, ...]
    package: Question
    days: int
    brought: tuple[Brought, ...]
    show_troubles: bool = True


@dataclass(frozen=True)
class BagFound:
    """What was found of one bag; `sentence` is in English, as the command prints it."""

    name: str
    verdict: str
    files: int
    size: str
    code: str
    sentence: str
    problems: tuple[str, ...]
    item_href: str
    item_state: str


@dataclass(frozen=True)
class ImportPage:
    """One package: how far it is, what was found, and what can be done with it."""

    id: str
    title: str
    state: str
    progress: str
    why: str
    facts: str
    kept: str
    bags: tuple[BagFound, ...]
    is_asked: bool
    may_take: bool
    is_again: bool
    may_remove: bool


def imports_page(archive: Archive, actor: Actor, typed: Mapping[str, str], code: str = "") -> ImportsPage:
    """The form, with what is wrong (a code) where it was typed."""
    at = AT.get(code, "package") if code else ""
    told = {at: labels_bringing.trouble(code)} if code else {}
    questions = (_collection(archive, actor, typed, told), _wish(typed, told))
    # No browser sends back a file that it was not given anew.
    again = _("Choose the package again: a ZIP, a TAR or a TAR.GZ with one bag or several.")
    package = Question(
        "package",
        _("Package"),
        help=again if code else _("A ZIP, a TAR or a TAR.GZ with one bag or several."),
        trouble=told.get("package", ""),
    )
    return ImportsPage(
        questions=questions,
        troubles=tuple(one for one in (*questions, package) if one.trouble),
        package=package,
        days=archive.settings.import_days,
        brought=tuple(_brought(archive, view) for view in bag_imports.listed(archive, actor)),
    )


def import_page(archive: Archive, view: ImportView) -> ImportPage:
    """One package, in words."""
    is_over = view.state == "failed" and view.why == bag_imports.UNEXPECTED
    waits = view.state == "checked"
    is_asked = view.state == "asked"
    return ImportPage(
        id=view.id,
        title=_title(view),
        state=_state(view),
        progress=_progress(view) if is_asked else "",
        why=labels_bringing.why(view.why),
        facts=_facts(archive, view),
        kept=_kept(view, is_here=waits or is_asked or is_over),
        bags=tuple(_bag(one) for one in view.verdicts),
        is_asked=is_asked,
        may_take=waits or is_over,
        is_again=is_over or view.wish == "take" or bool(view.why),
        may_remove=waits or is_over or (is_asked and view.wish == "check"),
    )


def _collection(
    archive: Archive, actor: Actor, typed: Mapping[str, str], told: Mapping[str, str]
) -> Question:
    known = [
        (slug, label(archive, "collection", slug, language()))
        for slug in bag_imports.collections(archive, actor)
    ]
    chosen = typed.get("collection", known[0][0] if len(known) == 1 else "")
    options = [Option(slug, words, "", slug == chosen) for slug, words in known]
    if len(known) != 1:
        options.insert(0, Option("", _("Choose a collection."), "", not chosen))
    return Question(
        "collection",
        _("Collection"),
        "list",
        value=chosen,
        options=tuple(options),
        trouble=told.get("collection", ""),
    )


def _wish(typed: Mapping[str, str], told: Mapping[str, str]) -> Question:
    asked = one_of("wish", _("What is to be done?"), labels_bringing.WISHES, typed.get("wish", "check"))
    return Question("wish", asked.label, "one", options=asked.options, trouble=told.get("wish", ""))


def _brought(archive: Archive, view: ImportView) -> Brought:
    href = url_for("bringing.one", import_id=view.id)
    return Brought(href, _title(view), _state(view), _facts(archive, view))


def _title(view: ImportView) -> str:
    return view.given_name or _("A package of bags")


def _state(view: ImportView) -> str:
    return labels.of(labels_bringing.STATES, view.wish if view.state == "asked" else view.state)


def _facts(archive: Archive, view: ImportView) -> str:
    where = label(archive, "collection", view.collection, language())
    return " · ".join((day(view.asked_on), where, size_words(view.size)))


def _progress(view: ImportView) -> str:
    done, total = view.progress.done, view.progress.total
    return _("%(done)s of %(total)s", done=size_words(done), total=size_words(total)) if total else ""


def _kept(view: ImportView, *, is_here: bool) -> str:
    """What becomes of the uploaded package."""
    if is_here:
        return _(
            "The uploaded package is removed when it was taken in or refused, and on %(day)s in any case.",
            day=day(view.expires_on),
        )
    return _("The uploaded package is not here any more: it was removed.")


def _bag(one: VerdictView) -> BagFound:
    is_withdrawn = one.verdict == "refused" and one.code in labels_bringing.WITHDRAWN
    return BagFound(
        name=one.name,
        verdict=labels.of(labels_bringing.VERDICTS, "withdrawn" if is_withdrawn else one.verdict),
        files=one.files,
        size=size_words(one.size),
        code=one.code,
        sentence=one.sentence,
        problems=one.problems,
        item_href=url_for("preserve.item", item_id=one.item_id) if one.item_id else "",
        item_state=labels.of(labels.STATES, one.item_state) if one.item_id else "",
    )
