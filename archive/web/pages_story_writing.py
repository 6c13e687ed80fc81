"""The pages of those who write stories: the form, with what was typed and what is not right, and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from archive.profiles import say
from archive.services.opening import Archive
from archive.services.stories import StoryChange, StoryView
from archive.services.story_changes import LONGEST_BODY, LONGEST_TITLE
from archive.services.story_lines import StoryLine
from archive.services.story_said import Said, items_read, items_typed
from archive.services.taken_out import TAKEN_OUT
from archive.web import labels
from archive.web.i18n import LANGUAGES, language
from archive.web.pages_describe import ChangeShown
from archive.web.pages_form import SAID_AGAIN, AskingPage, Option, Question, too_long
from archive.web.pages_stories import StoryPage
from archive.web.right_to_left import isolated
from archive.web.words import _, day, later

TROUBLES = {
    "title-needed": later("Write a title."),
    "slug-bad": later("Use small letters without accents, digits, and single hyphens between them."),
    "slug-taken": later("Another story has this address."),
    "bad-choice": later("Choose one of the list."),
    "same-language": later(
        "That story is in the same language as this one. Choose another story or none, or another language above."
    ),
    "said-in-language": later("Another story says the same in this language. Choose another language."),
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
    label = _("It says in this language what another story says")
    asked.append(choose("translation_of", label, _to_say_again(view, others)))
    help = _("The end of its address. Left empty, it is made of the title.")
    asked.append(ask("slug", _("Address"), help=help, optional=True))
    return tuple(asked)


def _to_say_again(view: StoryView | None, others: Sequence[StoryLine]) -> list[tuple[str, str]]:
    """The stories to choose from, each with its language, by their ids."""
    found = [
        (one.id, f"{isolated(one.title)} · {LANGUAGES.get(one.language, one.language)}") for one in others
    ]
    original = view.said.translation_of if view else ""
    if original and not any(one.id == original for one in others):
        # It stays chosen, or the next who saves this story would take it away and not know.
        found.insert(0, (original, _("A story that you may not see")))
    return [("", _("No other story")), *found]
