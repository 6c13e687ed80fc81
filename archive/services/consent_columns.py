"""What the columns of a table are called in which somebody's consent is written down."""

from __future__ import annotations

CONSENT_PREFIX = "consent_"
CONSENT_COLUMNS = tuple(
    CONSENT_PREFIX + part
    for part in (
        "keep",
        "audience",
        "not_before",
        "not_after",
        "place_precision",
        "place_shown",
        "reuse",
        "others",
        "others_words",
        "naming",
        "name_shown",
        "agreement_version",
        "agreement_language",
        "agreement_fingerprint",
    )
)
