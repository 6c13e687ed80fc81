"""Days that a curator sets for an item: published on one, or kept back until one."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError, ConflictError
from archive.services import embargo, planned
from archive.web import desk_words
from archive.web.errors import status_of
from archive.web.preserve import desk_item, only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("days", __name__, url_prefix="/desk/items/<item_id>")
blueprint.before_request(only_staff)


@blueprint.post("/publish-later")
def publish_later(item_id: str) -> ResponseReturnValue:
    """Have it published on a day to come; what was typed stays when that cannot be."""
    archive, actor, form = the_archive(), visitor().actor, request.form
    try:
        day = _day(form.get("day", ""))
        planned.publish_later(archive, actor, item_id, day, form.get("version", type=int))
    except (BadInputError, ConflictError) as error:
        return _again(item_id, "publish-later", error)
    return _item(item_id)


@blueprint.post("/publish-later/cancel")
def cancel(item_id: str) -> ResponseReturnValue:
    """Leave it unpublished after all; not a day that somebody has chosen since this page was opened."""
    version = request.form.get("version", type=int)
    try:
        planned.cancel(the_archive(), visitor().actor, item_id, version)
    except ConflictError as error:
        return _again(item_id, "publish-later", error)
    return _item(item_id)


@blueprint.post("/embargo")
def keep_back(item_id: str) -> ResponseReturnValue:
    """Show it to nobody before a day; without a day, from when its giver allows."""
    archive, actor, form = the_archive(), visitor().actor, request.form
    try:
        day = _day(form.get("day", ""))
        embargo.keep_back(archive, actor, item_id, day, version=form.get("version", type=int))
    except (BadInputError, ConflictError) as error:
        return _again(item_id, "embargo", error)
    return _item(item_id)


def _again(item_id: str, form: str, error: BadInputError | ConflictError) -> ResponseReturnValue:
    words = desk_words.trouble(error.code)
    page = desk_item(item_id, wrong_form=form, day=request.form.get("day", ""), day_trouble=words)
    return page, status_of(error)


def _item(item_id: str) -> ResponseReturnValue:
    return redirect(url_for("preserve.item", item_id=item_id), 303)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise BadInputError("This is not a day.", code="not-a-day") from error
