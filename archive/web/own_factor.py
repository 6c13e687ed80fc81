"""One's own authenticator and recovery codes."""

from __future__ import annotations

import io

import qrcode
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError, NotFoundError
from archive.services import second_factor, signing_in
from archive.web.own import me, only_for_owners
from archive.web.pages_account import words_for
from archive.web.pages_own import codes_page, factor_page
from archive.web.visitors import the_archive

blueprint = Blueprint("factor", __name__, url_prefix="/account/second-factor")
blueprint.before_request(only_for_owners)


@blueprint.get("")
def here() -> str:
    """How it stands, and what can be done."""
    return _page()


@blueprint.post("/begin")
def begin() -> ResponseReturnValue:
    """Make a secret, to be told to an authenticator; whoever has a passkey already is asked for the password."""
    try:
        _check_password()
    except BadInputError as error:
        return _page("begin", words_for(error)), 400
    second_factor.begin(the_archive(), me().user_id)
    return redirect(url_for(".here"), 303)


@blueprint.get("/picture.png")
def picture() -> Response:
    """The secret as a picture that phones read; only until it is confirmed, and only for its owner."""
    secret = second_factor.pending(the_archive(), me().user_id, me().username)
    if secret is None:
        raise NotFoundError("There is nothing to set up.")
    made = io.BytesIO()
    qrcode.make(secret.address).save(made)
    return Response(made.getvalue(), mimetype="image/png")


@blueprint.post("/confirm")
def confirm() -> ResponseReturnValue:
    """Check the first code, and show the recovery codes this once; the password is asked for as in the beginning.

    A secret may wait here from before there was a passkey.
    """
    try:
        _check_password()
    except BadInputError as error:
        return _page("confirm-password", words_for(error)), 400
    try:
        codes = second_factor.confirm(the_archive(), me().user_id, request.form.get("code", ""))
    except BadInputError as error:
        return _page("confirm", words_for(error)), 400
    return render_template("account/recovery_codes.html", page=codes_page(codes))


@blueprint.post("/recovery-codes")
def recovery_codes() -> ResponseReturnValue:
    """Ten new ones in the place of the old, after a fresh code."""
    try:
        signing_in.check_code(the_archive(), me().user_id, request.form.get("code", ""))
    except BadInputError as error:
        return _page("recovery-codes", words_for(error)), 400
    codes = second_factor.new_codes(the_archive(), me().user_id)
    return render_template("account/recovery_codes.html", page=codes_page(codes))


@blueprint.post("/off")
def off() -> ResponseReturnValue:
    """Turn the authenticator off, after a fresh code."""
    try:
        signing_in.check_code(the_archive(), me().user_id, request.form.get("code", ""))
    except BadInputError as error:
        return _page("off", words_for(error)), 400
    second_factor.turn_off(the_archive(), me().user_id)
    return redirect(url_for(".here"), 303)


def _check_password() -> None:
    """BadInputError unless the password was typed, where an open session alone is not to open another way in."""
    who = me()
    if not who.must_set_up and who.has_second_factor:
        signing_in.check_password(the_archive(), who.user_id, request.form.get("password", ""))


def _page(wrong: str = "", trouble: str = "") -> str:
    page = factor_page(the_archive(), me(), wrong, trouble)
    return render_template("account/second_factor.html", page=page)
