"""Passkeys: made, named and removed by their owners, and signed in with."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError
from archive.services import passkeys, signing_in
from archive.web.account import come_in
from archive.web.own import Me, me, only_for_owners
from archive.web.pages_account import SignInPage, code_page, words_for
from archive.web.pages_own import codes_page, passkeys_page
from archive.web.passkey_asking import ask_for_one, site, used_challenge
from archive.web.sessions import current_session
from archive.web.unsent import SIGN_IN, ask_first
from archive.web.visitors import entering, the_archive

blueprint = Blueprint("passkeys", __name__)


@blueprint.post("/sign-in/passkey")
def sign_in() -> ResponseReturnValue:
    """Let in whoever holds a passkey; it is both factors at once."""
    if ask_first(SIGN_IN):
        return redirect(url_for("account.sign_in_form"), 303)
    half, answer = entering(), request.form.get("answer", "")
    try:
        token = passkeys.sign_in(
            the_archive(), site(), used_challenge(), answer, current_session().token if half else ""
        )
    except BadInputError:
        if half is not None and not half.must_set_up:
            page = code_page(the_archive(), half.user_id, is_refused=True)
            return render_template("account/code.html", page=page), 400
        return render_template(
            "account/sign_in.html", page=SignInPage("", ask_for_one(), is_refused=True)
        ), 400
    return come_in(token)


@blueprint.get("/account/passkeys")
def here() -> ResponseReturnValue:
    """Somebody's passkeys, and a new one."""
    return only_for_owners() or _page(me())


@blueprint.post("/account/passkeys")
def add() -> ResponseReturnValue:
    """Keep a new one; whoever has a second factor already is asked for the password once more."""
    done = only_for_owners()
    if done is not None:
        return done
    who, form = me(), request.form
    challenge = used_challenge()
    try:
        if not who.must_set_up and who.has_second_factor:
            signing_in.check_password(the_archive(), who.user_id, form.get("password", ""))
        codes = passkeys.add(
            the_archive(), site(), who.user_id, challenge, form.get("answer", ""), form.get("name", "")
        )
    except BadInputError as error:
        return _page(who, words_for(error), form.get("name", "")), 400
    if codes:
        return render_template("account/recovery_codes.html", page=codes_page(codes))
    return redirect(url_for(".here"), 303)


@blueprint.post("/account/passkeys/<passkey_id>/remove")
def remove(passkey_id: str) -> ResponseReturnValue:
    """Forget one, after the password was typed once more."""
    done = only_for_owners()
    if done is not None:
        return done
    who = me()
    try:
        signing_in.check_password(the_archive(), who.user_id, request.form.get("password", ""))
    except BadInputError as error:
        return _page(who, words_for(error)), 400
    passkeys.remove(the_archive(), who.user_id, passkey_id)
    return redirect(url_for(".here"), 303)


def _page(who: Me, trouble: str = "", name: str = "") -> str:
    page = passkeys_page(the_archive(), who, trouble, name)
    return render_template("account/passkeys.html", page=page)
