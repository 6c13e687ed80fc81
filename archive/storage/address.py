"""What an address says of a store: a folder, or a bucket of S3 or of what answers as S3 does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from archive.models.errors import BadInputError
from archive.storage.keys import check_key

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PARAMETERS = {"endpoint", "region"}


@dataclass(frozen=True)
class Folder:
    """A folder of this machine, or a disk that is not there all the time."""

    path: Path

    @property
    def name(self) -> str:
        """What people read of it."""
        return str(self.path)


@dataclass(frozen=True)
class Bucket:
    """A bucket, below `prefix`; an empty `endpoint` is Amazon's own."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""

    @property
    def name(self) -> str:
        """What people read of it."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


def read_address(url: str) -> Folder | Bucket:
    """Read `/a/path`, `file:///a/path` or `s3://bucket/prefix?endpoint=https://host&region=name`.

    Raises BadInputError (`storage-scheme`, `storage-url`) for any other address.
    """
    if "://" not in url:
        return Folder(Path(url))
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _wrong("It is not written as an address.") from None
    if parts.scheme == "s3":
        return _bucket(parts.netloc, unquote(parts.path).strip("/"), parts.query)
    if parts.scheme != "file":
        raise BadInputError(
            f"Objects cannot be kept at {parts.scheme}:// addresses.",
            code="storage-scheme",
            remedy="Give the path of a folder, file:///absolute/path or s3://bucket/prefix.",
        )
    folder = Path(unquote(parts.path))
    if parts.netloc not in ("", "localhost") or not folder.is_absolute():
        raise _wrong("A file address needs three slashes and an absolute path.")
    return Folder(folder)


def _bucket(bucket: str, prefix: str, query: str) -> Bucket:
    if not BUCKET.fullmatch(bucket):
        # It may hold a password: nothing of it is said again.
        raise _wrong("After s3:// comes the name of a bucket and nothing else; keys have their own file.")
    given = dict(parse_qsl(query))
    if given.keys() - PARAMETERS:
        raise _wrong("An s3:// address has no other parameters than endpoint and region.")
    if prefix:
        check_key(prefix)
    endpoint = given.get("endpoint", "")
    if endpoint and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+/?", endpoint):
        raise _wrong("The endpoint is https:// and a host, and nothing else.")
    return Bucket(bucket, prefix, endpoint.rstrip("/"), given.get("region", ""))


def _wrong(sentence: str) -> BadInputError:
    return BadInputError(
        sentence,
        code="storage-url",
        remedy="Write it as file:///absolute/path or s3://bucket/prefix?endpoint=https://host.",
    )
