"""Puts the pages together: the only place that wires them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from flask_wtf.csrf import generate_csrf

from archive.services import withdrawing
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.web import (
    about,
    account,
    arrange,
    asking,
    audit,
    authorities,
    batch,
    bringing_desk,
    browse,
    caching,
    citing,
    collections_desk,
    contribute,
    copies_desk,
    correspondence,
    desk_days,
    desk_nav,
    desk_taking,
    entering,
    errors,
    exports_desk,
    feeds,
    fixity,
    gifts,
    health,
    holdings,
    i18n,
    iiif,
    intake,
    item_files,
    leaving,
    ledger,
    ledger_desk,
    limits,
    manifests,
    media,
    mine,
    mine_allow,
    mine_more,
    oai,
    observances,
    own_account,
    own_factor,
    passkeys,
    people,
    preserve,
    public,
    receipts,
    redact,
    requests,
    review,
    right_to_left,
    security,
    sessions,
    spreadsheet,
    stories,
    stories_desk,
    together,
    tries,
    tus,
    typed,
    unsent,
    uploads,
    visitors,
)
from archive.web.addresses import Site
from archive.web.counts import Counts
from archive.web.form_check import protection

PACKAGE = Path(__file__).parent
BLUEPRINTS = (
    public,
    about,
    browse,
    observances,
    feeds,
    ledger,
    oai,
    citing,
    media,
    iiif,
    manifests,
    account,
    own_account,
    own_factor,
    passkeys,
    entering,
    contribute,
    mine,
    mine_allow,
    mine_more,
    leaving,
    unsent,
    uploads,
    tus,
    receipts,
    preserve,
    correspondence,
    review,
    desk_taking,
    desk_days,
    asking,
    requests,
    fixity,
    audit,
    holdings,
    ledger_desk,
    people,
    item_files,
    redact,
    batch,
    spreadsheet,
    exports_desk,
    bringing_desk,
    arrange,
    together,
    authorities,
    stories,
    stories_desk,
    collections_desk,
    copies_desk,
    health,
)


def create_app(settings: Settings, archive: Archive | None = None, counts: Counts | None = None) -> Flask:
    """The web application of the archive at `settings.home`; opens it unless it is given one that is open.

    `counts` is where several processes count together how much each visitor begins.
    """
    counts = counts or Counts()
    archive = archive or open_archive(settings)
    # Before anything is served: a database restored from an older copy does not know what was taken back since.
    withdrawing.reapply(archive)
    app = Site("archive.web", root_path=str(PACKAGE), template_folder=str(templates_root()))
    app.config.update(
        # Our pages send no Referer, so there is none to compare; the token in the form is what counts.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    typed.install(app)
    visitors.install(app, archive)
    gifts.install(app)
    sessions.install(app, archive)
    i18n.install(app)
    right_to_left.install(app)
    errors.install(app)
    # What is done to an answer last is said first: its mark is made when it is known how long it may be kept.
    caching.install(app)
    security.install(app, settings)
    leaving.install(app)
    intake.install(app, archive, counts)
    receipts.install(app)
    tries.install(app)
    asking.install(app, archive, counts)
    limits.install(app)
    protection.init_app(app)
    # It looks for itself: before there is a draft there is nothing to protect, and no cookie.
    protection.exempt(contribute.answer_what)
    # What it takes may be long; it widens the way for it, then checks.
    protection.exempt(spreadsheet.bring)
    # These read their bodies themselves, and check before they do.
    protection.exempt(uploads.add)
    protection.exempt(bringing_desk.bring)
    protection.exempt(tus.blueprint)
    # It changes nothing, and programs have no token.
    protection.exempt(oai.blueprint)
    for room in BLUEPRINTS:
        app.register_blueprint(room.blueprint)
    fingerprints = _fingerprints(PACKAGE / "static")

    @app.context_processor
    def words_on_every_page() -> dict[str, Any]:
        return {
            "site_name": settings.site_name,
            "organisation": settings.organisation,
            "visitor": visitors.visitor(),
            "language": i18n.language(),
            "languages": i18n.LANGUAGES,
            "here_in": i18n.here_in,
            "home_in": i18n.home_in,
            "form_token": generate_csrf,
            "gift_mark": gifts.gift_mark,
            "desk_rooms": desk_nav.desk_rooms,
            "desk_care": desk_nav.desk_care,
            "listed_care": desk_nav.listed_care,
            "has_static": fingerprints.__contains__,
            "static_href": lambda name: i18n.shared(
                url_for("static", filename=name, v=fingerprints.get(name, "0"))
            ),
        }

    return app


def templates_root() -> Path:
    """Where the templates are: in a checkout its own folder, so that an edit shows at once; else inside the wheel."""
    package = PACKAGE.parent
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "templates").is_dir():
        return checkout / "templates"
    return package / "_data" / "templates"


def _fingerprints(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in files
    }
