"""Bring in: a package of bags that were packed elsewhere is uploaded, checked, taken in, looked at, removed."""

from __future__ import annotations

import contextlib
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import ArchiveError, BadInputError
from archive.services import bag_imports
from archive.services.arrival import arrive
from archive.web import intake
from archive.web.connection import CutError, body
from archive.web.errors import status_of
from archive.web.form_read import boundary_of_form, check_token
from archive.web.multipart import Part, Parts
from archive.web.pages_bringing import import_page, imports_page
from archive.web.preserve import only_staff
from archive.web.uploads import AROUND, most_left
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("bringing", __name__, url_prefix="/desk/bring-in")
blueprint.before_request(only_staff)


@blueprint.before_request
def only_who_may() -> None:
    """Decided before anything is looked up."""
    bag_imports.check_actor(visitor().actor)


@blueprint.get("")
def all_imports() -> str:
    """The form, and what this visitor has brought so far."""
    return _page({})


@blueprint.post("")
def bring() -> ResponseReturnValue:
    """Take in a package as it arrives, and have a worker look at it; what is not right is told where it was typed.

    The fields stand before the package: whatever is wrong with them, and whether there is room, is known before a
    byte of it is read.
    """
    parts = Parts(body(request), boundary_of_form(), 1)
    typed: dict[str, str] = {}
    is_ours = False
    import_id = ""
    try:
        for part in parts:
            if not part.is_heard:
                raise BadInputError("There is more in this form than it asks for.")
            if part.name == "csrf_token":
                check_token(part.value)
                is_ours = True
            elif part.file_name is None:
                typed[part.name] = part.value
            elif is_ours:
                import_id = _take(typed, part, parts)
                break
            else:
                check_token("")
    except CutError:
        return _page(typed, "upload-cut"), 400
    except ArchiveError as error:
        return _page(typed, error.code), status_of(error)
    if not is_ours:
        check_token("")
    return redirect(url_for(".one", import_id=import_id), 303)


@blueprint.get("/<import_id>")
def one(import_id: str) -> str:
    """One package: how far it is, and what was found of every bag in it."""
    archive = the_archive()
    page = import_page(archive, bag_imports.one(archive, visitor().actor, import_id))
    return render_template("preserve/brought.html", page=page)


@blueprint.post("/<import_id>/take-in")
def take_in(import_id: str) -> ResponseReturnValue:
    """Take in what was checked, without uploading it again."""
    bag_imports.take_in(the_archive(), visitor().actor, import_id)
    return redirect(url_for(".one", import_id=import_id), 303)


@blueprint.post("/<import_id>/remove")
def remove(import_id: str) -> ResponseReturnValue:
    """Remove the package before its days are over."""
    bag_imports.take_off(the_archive(), visitor().actor, import_id)
    return redirect(url_for(".one", import_id=import_id), 303)


def _take(typed: dict[str, str], part: Part, parts: Parts) -> str:
    """Take in the package, and have it looked at; the id of its import."""
    archive, actor = the_archive(), visitor().actor
    collection, wish = typed.get("collection", ""), typed.get("wish", "")
    bag_imports.check_wish(archive, actor, collection, wish)
    if not part.file_name:
        raise BadInputError("No package was chosen.", code="import-missing")
    size = max(0, (request.content_length or 0) - AROUND)
    with intake.charged(size) as charge:
        if size:
            bag_imports.look_for_room(archive, size)
        charge.begin_file()
        package = bag_imports.begin(archive, actor, collection, part.file_name, wish)
        grow = partial(bag_imports.grow, bound=most_left(parts))
        try:
            with arrive(archive, intake.intake().memory, package, grow) as arrival:
                for block in part.blocks:
                    charge.take(len(block))
                    arrival.write(block)
                arrival.flush()
                bag_imports.finish(archive, package.id, arrival.offset)
        except BaseException:
            with contextlib.suppress(ArchiveError):
                bag_imports.abandon(archive, package.id)
            raise
    return package.id


def _page(typed: dict[str, str], trouble: str = "") -> str:
    page = imports_page(the_archive(), visitor().actor, typed, trouble)
    return render_template("preserve/bring_in.html", page=page)
