"""`remembrance search` and `remembrance show`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from archive.access import OPERATOR, PUBLIC
from archive.cli.common import json_option, lines, opened, print_json, printable
from archive.models import ItemState
from archive.profiles import say
from archive.search import FACETS, KEPT, STAFF_FACETS
from archive.services import find as finding
from archive.services import indexing
from archive.services import show as showing
from archive.services.counted import counted
from archive.services.kept import field_of
from archive.services.labels import label
from archive.services.opening import Archive
from archive.services.relations import entries
from archive.services.views import Card, ItemView, Results

staff_option = click.option("--staff", is_flag=True, help="Look at everything, as staff may.")


# Stands before a word that begins with a minus while click looks for options; no argument of a program can hold it.
_WORD = "\0"


class WithMinusWords(click.Command):
    """A command whose words may begin with one minus, as what is searched for without; two are an option's."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        mine = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        short = {*ctx.help_option_names, *(name for one in mine for name in one.opts)}
        valued = {name for one in mine if not one.is_flag for name in one.opts}
        end = args.index("--") if "--" in args else len(args)
        marked = [
            f"{_WORD}{one}"
            if one[:1] == "-" and one[1:2] not in ("", "-") and one not in short and before not in valued
            else one
            for before, one in zip(["", *args], args[:end], strict=False)
        ]
        return super().parse_args(ctx, marked + args[end:])


def _unmarked(_ctx: click.Context, _param: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.removeprefix(_WORD) for word in words)


@click.command(
    cls=WithMinusWords,
    help='Search as the public does: words, "exact phrases", -not, OR, prefix*, title: creator: subject: place: date:1863..1865. Exit code 1 when the index lacks items, so that not everything is found.',
)
@click.argument("words", nargs=-1, callback=_unmarked)
@click.option(
    "--page",
    default=1,
    show_default=True,
    type=click.IntRange(1, finding.LARGEST_PAGE),
    help="Which page of results.",
)
@click.option(
    "--sort",
    type=click.Choice(finding.SORTS),
    default="relevance",
    show_default=True,
    help="What comes first.",
)
@click.option("--only", multiple=True, metavar="FACET=VALUE", help="Narrow down, such as --only decade=1860.")
@staff_option
@json_option
def search(
    words: tuple[str, ...], page: int, sort: str, only: tuple[str, ...], staff: bool, as_json: bool
) -> int:
    filters = _filters(only, (*(STAFF_FACETS if staff else FACETS), *KEPT))
    with opened() as archive:
        actor = OPERATOR if staff else PUBLIC
        found = finding.find(archive, actor, " ".join(words), filters=filters, sort=sort, page=page)
        lacking = indexing.lacking(archive, staff=staff)
        if as_json:
            print_json(as_values(archive, found) | {"complete": not lacking})
        else:
            print_results(archive, found, page)
    if lacking:
        click.echo(
            f"The index lacks {counted(lacking, 'item')} of the database, so not everything can be found. Run `remembrance index rebuild`.",
            err=True,
        )
    return 1 if lacking else 0


def _filters(only: tuple[str, ...], facets: tuple[str, ...]) -> dict[str, list[str]]:
    filters: dict[str, list[str]] = {}
    for one in only:
        facet, equals, value = one.partition("=")
        if not equals:
            raise click.UsageError(f"--only {one}: write FACET=VALUE.")
        if facet not in facets:
            raise click.UsageError(
                f"--only {one}: there is no facet “{facet}”; there are {', '.join(facets)}."
            )
        filters.setdefault(facet, []).append(value)
    return filters


def as_values(archive: Archive, found: Results) -> dict[str, Any]:
    """Results as scripts rely on them."""
    return {
        "total": found.total,
        "items": [
            {
                "id": card.id,
                "title": card.title,
                "url": url_of(archive, card),
                "snippet": "".join(text for text, _ in card.snippet),
            }
            for card in found.cards
        ],
        "facets": {
            name: [{"value": one.value, "label": one.label, "count": one.count} for one in values]
            for name, values in found.facets.items()
        },
        "page": found.page,
        "pages": found.pages,
        "suggestion": found.suggestion,
        "no_dates": list(found.no_dates),
    }


def url_of(archive: Archive, card: Card) -> str:
    """Where an item is read, at the moment or page of the hit; whole when the archive knows its public address."""
    place = f"?t={card.start_ms // 1000}#t={card.start_ms // 1000}" if card.start_ms is not None else ""
    if not place and card.page is not None and card.page > 1:
        place = f"?page={card.page}"
    return f"{archive.settings.public_url.rstrip('/')}/items/{card.id}{place}"


def print_results(archive: Archive, found: Results, page: int = 1) -> None:
    """Results for a person, who asked for that page."""
    click.echo(f"{found.total} found" + (f", page {found.page} of {found.pages}" if found.pages > 1 else ""))
    if found.total and page > found.pages:
        there = counted(found.pages, "page, and this is it", "pages, and this is the last")
        click.echo(f"There is no page {page} of it: it has {there}.")
    for words in found.no_dates:
        click.echo(f"Not a date, so looked for as words: {printable(words)}")
    for words in found.no_beginnings:
        click.echo(f"Fewer than three letters before the star, so looked for as a word: {printable(words)}")
    if found.suggestion:
        click.echo(f"Did you mean: {found.suggestion}")
    for card in found.cards:
        facts = " · ".join(filter(None, (", ".join(card.names), card.date_words, card.kind_label)))
        title = click.style(printable(card.title), bold=True)
        click.echo(f"\n{title}\n  {printable(facts)}\n  {url_of(archive, card)}")
        if card.snippet:
            parts = ((printable(" ".join(f"|{text}|".split())[1:-1]), hit) for text, hit in card.snippet)
            click.echo("  " + "".join(click.style(text, bold=True) if hit else text for text, hit in parts))


@click.command(help="Show one item as staff sees it: its description, files, bag and history.")
@click.argument("item_id", metavar="ID")
@json_option
def show(item_id: str, as_json: bool) -> None:
    with opened() as archive:
        item = showing.item(archive, OPERATOR, item_id)
        if as_json:
            print_json(_plain(dataclasses.asdict(item)))
            return
        lines(
            ("title", item.title),
            ("names", "; ".join(f"{one.name} ({one.role})" for one in item.names)),
            ("date", f"{item.date_words} [{item.date_edtf}]" if item.date_edtf else "undated"),
            ("places", "; ".join(place.name for place in item.places)),
            ("subjects", "; ".join(item.subjects)),
            ("kind", item.kind_label),
            ("rights", item.rights),
            *_said(item),
            *_own_fields(archive, item),
            ("state", f"{item.state}, for {item.audience}{_unseen(item)}"),
            ("bag", f"{item.bag_key}, record {item.bag_revision}" if item.bag_key else "not kept yet"),
        )
        for file in item.files:
            reason = f": {file.failure}" if file.failure else ""
            click.echo(
                f"\n{printable(file.given_name)} ({file.role}, {file.size} bytes, {file.format_name or 'unknown format'}) {file.state}{reason}"
            )
            if file.given_bytes:
                click.echo(f"  name as bytes: {file.given_bytes}")
            click.echo(f"  sha512 {file.sha512}")
            click.echo(
                f"  access copies: {', '.join(f'{copy.kind} {copy.media_type}' for copy in file.copies) or 'none'}"
            )
            for note in file.notes:
                click.echo(f"  {note}")
        click.echo()
        for event in item.events:
            click.echo(f"{event.on} {event.kind} by {event.agent}")


def _unseen(item: ItemView) -> str:
    """Added where less is shown at this moment than its audience says: others were not asked, or its days are not these."""
    return "; only staff sees it now" if item.state == ItemState.PUBLISHED and not item.widest else ""


def _said(item: ItemView) -> Iterator[tuple[str, str]]:
    """What not every item has."""
    rows = (
        ("languages", "; ".join(item.languages)),
        ("description", item.description),
        ("source", item.source),
        ("content note", item.content_note),
    )
    yield from ((name, " ".join(value.split())) for name, value in rows if value)


def _own_fields(archive: Archive, item: ItemView) -> Iterator[tuple[str, str]]:
    """What the fields of the collection's own hold, and columns of a table that no field takes, under their names."""
    for name, value in item.extra.items():
        known = field_of(archive.profiles, item.collection, name)
        texts = [one.strip() for one in entries(value)]
        if known is not None and known.kind == "observance":
            texts = [label(archive, "observance", one, "en") for one in texts]
        named = say(known.label, "en") if known else name
        yield (
            f"{named} (only staff sees it)" if name in item.only_staff else named,
            "; ".join(filter(None, texts)),
        )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value
