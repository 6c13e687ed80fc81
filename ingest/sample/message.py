"""An e-mail as a contributor would send it, with what is attached to it (RFC 5322, MIME)."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any


def message(content: Mapping[str, Any], name: str) -> bytes:
    """The message of `text` with `attached` (pairs of name and bytes); addresses are of example.org."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = content["from"], content["to"]
    mail["Subject"], mail["Date"] = content["subject"], content["date"]
    mail["Message-ID"] = f"<{name.partition('.')[0]}@example.org>"
    mail.set_content(str(content["text"]).strip() + "\n")
    for attached_name, data in content["attached"]:
        kind, _, subkind = (mimetypes.guess_type(attached_name)[0] or "application/octet-stream").partition(
            "/"
        )
        mail.add_attachment(data, maintype=kind, subtype=subkind, filename=attached_name)
    if mail.is_multipart():
        mail.set_boundary("remembrance-demonstration")
    return mail.as_bytes()
