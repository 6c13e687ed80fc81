"""The pages of an export for a reading room, each in every language of its item's collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from archive.bags.leaving import INSIDE, Part
from archive.exchange.reading_room import Copy, Entry, Version, item_page, list_page
from archive.exchange.reading_words import WORDS
from archive.services.export_public import PublicItem, public_item, safe_parts
from archive.services.opening import Archive

START = "start-here.html"
FIRST = next(iter(WORDS))


def reading_room(archive: Archive, ids: Iterable[str]) -> Iterator[Part]:
    """The safe bag of each item and its pages, then the lists that lead to them; the one to begin with has no language in its name."""
    entries: list[dict[str, Entry]] = []
    for item_id in ids:
        item = public_item(archive, item_id)
        entry: dict[str, Entry] = {}
        languages = _languages(archive, item.view.collection)
        for language in languages:
            said = item if language == FIRST else public_item(archive, item_id, language)
            address = f"{INSIDE}/{_name(item_id, language, languages)}"
            yield Part.of(address, _page(said, language, languages))
            facts = " · ".join(filter(None, ("; ".join(said.described.creators), said.described.date_words)))
            entry[language] = Entry(address, said.described.title or item_id, facts)
        entries.append(entry)
        for part in safe_parts(archive, item):
            yield part.inside(f"{INSIDE}/{item_id}")
    yield from _lists(archive.settings.site_name, entries)


def _lists(title: str, entries: Sequence[Mapping[str, Entry]]) -> Iterator[Part]:
    """The list in each language that a page has; an item that has none in it is listed in the first of its own."""
    every = [one for one in WORDS if any(one in entry for entry in entries)]
    for language in every:
        listed = [entry.get(language) or next(iter(entry.values())) for entry in entries]
        others = [Version(one, _list(one)) for one in every if one != language]
        page = list_page(title, listed, language, others)
        yield Part.of(_list(language), page)
        if language == every[0]:
            yield Part.of(START, page)


def _languages(archive: Archive, slug: str) -> tuple[str, ...]:
    """The languages of a collection that there are words in, the first of ours where there are in none."""
    profile = archive.profiles.get(slug)
    spoken = profile.languages if profile else ()
    return tuple(one for one in WORDS if one in spoken) or (FIRST,)


def _page(item: PublicItem, language: str, languages: Sequence[str]) -> bytes:
    item_id = item.view.id
    copies = (
        Copy(f"{item_id}/data/{path}", copy.media_type.partition(";")[0], path.rpartition("/")[2])
        for path, copy, _ in item.copies
    )
    others = [Version(one, _name(item_id, one, languages)) for one in languages if one != language]
    return item_page(
        item.described, item.view.content_note, copies, f"../{_list(language)}", language, others
    )


def _name(item_id: str, language: str, languages: Sequence[str]) -> str:
    return f"{item_id}.html" if language == languages[0] else f"{item_id}.{language}.html"


def _list(language: str) -> str:
    return f"start-here.{language}.html"
