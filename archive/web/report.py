"""`python -m archive.web.report LANGUAGE`: what is held, on standard output as one HTML file that needs nothing else."""

from __future__ import annotations

import sys

from flask import Flask, render_template

from archive.access import OPERATOR
from archive.models import today
from archive.services.holdings import holdings
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.web import i18n
from archive.web.app import PACKAGE, templates_root
from archive.web.pages_holdings import holdings_page
from archive.web.words import day

STYLES = ("css/remembrance.css", "css/browse.css")
# What stands in the template in their place.
LINK = '<link rel="stylesheet" href="styles">'


def report(archive: Archive, language: str) -> str:
    """The page of what is held, its styles in it; nobody is named."""
    app = Flask("archive.web", root_path=str(PACKAGE), template_folder=str(templates_root()))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    i18n.install(app)
    styles = "\n".join((PACKAGE / "static" / name).read_text(encoding="utf-8") for name in STYLES)
    with app.test_request_context("/", environ_overrides={i18n.LANGUAGE_KEY: language}):
        page = render_template(
            "report/holdings.html",
            page=holdings_page(archive, holdings(archive, OPERATOR)),
            language=language,
            site_name=archive.settings.site_name,
            organisation=archive.settings.organisation,
            on=day(today()),
        )
    # Our own files, which hold nothing that would end a style.
    return page.replace(LINK, f"<style>{styles}</style>", 1)


def main(language: str) -> None:
    """Print the report of this environment's archive."""
    archive = open_archive(Settings.load())
    try:
        sys.stdout.buffer.write(report(archive, language).encode())
    finally:
        archive.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
