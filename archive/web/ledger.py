"""The public ledger: a page in plain words, and what programs check and keep, at addresses that stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import Blueprint, Response, render_template, url_for

from archive.exchange import atom
from archive.models import today
from archive.models.errors import NotFoundError
from archive.services import checkpoint_begun, checkpoint_gaps, checkpoint_keys, checkpoints
from archive.services.checkpoint_text import Checkpoint, as_json
from archive.services.gap_text import Gap
from archive.web.i18n import language
from archive.web.pages_ledger import gap_sentences, gap_title, in_words, ledger_page
from archive.web.public_address import whole
from archive.web.visitors import the_archive
from archive.web.words import _, day

SHOWN = 30

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/ledger")
def page() -> str:
    """What the ledger is, how much stands in it, and how anybody checks it."""
    archive = the_archive()
    settings = archive.settings
    # One more than is shown, so that of the oldest one too it is known how much was new.
    found = checkpoints.newest(settings, SHOWN + 1)
    gaps = checkpoint_gaps.read_all(settings)[::-1]
    shown = ledger_page(found, SHOWN, checkpoint_keys.published(settings), gaps)
    begun = [(day(on), reason) for on, reason in checkpoint_begun.begun_anew(archive)]
    here = whole(archive, url_for("public.home"))
    return render_template("public/ledger.html", page=shown, begun=begun, here=here)


@blueprint.get("/ledger/checkpoints.jsonl")
def every() -> Response:
    """Every checkpoint on a line, the oldest first."""
    settings = the_archive().settings

    def told() -> Iterator[str]:
        yield from checkpoints.lines(settings)

    return Response(told(), mimetype="application/jsonl")


@blueprint.get("/ledger/<on>.json")
def of_day(on: str) -> Response:
    """The checkpoint of one day, with the hashes of what came in it."""
    return Response(as_json(_of_day(on)) + "\n", mimetype="application/json")


@blueprint.get("/ledger/<on>.txt")
def signed(on: str) -> Response:
    """The checkpoint of one day as the text that was signed, for programs that follow ledgers (C2SP tlog-checkpoint)."""
    return Response(_of_day(on).note, mimetype="text/plain")


@blueprint.get("/ledger/gaps.jsonl")
def gaps() -> Response:
    """Every acknowledgement of a gap on a line, each with what proves its entry; nothing while there is none."""
    settings = the_archive().settings
    # Mostly there is none, and nothing has to be read to say so.
    days = checkpoints.all_days(settings) if checkpoint_gaps.count(settings) else []
    every = [checkpoints.of_day(settings, day) for day in days]
    return Response("".join(checkpoint_gaps.lines(settings, every)), mimetype="application/jsonl")


@blueprint.get("/ledger/gap-<int:number>.txt")
def gap(number: int) -> Response:
    """One acknowledgement as the text that was signed."""
    for one in checkpoint_gaps.read_all(the_archive().settings):
        if one.number == number:
            return Response(one.note, mimetype="text/plain")
    raise NotFoundError("There is no such acknowledgement.")


@blueprint.get("/ledger/keys")
def keys() -> Response:
    """Every public key, each vouched for by the one before."""
    known = checkpoint_keys.published(the_archive().settings)
    if not known:
        raise NotFoundError("There is no key yet.")
    return Response(checkpoint_keys.as_json(known), mimetype="application/json")


@blueprint.get("/ledger.atom")
def feed() -> Response:
    """The newest checkpoints, whole: whoever follows them keeps what nobody can change afterwards."""
    archive = the_archive()
    settings = archive.settings
    about = atom.Feed(
        whole(archive, url_for(".feed")),
        whole(archive, url_for(".page")),
        _("The public ledger: %(name)s", name=settings.site_name),
        settings.organisation or settings.site_name,
        language(),
    )
    # What was lost is told to whoever comes, however long ago it was.
    said = [_entry_of_gap(one) for one in checkpoint_gaps.read_all(settings)]
    entries = [*said, *(_entry(one) for one in checkpoints.newest(settings, SHOWN))]
    entries.sort(key=lambda one: one.on, reverse=True)
    return Response(atom.feed(about, entries, today()), mimetype=atom.MEDIA_TYPE)


def _of_day(on: str) -> Checkpoint:
    try:
        return checkpoints.of_day(the_archive().settings, date.fromisoformat(on))
    except ValueError as error:
        raise NotFoundError("There is no checkpoint of that day.") from error


def _entry_of_gap(one: Gap) -> atom.Entry:
    return atom.Entry(
        whole(the_archive(), url_for(".gap", number=one.number)),
        gap_title(one),
        " ".join(gap_sentences(one)),
        one.on,
        media_type="text/plain",
        content=one.note,
    )


def _entry(one: Checkpoint) -> atom.Entry:
    return atom.Entry(
        whole(the_archive(), url_for(".signed", on=one.day.isoformat())),
        _("Checkpoint of %(day)s", day=day(one.day)),
        in_words(one),
        one.day,
        media_type="text/plain",
        content=one.note,
    )
