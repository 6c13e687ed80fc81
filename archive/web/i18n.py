"""The languages of the pages: an address begins with `/es`, `/fr` or `/pt`; without a prefix it is English."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, force_locale, get_translations

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LANGUAGES = {"en": "English", "es": "Español", "fr": "Français", "pt": "Português"}
DEFAULT = "en"
TRANSLATIONS = Path(__file__).parent / "translations"
LONGEST_CARRIED = 4_000
"""Characters of what was asked that a link to another language carries; no browser sends more to a server of ours."""
LANGUAGE_KEY, ROOT_KEY = "archive.language", "archive.root"


class LanguagePrefix:
    """Moves the language at the start of a path into the environment, so that every route has every language.

    The prefix becomes part of SCRIPT_NAME: addresses that a page builds stay in its language by themselves.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        root = environ.get("SCRIPT_NAME", "")
        environ[ROOT_KEY] = root
        first, _, rest = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        if first in LANGUAGES and first != DEFAULT:
            environ[LANGUAGE_KEY] = first
            environ["SCRIPT_NAME"] = f"{root}/{first}"
            environ["PATH_INFO"] = f"/{rest}"
        return self.app(environ, start_response)


def install(app: Flask) -> None:
    """Give `app` its languages and catalogues."""
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    ensure_catalogues()
    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone="UTC",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=language,
    )
    # A page says a hundred things, nearly all of them on every page.
    app.jinja_env.globals.update(_=_said, gettext=_said)


def language() -> str:
    """The language of the page that is asked for."""
    return str(request.environ.get(LANGUAGE_KEY, DEFAULT))


@contextmanager
def said_in(code: str) -> Iterator[None]:
    """Have everything said in that language for a while, whatever the address says: for what holds all languages."""
    before = language()
    request.environ[LANGUAGE_KEY] = code
    try:
        with force_locale(code):
            yield
    finally:
        request.environ[LANGUAGE_KEY] = before


def translated(message: str) -> str:
    """A message in the language of the page that is asked for; as it stands where no page is."""
    return _translated(language(), message) if has_request_context() else message


def _spoken() -> str:
    """The language in which words are said now, as the translations know it."""
    # Asked a hundred times a page, so not by way of the library, which asks the same.
    return language() if has_request_context() else DEFAULT


@lru_cache(8_192)
def _translated(_language: str, message: str) -> str:
    return str(get_translations().ugettext(message))


def _said(message: str, **values: Any) -> Any:
    """The same in a template, with `%(name)s` filled in and made harmless."""
    words = _marked(_spoken(), message)
    return words % values if values else words


@lru_cache(8_192)
def _marked(language: str, message: str) -> Any:
    # Our own words need no escaping; what is filled into them is escaped by what this makes of them.
    return current_app.jinja_env.filters["safe"](_translated(language, message))


def shared(path: str) -> str:
    """An address without its language: for what is the same in each, such as pictures."""
    return str(request.environ.get(ROOT_KEY, "")) + path.removeprefix(request.script_root)


def here_in(code: str) -> str:
    """The address of this page in another language, with everything that was asked."""
    query = request.query_string.decode("latin-1")
    if len(query) > LONGEST_CARRIED:
        query = ""
    return in_language(code, request.path) + (f"?{query}" if query else "")


def in_language(code: str, path: str) -> str:
    """The address of a page, given as routes are, in that language."""
    prefix = "" if code == DEFAULT else f"/{code}"
    return f"{shared('')}{prefix}{quote(path)}"


def home_in(code: str) -> str:
    """The address of the home page in another language."""
    return f"{shared('')}/{'' if code == DEFAULT else code + '/'}"


def ensure_catalogues() -> None:
    """Compile the catalogues of a checkout that are missing or older than their words.

    An installed program has them compiled and without the .po files' fresher times, so nothing is done there.
    """
    for words in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        compiled = words.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < words.stat().st_mtime:
            compile_catalogue(words, compiled)


def compile_catalogue(words: Path, compiled: Path) -> None:
    """Write the .mo of one .po; several processes may do it at once."""
    with words.open("rb") as source:
        catalogue = read_po(source, locale=words.parent.parent.name)
    temporary = compiled.with_name(f".{compiled.name}.{secrets.token_hex(4)}")
    with temporary.open("wb") as target:
        write_mo(target, catalogue)
    temporary.replace(compiled)
