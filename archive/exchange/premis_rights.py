"""Every version of a consent, and what is said of rights, as PREMIS rights statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from archive.exchange.elements import add
from archive.exchange.recorded import Record

LOCAL = "local"
# What a version says beside who may see and what may be done: in the words of the record.
NOTED = ("naming", "place_precision", "people", "people_words")


def identify(parent: Element, name: str, kind: str, value: str) -> None:
    """Add an identifier, or a link to one: PREMIS spells all of them alike."""
    one = add(parent, name)
    add(one, f"{name}Type", kind)
    add(one, f"{name}Value", value)


def statements(record: Record, item_id: str) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Names of the rights statements of a record, each with its version of the consent; the last may have none."""
    for consent in record["consent"]:
        yield f"{item_id}/consent/{consent['version']}", consent
    if record["description"]["rights"] or record["description"]["rights_uri"]:
        yield f"{item_id}/rights", None


def add_rights(root: Element, record: Record, item_id: str) -> None:
    """Add all of them in one `rights`, which must not be empty."""
    known = list(statements(record, item_id))
    if not known:
        return
    rights = add(root, "rights")
    for place, (name, consent) in enumerate(known):
        one = add(rights, "rightsStatement")
        identify(one, "rightsStatementIdentifier", LOCAL, name)
        add(one, "rightsBasis", "other")
        if consent is None:
            _said(one, record["description"])
        else:
            later = known[place + 1][1] if place + 1 < len(known) else None
            _consent(one, consent, later["given_on"] if later else "")
            _granted(one, consent)
        identify(one, "linkingObjectIdentifier", LOCAL, item_id)


def _consent(one: Element, consent: dict[str, Any], until: str) -> None:
    basis = add(one, "otherRightsInformation")
    if consent["agreement_fingerprint"]:
        kind = f"fingerprint of the agreement, version {consent['agreement_version']}"
        value = consent["agreement_fingerprint"]
        identify(basis, "otherRightsDocumentationIdentifier", kind, value)
    add(basis, "otherRightsBasis", "consent of the contributor")
    _dates(basis, "otherRightsApplicableDates", consent["given_on"], until)
    for name in NOTED:
        if consent[name]:
            add(basis, "otherRightsNote", f"{name}: {consent[name]}")


def _granted(one: Element, consent: dict[str, Any]) -> None:
    """Who may see it and from when until when; what else may be done with it."""
    acts = [("disseminate", f"audience: {consent['audience']}")]
    acts += [("use", f"reuse: {consent['reuse']}")] if consent["reuse"] else []
    for act, restriction in acts:
        granted = add(one, "rightsGranted")
        add(granted, "act", act)
        add(granted, "restriction", restriction)
        start = consent["not_before"] or consent["given_on"]
        _dates(granted, "termOfGrant", start, consent["not_after"] or "")


def _said(one: Element, description: dict[str, Any]) -> None:
    basis = add(one, "otherRightsInformation")
    if description["rights_uri"]:
        identify(basis, "otherRightsDocumentationIdentifier", "URI", description["rights_uri"])
    add(basis, "otherRightsBasis", "rights statement")
    if description["rights"]:
        add(basis, "otherRightsNote", description["rights"])


def _dates(parent: Element, name: str, start: str, end: str) -> None:
    dates = add(parent, name)
    add(dates, "startDate", start)
    if end:
        add(dates, "endDate", end)
