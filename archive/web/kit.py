"""`python -m archive.web.kit FOLDER COLLECTION LANGUAGE...`: writes the kit for events without internet."""

from __future__ import annotations

import csv
import io
import shutil
import sys
from pathlib import Path

from flask import Flask, render_template

from archive.durable import fsync_path
from archive.profiles import CollectionProfile, load_profiles
from archive.services.opening import collections_root
from archive.settings import Settings
from archive.web import i18n
from archive.web.app import PACKAGE, templates_root
from archive.web.pages_kit import columns_of, kit_page

# Template, and the name of the page that is made of it for each language.
PAGES = {
    "kit/read_me.html": "READ-ME-FIRST-{}.html",
    "kit/give.html": "give-{}.html",
    "kit/code.html": "code-{}.html",
    "kit/paper.html": "without-script/paper-{}.html",
}
BESIDE = (
    "css/remembrance.css",
    "css/kit.css",
    "kit-zip.js",
    "kit-code.js",
    "kit-towns.js",
    "kit.js",
    "kit-paper.js",
    "icon.png",
)


def write_kit(
    folder: Path, profile: CollectionProfile, languages: tuple[str, ...], organisation: str
) -> None:
    """Write the whole kit into `folder`, which is not there yet; it needs nothing outside itself."""
    app = Flask("archive.web", root_path=str(PACKAGE), template_folder=str(templates_root()))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    i18n.install(app)
    for part in (folder, folder / "files", folder / "without-script"):
        part.mkdir()
    for name in BESIDE:
        shutil.copyfile(PACKAGE / "static" / name, folder / "files" / Path(name).name)
    table = io.StringIO(newline="")
    csv.writer(table).writerow(columns_of(profile))
    # Spreadsheet programs know UTF-8 by the mark at its beginning.
    _write(folder / "without-script" / "metadata.csv", table.getvalue(), "utf-8-sig")
    names = {code: i18n.LANGUAGES[code] for code in languages}
    for code in languages:
        with app.test_request_context("/", environ_overrides={i18n.LANGUAGE_KEY: code}):
            page = kit_page(profile)
            for template, name in PAGES.items():
                text = render_template(
                    template,
                    page=page,
                    language=code,
                    languages=names,
                    name=name,
                    up="../" if "/" in name else "",
                    slug=profile.slug,
                    organisation=organisation,
                )
                _write(folder / name.format(code), text)
    for part in (folder / "files", folder / "without-script", folder):
        fsync_path(part)


def _write(path: Path, text: str, encoding: str = "utf-8") -> None:
    path.write_text(text, encoding=encoding, newline="")
    fsync_path(path)


def main(folder: str, slug: str, *languages: str) -> None:
    """Write the kit of the collection `slug` of this environment's archive."""
    settings = Settings.load()
    profile = load_profiles(collections_root(settings))[slug]
    write_kit(Path(folder), profile, languages, settings.organisation)


if __name__ == "__main__":
    main(*sys.argv[1:])
