"""Resumable uploads: tus 1.0.0 (https://tus.io/protocols/resumable-upload), by our own small blueprint.

Core protocol with the extensions creation, creation-with-upload, creation-defer-length, termination, expiration and
checksum. The header
Tus-Resumable is what no form of another site can send, and whose draft it is the session says; a page that is about
another one says so in the address of the creation.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from datetime import time as clock
from email.utils import format_datetime

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import ArchiveError, BadInputError, ConflictError, StorageFullError, TooLargeError
from archive.services import uploads
from archive.services.arrival import Arrival, arrive
from archive.services.uploads import UploadView
from archive.web import errors, intake
from archive.web.connection import CutError, body
from archive.web.giving import Giving, giving
from archive.web.pace import Charge
from archive.web.visitors import the_archive, visitor

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,creation-defer-length,termination,expiration,checksum"
CHECKSUMS = ("sha1", "sha256", "sha512", "md5")
BYTES = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
LOCKED, FORBIDDEN = 423, 403
ELSEWHERE = "The upload stands elsewhere."

blueprint = Blueprint("tus", __name__, url_prefix="/give/tus")


@blueprint.before_request
def speak_tus() -> Response | None:
    """Refuse whoever speaks another version, or none (412)."""
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        answer = _answer(412, "This address speaks tus 1.0.0.")
        answer.headers["Tus-Version"] = VERSION
        return answer
    return None


@blueprint.after_request
def say_version(response: Response) -> Response:
    """Every answer names the version, and none is kept."""
    if request.method != "OPTIONS":
        response.headers["Tus-Resumable"] = VERSION
    return response


@blueprint.errorhandler(ArchiveError)
def refuse(error: ArchiveError) -> Response:
    """An error in plain words: a script shows them as they are."""
    # What a script would try again is no conflict: it would go on being refused.
    own = {"upload-checksum": CHECKSUM_MISMATCH, "upload-busy": LOCKED, "another-gift": FORBIDDEN}
    status = own.get(error.code)
    return _answer(status or errors.status_of(error), " ".join(intake.words(error)))


@blueprint.route("", methods=["OPTIONS"], provide_automatic_options=False)
@blueprint.route("/<upload_id>", methods=["OPTIONS"], provide_automatic_options=False)
def say_what_is_possible(upload_id: str = "") -> Response:
    """What this server can do."""
    answer = _answer(204)
    answer.headers["Tus-Version"] = VERSION
    answer.headers["Tus-Extension"] = EXTENSIONS
    answer.headers["Tus-Checksum-Algorithm"] = ",".join(CHECKSUMS)
    answer.headers["Tus-Max-Size"] = str(the_archive().settings.max_file_bytes)
    return answer


@blueprint.post("")
def create() -> ResponseReturnValue:
    """Announce a file that there is room for; its first bytes may come along."""
    here = giving()
    length, deferred = _number("Upload-Length"), request.headers.get("Upload-Defer-Length")
    if deferred not in (None, "1") or (length is None) is (deferred is None):
        raise BadInputError("An upload says how long it is, or that it says so later.")
    if length is not None and length > here.archive.settings.max_file_bytes:
        raise TooLargeError("This file is larger than the archive takes.")
    # Of what says no length the bytes are counted as they come.
    intake.spend(length or 0)
    metadata = _metadata(request.headers.get("Upload-Metadata", ""))
    name = metadata.get("filename") or metadata.get("name") or ""
    upload = uploads.begin(here.archive, here.actor, here.submission_id, name, length, goes_on=length is None)
    offset = 0
    if request.mimetype == BYTES or length == 0:
        with intake.charged(request.content_length or 0) if length is None else nullcontext() as charge:
            offset = _append(here, upload, charge=charge)
    answer = _answer(201)
    answer.headers["Location"] = url_for("tus.append", upload_id=upload.id)
    return _standing(answer, upload, offset)


@blueprint.get("/<upload_id>")
def look(upload_id: str) -> ResponseReturnValue:
    """How much of it is here (HEAD); what is whole becomes a file, if a stopped server had not come to that."""
    here = _here()
    upload = uploads.find(here.archive, here.actor, upload_id)
    offset = upload.offset
    if upload.is_whole and not upload.file_id:
        with arrive(here.archive, intake.intake().memory, upload) as arrival:
            # A disk that did not take it may have let go of it since it was looked for.
            if arrival.is_whole:
                _finish(here, upload, arrival)
            offset = arrival.offset
    answer = _standing(_answer(200), upload, offset)
    if upload.length is None:
        answer.headers["Upload-Defer-Length"] = "1"
    else:
        answer.headers["Upload-Length"] = str(upload.length)
    return answer


@blueprint.patch("/<upload_id>")
def append(upload_id: str) -> ResponseReturnValue:
    """Append bytes; what has arrived stays, however the connection ends."""
    if request.mimetype != BYTES:
        return _answer(415, f"The bytes of an upload are {BYTES}.")
    here = _here()
    upload = uploads.find(here.archive, here.actor, upload_id)
    offset = _number("Upload-Offset")
    if offset is None:
        raise BadInputError("Where the bytes belong is missing.")
    if upload.file_id:
        # The answer to the last part was lost; it is told again.
        if offset != upload.length:
            raise ConflictError(ELSEWHERE, code="upload-offset")
        return _standing(_answer(204), upload, offset)
    counts = upload.length is None
    if (length := _number("Upload-Length")) is not None:
        upload = uploads.announce(here.archive, here.actor, upload_id, length)
    with intake.charged(request.content_length or 0) if counts else nullcontext() as charge:
        return _standing(_answer(204), upload, _append(here, upload, offset, charge))


@blueprint.delete("/<upload_id>")
def end(upload_id: str) -> ResponseReturnValue:
    """Remove the upload and its bytes."""
    here = _here()
    uploads.abandon(here.archive, here.actor, upload_id)
    return _answer(204)


@blueprint.post("/<upload_id>")
def by_another_name(upload_id: str) -> ResponseReturnValue:
    """For networks that let only GET and POST through: the method is in a header."""
    methods: dict[str, Callable[[str], ResponseReturnValue]] = {
        "PATCH": append,
        "DELETE": end,
        "HEAD": look,
    }
    method = methods.get(request.headers.get("X-HTTP-Method-Override", "").upper())
    return _answer(405, "This address does not take that.") if method is None else method(upload_id)


def _here() -> Giving:
    """Whose upload it may be: any draft of the session's will do, the id says which."""
    return Giving(the_archive(), visitor().actor, "")


def _append(here: Giving, upload: UploadView, offset: int = 0, charge: Charge | None = None) -> int:
    """Write the body; returns where the upload stands then. `charge` counts what was not counted when it was begun."""
    algorithm, sum_given = _checksum()
    with arrive(here.archive, intake.intake().memory, upload) as arrival:
        if offset != arrival.offset:
            raise ConflictError(ELSEWHERE, code="upload-offset")
        if upload.length is not None and offset + (request.content_length or 0) > upload.length:
            raise TooLargeError("More bytes came than were announced.")
        # Others may have taken the room that there was when it was begun, or when its last part came.
        uploads.look_again(here.archive, here.actor, upload.id)
        before = arrival.mark()
        counted = hashlib.new(algorithm, usedforsecurity=False) if algorithm else None
        try:
            for block in body(request):
                if charge is not None:
                    charge.take(len(block))
                arrival.write(block)
                if counted is not None:
                    counted.update(block)
        except (CutError, StorageFullError, TooLargeError) as error:
            # What has come is kept all the same, unless it could not be checked.
            if counted is not None:
                arrival.go_back(before)
            arrival.settle()
            if not isinstance(error, CutError):
                raise
            # Nobody hears the answer.
            return arrival.offset
        if counted is not None and counted.digest() != sum_given:
            arrival.go_back(before)
            raise ConflictError("Some bytes changed on their way.", code="upload-checksum")
        if arrival.is_whole:
            _finish(here, upload, arrival)
        else:
            arrival.settle()
        return arrival.offset


def _finish(here: Giving, upload: UploadView, arrival: Arrival) -> None:
    arrival.flush()
    uploads.finish(here.archive, here.actor, upload.id, *arrival.digest())


def _number(header: str) -> int | None:
    given = request.headers.get(header)
    if given is None:
        return None
    if not given.isascii() or not given.isdecimal() or len(given) > 18:
        raise BadInputError("A length is a whole number.")
    return int(given)


def _checksum() -> tuple[str, bytes]:
    """The algorithm and the sum of this part, both empty when none was given; BadInputError for another one."""
    given = request.headers.get("Upload-Checksum", "")
    if not given:
        return "", b""
    algorithm, _, encoded = given.partition(" ")
    if algorithm not in CHECKSUMS:
        raise BadInputError("This checksum is not known here.")
    return algorithm, _decode(encoded)


def _metadata(header: str) -> dict[str, str]:
    """`key base64,key base64` as texts; what cannot be read is left out."""
    pairs = (pair.strip().partition(" ") for pair in header.split(",") if pair.strip())
    # Bytes of a name that are no UTF-8 are kept with the file.
    return {key: _decode(value).decode("utf-8", "surrogateescape") for key, _, value in pairs}


def _decode(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _standing(answer: Response, upload: UploadView, offset: int) -> Response:
    answer.headers["Upload-Offset"] = str(offset)
    if offset != upload.length:
        until = datetime.combine(upload.kept_until, clock(), UTC)
        answer.headers["Upload-Expires"] = format_datetime(until, usegmt=True)
    return answer


def _answer(status: int, sentence: str = "") -> Response:
    return Response(f"{sentence}\n" if sentence else None, status, mimetype="text/plain")
