"""Who would see what is previewed at the desk, in words."""

from __future__ import annotations

from archive.services.previewing import Preview
from archive.web import labels
from archive.web.words import _, day, later

WHO = {
    "public": later("This is how everybody would see it."),
    "community": later(
        "This is how members of the community would see it. Its consent shows it to nobody else."
    ),
    "staff": later(
        "Its consent shows it only to those who look after the archive. This is how everybody would see it if it were opened."
    ),
}


def who_would_see_it(preview: Preview) -> tuple[str, ...]:
    """Sentences that say who would see it, from which day, and that nobody does yet."""
    opens = preview.opens_on
    return (
        labels.of(WHO, preview.audience),
        *([_("Its consent shows it from %(day)s on.", day=day(opens))] if opens else []),
        _("Nothing is saved yet, and nobody else sees this page."),
    )
