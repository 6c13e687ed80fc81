"""Harvesting by OAI-PMH 2.0: public records for whoever asks, in XML, and what is not public any more as deleted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from flask import Blueprint, Response, request, url_for

from archive.exchange import oai_pmh
from archive.exchange.dublin_core import Pairs, dublin_core
from archive.exchange.oai_pmh import Fill, More, Record, Repository
from archive.exchange.oai_request import GOOD_FOR, RESUMPTION, Asked, RefusedError, Span, read, span
from archive.models import today
from archive.services import oai
from archive.services.oai import Known, Wanted
from archive.services.opening import Archive
from archive.web.i18n import shared
from archive.web.public_address import address_of, whole
from archive.web.security import PRIVATE_CACHE
from archive.web.visitors import the_archive

A_PAGE = 100
EMAIL = re.compile(r"[^\s@]+@(?:[^\s@.]+\.)+[^\s@.]+")
# Nobody can be written to there (RFC 2606): an address must be told, and none is known.
NO_EMAIL = "nobody@archive.invalid"

blueprint = Blueprint("oai", __name__)


@blueprint.route("/oai", methods=["GET", "POST"])
def answer() -> Response:
    """Whatever is asked is answered as XML; what cannot be is too."""
    archive, refused = the_archive(), False
    asked: dict[str, str] = {}
    try:
        given = read((request.form if request.method == "POST" else request.args).items(multi=True))
        asked = given.told
        fill = _answered(archive, given)
    except RefusedError as error:
        # Of what the protocol does not know nothing is repeated.
        asked = {} if error.code in ("badVerb", "badArgument") else asked
        fill, refused = oai_pmh.refusal(error.code, str(error)), True
    return _response(_address(archive), asked, fill, kept=not refused and request.method != "POST")


def record_href(archive: Archive, item_id: str) -> str:
    """Where the record of one item is told."""
    identifier = f"{_namespace(archive)}{item_id}"
    path = url_for("oai.answer", verb="GetRecord", metadataPrefix=oai_pmh.PREFIX, identifier=identifier)
    return whole(archive, shared(path))


def _response(address: str, asked: dict[str, str], fill: Fill, *, kept: bool) -> Response:
    body = oai_pmh.answer(address, asked, datetime.now(UTC), fill)
    response = Response(body, mimetype=oai_pmh.MEDIA_TYPE)
    if kept:
        # The moment of the answer stands in it; what is told is the same as long as the rest is.
        _, _, told = body.partition(b"</responseDate>")
        response.set_etag(hashlib.sha256(told).hexdigest())
    else:
        response.headers["Cache-Control"] = PRIVATE_CACHE
    return response


def _answered(archive: Archive, asked: Asked) -> Fill:
    match asked.verb:
        case "Identify":
            return _identify(archive)
        case "ListMetadataFormats":
            return _formats(archive, asked)
        case "ListSets":
            return _sets(archive, asked)
        case "GetRecord":
            return _one(archive, asked)
        case verb:
            return _many(archive, asked, headers_alone=verb == "ListIdentifiers")


def _identify(archive: Archive) -> Fill:
    email = archive.settings.admin_email
    return oai_pmh.identify(
        Repository(
            archive.settings.site_name,
            _address(archive),
            email if EMAIL.fullmatch(email) else NO_EMAIL,
            oai.earliest(archive),
        )
    )


def _formats(archive: Archive, asked: Asked) -> Fill:
    if (identifier := asked.arguments.get("identifier")) and _known(archive, identifier).deleted:
        raise RefusedError("noMetadataFormats", "This record is deleted.")
    return oai_pmh.metadata_formats


def _sets(archive: Archive, asked: Asked) -> Fill:
    if RESUMPTION in asked.arguments:
        raise RefusedError("badResumptionToken", "All sets are told at once.")
    if not (found := oai.collections(archive)):
        raise RefusedError("noSetHierarchy", "There are no collections.")
    return oai_pmh.sets(found)


def _one(archive: Archive, asked: Asked) -> Fill:
    known = _known(archive, asked.arguments["identifier"])
    _ = asked.format
    (record,) = _records(archive, [known])
    return oai_pmh.record(record)


def _many(archive: Archive, asked: Asked, *, headers_alone: bool) -> Fill:
    on = today()
    wanted = span(asked, on)
    found = oai.listed(
        archive, Wanted(wanted.first, wanted.last, wanted.collection, wanted.after), A_PAGE + 1
    )
    if not found:
        raise RefusedError("noRecordsMatch", "No such record changed then, or there are no more.")
    told = found[:A_PAGE]
    more = _more(wanted, told, on, is_last=len(found) == len(told))
    if headers_alone:
        return oai_pmh.identifiers([_record(archive, one, ()) for one in told], more)
    return oai_pmh.records(_records(archive, told), more)


def _more(wanted: Span, told: Sequence[Known], on: date, *, is_last: bool) -> More | None:
    if is_last:
        return More("", wanted.told) if wanted.told else None
    place = told[-1].changed_on, told[-1].item_id
    rest = replace(wanted, after=place, told=wanted.told + len(told))
    return More(rest.token(on), wanted.told, on + timedelta(days=GOOD_FOR))


def _records(archive: Archive, told: Sequence[Known]) -> list[Record]:
    known = oai.described(archive, told, partial(address_of, archive))
    # One that was taken back between the two looks is deleted as well.
    return [
        _record(archive, one, dublin_core(known[one.item_id]) if one.item_id in known else None)
        for one in told
    ]


def _record(archive: Archive, one: Known, said: Pairs | None) -> Record:
    identifier = f"{_namespace(archive)}{one.item_id}"
    return Record(identifier, one.changed_on, one.collection, None if one.deleted else said)


def _known(archive: Archive, identifier: str) -> Known:
    """The record of that identifier; what is hidden answers like what never was."""
    namespace = _namespace(archive)
    known = oai.one(archive, identifier.removeprefix(namespace)) if identifier.startswith(namespace) else None
    if known is None:
        raise RefusedError("idDoesNotExist", "There is no such record.")
    return known


def _namespace(archive: Archive) -> str:
    """What identifiers begin with (the oai identifier guidelines): the name of the public address."""
    return f"oai:{urlsplit(_address(archive)).hostname}:"


def _address(archive: Archive) -> str:
    return whole(archive, shared(url_for("oai.answer")))
