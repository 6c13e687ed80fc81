"""Notices by e-mail that there is something to read: no name, no title, no link that opens anything."""

from __future__ import annotations

import ipaddress
import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.jobs.retrying import TransientError
from archive.models import Contact, Message
from archive.models.errors import ArchiveError, BadInputError
from archive.services import contacts
from archive.services.contacts import Details
from archive.services.opening import Archive
from archive.settings import Settings

NOTICE_JOB = "notice"
PATIENCE_S = 30.0
# Subject and text by language: a mail is read on many screens, by more people than it was meant for.
WORDS = {
    "en": (
        "Something to read",
        "There is something to read for you at {address}\n\nThis mail says no more on purpose. Nobody reads answers to it.\n",
    ),
    "es": (
        "Algo para leer",
        "Hay algo para leer en {address}\n\nEste correo no dice más a propósito. Nadie lee las respuestas.\n",
    ),
    "fr": (
        "Quelque chose à lire",
        "Il y a quelque chose à lire sur {address}\n\nCe message n’en dit pas plus, exprès. Personne ne lit les réponses.\n",
    ),
    "pt": (
        "Algo para ler",
        "Há algo para ler em {address}\n\nEsta mensagem não diz mais de propósito. Ninguém lê as respostas.\n",
    ),
}

log = logging.getLogger(__name__)


def are_sent(settings: Settings) -> bool:
    """Whether this archive sends notices: it has a mail server, an address to send from, and one to lead to."""
    return bool(settings.smtp_url and settings.mail_from and settings.public_url)


def enqueue(archive: Archive, session: Session, submission_id: str, message_id: int) -> None:
    """Have the contributor told that there is something to read, if they wish to be, once the caller's transaction is committed."""
    if are_sent(archive.settings) and session.get(Contact, submission_id) is not None:
        archive.jobs.enqueue(
            session, NOTICE_JOB, submission_id, key=f"{submission_id}-{message_id}", queue="upkeep"
        )


def send(archive: Archive, submission_id: str) -> None:
    """Send the notice, unless everything was read meanwhile or nobody wishes to be told any more.

    TransientError while the mail server is away, ArchiveError (`mail-refused`) when it will not have notices of ours;
    neither holds an address. One whose own address is refused is not told, and that is all.
    """
    with archive.db.read() as session:
        unread = select(Message.id).where(
            Message.submission_id == submission_id, Message.written_by == "curators", Message.seen.is_(False)
        )
        waits = session.scalars(unread.limit(1)).first() is not None
        details = contacts.address_for_notice(archive, session, submission_id)
    if waits and details is not None and are_sent(archive.settings):
        _deliver(archive.settings, submission_id, details)


def _deliver(settings: Settings, submission_id: str, details: Details) -> None:
    try:
        with _server(urlsplit(settings.smtp_url)) as server:
            server.send_message(_notice(settings, details), settings.mail_from, [details.email])
    except (smtplib.SMTPRecipientsRefused, UnicodeError) as error:
        if isinstance(error, smtplib.SMTPRecipientsRefused) and _passes(min(_codes(error))):
            raise _away() from None
        log.warning(
            "submission %s: the mail server takes no notice to the address that was left", submission_id
        )
    except smtplib.SMTPResponseException as error:
        # Whatever a server or this library says may hold the address, so none of it goes on.
        raise (_away() if _passes(error.smtp_code) else _refused()) from None
    except (smtplib.SMTPNotSupportedError, ssl.SSLError):
        raise _refused() from None
    except (smtplib.SMTPException, OSError):
        raise _away() from None


def _notice(settings: Settings, details: Details) -> EmailMessage:
    subject, text = WORDS.get(details.language, WORDS["en"])
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = details.email
    message["Subject"] = subject
    message["Date"] = formatdate()
    # Without a domain given, this machine's name would be told.
    message["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.format(address=settings.public_url))
    return message


@contextmanager
def _server(url: SplitResult) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server, sealed on its way unless the server is on this machine."""
    host = url.hostname
    if url.scheme not in ("smtp", "smtps") or not host:
        raise BadInputError("The setting smtp_url is not the address of a mail server.", code="bad-setting")
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=PATIENCE_S, context=context)
    else:
        server = smtplib.SMTP(host, url.port or 25, timeout=PATIENCE_S)
    with server:
        if url.scheme == "smtp" and not _is_here(host):
            server.starttls(context=context)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _codes(error: smtplib.SMTPRecipientsRefused) -> list[int]:
    return [code for code, _ in error.recipients.values()] or [550]


def _passes(code: int) -> bool:
    """Whether the server says: later (RFC 5321, section 4.2.1)."""
    return 400 <= code < 500


def _away() -> TransientError:
    return TransientError("The mail server takes no notices now.")


def _refused() -> ArchiveError:
    return ArchiveError(
        "The mail server takes no notices from this archive.",
        code="mail-refused",
        remedy="Check the settings smtp_url and mail_from; a server elsewhere must offer TLS.",
    )
