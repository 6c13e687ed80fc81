"""The words of an agreement that somebody agrees to, and the mark by which it is known that they are those they read."""

from __future__ import annotations

from hashlib import sha256

from archive.profiles import CollectionProfile

# Long enough that no two wordings have the same.
DIGITS = 16


def agreed_to(profile: CollectionProfile, language: str) -> dict[str, str]:
    """What a consent holds of the agreement as it stands: its version, and the words in the language of the page."""
    agreement = profile.agreement
    return {
        "agreement_version": agreement.version,
        "agreement_language": language,
        "agreement_fingerprint": agreement.fingerprint,
        "agreement_text": agreement.texts.get(language) or next(iter(agreement.texts.values())),
    }


def words_mark(profile: CollectionProfile, language: str) -> str:
    """The mark of these words, as the form of a page that shows them tells it when it is sent."""
    return sha256("\0".join(agreed_to(profile, language).values()).encode()).hexdigest()[:DIGITS]
