"""Every version of a consent, and what is said of rights, as PREMIS rights statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archive.exchange.elements import Maker, Node
from archive.exchange.recorded import Record

LOCAL = "local"
# What a version says beside who may see and what may be done: in the words of the record.
NOTED = ("naming", "place_precision", "people", "people_words")


def identify(make: Maker, parent: Node, name: str, kind: str, value: str) -> None:
    """Add an identifier, or a link to one: PREMIS spells all of them alike."""
    one = make(parent, name)
    make(one, f"{name}Type", kind)
    make(one, f"{name}Value", value)


def statements(record: Record, item_id: str) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Names of the rights statements of a record, each with its version of the consent; the last may have none."""
    for consent in record["consent"]:
        yield f"{item_id}/consent/{consent['version']}", consent
    if record["description"]["rights"] or record["description"]["rights_uri"]:
        yield f"{item_id}/rights", None


def add_rights(make: Maker, root: Node, record: Record, item_id: str) -> None:
    """Add all of them in one `rights`, which must not be empty."""
    known = list(statements(record, item_id))
    if not known:
        return
    rights = make(root, "rights")
    for place, (name, consent) in enumerate(known):
        one = make(rights, "rightsStatement")
        identify(make, one, "rightsStatementIdentifier", LOCAL, name)
        make(one, "rightsBasis", "other")
        if consent is None:
            _said(make, one, record["description"])
        else:
            later = known[place + 1][1] if place + 1 < len(known) else None
            _consent(make, one, consent, later["given_on"] if later else "")
            _granted(make, one, consent)
        identify(make, one, "linkingObjectIdentifier", LOCAL, item_id)


def _consent(make: Maker, one: Node, consent: dict[str, Any], until: str) -> None:
    basis = make(one, "otherRightsInformation")
    if consent["agreement_fingerprint"]:
        kind = f"fingerprint of the agreement, version {consent['agreement_version']}"
        value = consent["agreement_fingerprint"]
        identify(make, basis, "otherRightsDocumentationIdentifier", kind, value)
    make(basis, "otherRightsBasis", "consent of the contributor")
    _dates(make, basis, "otherRightsApplicableDates", consent["given_on"], until)
    for name in NOTED:
        if consent[name]:
            make(basis, "otherRightsNote", f"{name}: {consent[name]}")


def _granted(make: Maker, one: Node, consent: dict[str, Any]) -> None:
    """Who may see it and from when until when; what else may be done with it."""
    acts = [("disseminate", f"audience: {consent['audience']}")]
    acts += [("use", f"reuse: {consent['reuse']}")] if consent["reuse"] else []
    for act, restriction in acts:
        granted = make(one, "rightsGranted")
        make(granted, "act", act)
        make(granted, "restriction", restriction)
        start = consent["not_before"] or consent["given_on"]
        _dates(make, granted, "termOfGrant", start, consent["not_after"] or "")


def _said(make: Maker, one: Node, description: dict[str, Any]) -> None:
    basis = make(one, "otherRightsInformation")
    if description["rights_uri"]:
        identify(make, basis, "otherRightsDocumentationIdentifier", "URI", description["rights_uri"])
    make(basis, "otherRightsBasis", "rights statement")
    if description["rights"]:
        make(basis, "otherRightsNote", description["rights"])


def _dates(make: Maker, parent: Node, name: str, start: str, end: str) -> None:
    dates = make(parent, name)
    make(dates, "startDate", start)
    if end:
        make(dates, "endDate", end)
