"""The pages of stories: for everyone, and for those who write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from archive.profiles import say
from archive.services.labels import label
from archive.services.opening import Archive
from archive.services.stories import StoryChange, StoryLine, StoryView
from archive.services.story_changes import LONGEST_BODY, LONGEST_TITLE
from archive.services.story_items import Shown
from archive.services.story_said import Said, days_in, items_read, items_typed
from archive.services.taken_out import TAKEN_OUT
from archive.web import labels
from archive.web.i18n import LANGUAGES, language
from archive.web.markdown import Html, first_words, rendered
from archive.web.pages_form import SAID_AGAIN, AskingPage, Option, Question, too_long
from archive.web.pages_list import ListedItem, listed
from archive.web.words import _, day, later

TROUBLES = {
    "title-needed": later("Write a title."),
    "slug-bad": later("Use small letters without accents, digits, and single hyphens between them."),
    "slug-taken": later("Another story has this address."),
    "bad-choice": later("Choose one of the list."),
    "items-too-many": later("These are too many items, or the words below one of them are too long."),
    "item-twice": later("An item stands here twice."),
    "body-shows-destroyed": later("A picture in it is of something that was destroyed. Take it out."),
    TAKEN_OUT: SAID_AGAIN,
    "item-unknown": later("One of these is no item, or none that you may see."),
}
LONGEST = {"title-too-long": LONGEST_TITLE, "body-too-long": LONGEST_BODY}
FIELDS = {
    "title": later("Title"),
    "language": later("Language"),
    "body": later("Text"),
    "items": later("Items"),
}
# So many letters of a story stand below its title in a list.
BEGINS = 220


@dataclass(frozen=True)
class StoryLink:
    """A story in a list; `lang` where it is not in the language of the page, `begins` its first words, or `snippet` plain and found ones."""

    href: str
    title: str
    lang: str
    language: str
    collection: str
    is_draft: bool = False
    changed: str = ""
    published: str = ""
    begins: str = ""
    lead: ListedItem | None = None
    snippet: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class ShownItem:
    """An item below a story; without `item` it was taken back, and its words with it."""

    item: ListedItem | None
    caption: str


@dataclass(frozen=True)
class StoryPage:
    """A story as it is read; `days` are addresses and names of the days of remembrance to which it leads."""

    title: str
    lang: str
    body: Html
    items: tuple[ShownItem, ...]
    others: tuple[StoryLink, ...]
    collection: str
    collection_href: str
    published_on: str
    is_draft: bool
    desk_href: str
    days: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WritingPage(AskingPage):
    """The form of a story; `preview` is what everyone would read, `unseen` counts the items that they would not see."""

    id: str
    title: str
    version: int
    is_published: bool
    href: str
    questions: tuple[Question, ...]
    preview: StoryPage | None
    unseen: int
    is_crossed: bool
    theirs: tuple[tuple[str, str], ...]
    show_troubles: bool = True


@dataclass(frozen=True)
class ChangeShown:
    """One revision of a story in words."""

    number: int
    on: str
    by: str
    changed: tuple[tuple[str, str, str], ...]
    is_current: bool


def link(archive: Archive, line: StoryLine, *, desk: bool = False) -> StoryLink:
    """A story in a list."""
    href = (
        url_for("stories_desk.story", story_id=line.id) if desk else url_for("stories.story", slug=line.slug)
    )
    return StoryLink(
        href,
        line.title,
        line.language if line.language != language() else "",
        labels.language_name(line.language),
        label(archive, "collection", line.collection, language()),
        not line.published,
        day(line.changed_on),
        day(line.published_on) if line.published_on else "",
        "" if line.snippet else first_words(line.body, BEGINS),
        listed(line.lead) if line.lead is not None else None,
        line.snippet,
    )


def links(archive: Archive, lines: Sequence[StoryLine]) -> tuple[StoryLink, ...]:
    """The stories everyone may read, those in the visitor's language first."""
    ordered = sorted(lines, key=lambda line: line.language != language())
    return tuple(link(archive, line) for line in ordered)


def story_page(archive: Archive, view: StoryView, *, may_write: bool = False) -> StoryPage:
    """A story as whoever asked for it reads it."""
    return StoryPage(
        title=view.said.title,
        lang=view.said.language if view.said.language != language() else "",
        body=rendered(view.said.body, view.shown),
        items=_shown(view.said, view.shown),
        others=tuple(link(archive, line) for line in view.translations),
        collection=label(archive, "collection", view.said.collection, language()),
        collection_href=url_for("public.collection", slug=view.said.collection),
        published_on=day(view.published_on) if view.published and view.published_on else "",
        is_draft=not view.published,
        desk_href=_to_write(view) if may_write else "",
        days=_days(archive, view.said),
    )


def _days(archive: Archive, said: Said) -> tuple[tuple[str, str], ...]:
    known = {one.id for profile in archive.profiles.values() for one in profile.observances}
    return tuple(
        (url_for("observances.day", slug=one), label(archive, "observance", one, language()))
        for one in days_in(said)
        if one in known
    )


def _to_write(view: StoryView) -> str:
    """The way to write it anew; one that came with its collection becomes one of this archive by that."""
    if view.id:
        return url_for("stories_desk.story", story_id=view.id)
    return url_for("stories_desk.new", like=view.said.slug)


def typed_of(said: Said) -> dict[str, str]:
    """What a story says, as a person types it."""
    return {
        "title": said.title,
        "slug": said.slug,
        "collection": said.collection,
        "language": said.language,
        "translation_of": said.translation_of,
        "body": said.body,
        "items": items_typed(said.items),
    }


def said_in(form: Mapping[str, str], collection: str = "") -> Said:
    """What was typed."""
    return Said(
        title=" ".join(form.get("title", "").split()),
        slug=form.get("slug", "").strip(),
        collection=collection or form.get("collection", ""),
        language=form.get("language", "") if form.get("language", "") in LANGUAGES else language(),
        translation_of=form.get("translation_of", ""),
        body=form.get("body", "").replace("\r\n", "\n"),
        items=items_read(form.get("items", "")),
    )


def writing_page(
    archive: Archive,
    view: StoryView | None,
    typed: Mapping[str, str],
    others: Sequence[StoryLine],
    collections: Sequence[str],
    *,
    troubles: Mapping[str, str] | None = None,
    preview: StoryPage | None = None,
    unseen: int = 0,
    crossed: bool = False,
    version: int | None = None,
) -> WritingPage:
    """The form, with what is said, or was just typed; with `crossed` somebody else was faster."""
    now = typed_of(view.said) if view else {}
    questions = _questions(archive, view, typed, others, collections, troubles or {})
    theirs = tuple(
        (str(words), now[name])
        for name, words in FIELDS.items()
        if crossed and now[name].strip() != typed.get(name, "").replace("\r\n", "\n").strip()
    )
    return WritingPage(
        id=view.id if view else "",
        title=view.said.title if view else "",
        version=(version if version is not None else view.version) if view else 0,
        is_published=view.published if view else False,
        href=url_for("stories.story", slug=view.said.slug) if view else "",
        questions=questions,
        preview=preview,
        unseen=unseen,
        is_crossed=crossed,
        theirs=theirs,
    )


def changes_shown(changes: Sequence[StoryChange], names: Mapping[str, str]) -> tuple[ChangeShown, ...]:
    """The revisions in words; `names` are the user names of those who made them."""
    return tuple(
        ChangeShown(
            one.number,
            day(one.on),
            labels.by(names, one.agent),
            tuple((str(FIELDS[name]), before, after) for name, before, after in one.changed),
            one is changes[0],
        )
        for one in changes
    )


def _shown(said: Said, shown: Mapping[str, Shown]) -> tuple[ShownItem, ...]:
    return tuple(
        ShownItem(listed(one.card), caption) if one.card else ShownItem(None, "")
        for item_id, caption in said.items
        if (one := shown.get(item_id)) is not None
    )


def _questions(
    archive: Archive,
    view: StoryView | None,
    typed: Mapping[str, str],
    others: Sequence[StoryLine],
    collections: Sequence[str],
    troubles: Mapping[str, str],
) -> tuple[Question, ...]:
    def ask(name: str, label: str, shape: str = "line", help: str = "", **more: object) -> Question:
        code = troubles.get(name, "")
        most = LONGEST.get(code)
        why = too_long(most, typed.get(name, "")) if most else str(TROUBLES.get(code, ""))
        return Question(name, label, shape, help, typed.get(name, ""), trouble=why, **more)  # type: ignore[arg-type]

    def choose(name: str, label: str, values: Sequence[tuple[str, str]]) -> Question:
        chosen = typed.get(name, "")
        options = tuple(Option(value, words, "", value == chosen) for value, words in values)
        return ask(name, label, "list", options=options)

    asked = [ask("title", _("Title"))]
    if view is None:
        titles = [(slug, say(archive.profiles[slug].title, language())) for slug in collections]
        asked.append(choose("collection", _("Collection"), titles))
    asked.append(choose("language", _("Language"), list(LANGUAGES.items())))
    help = _(
        "In Markdown: an empty line between paragraphs, ## before a heading, [words](address) for a link. ![words](number of an item) shows an item. A link to the page of a day of remembrance has the story shown on that day."
    )
    asked.append(ask("body", _("Text"), "area", help))
    help = _(
        "Shown below the text. One on a line: the number of the item, which is the end of its address, then words to stand below it."
    )
    asked.append(ask("items", _("Items"), "area", help, optional=True))
    same = [
        ("", _("No other story")),
        *((one.id, one.title) for one in others if view is None or one.id != view.id),
    ]
    asked.append(choose("translation_of", _("It says in this language what another story says"), same))
    help = _("The end of its address. Left empty, it is made of the title.")
    asked.append(ask("slug", _("Address"), help=help, optional=True))
    return tuple(asked)
