"""Objects in a bucket, under the keys that they have in a folder; the only place that knows the library for it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import obstore
from obstore import exceptions
from obstore.store import S3Store

from archive.durable import fsync_path, walk_tree
from archive.models.errors import BadInputError
from archive.storage.address import Bucket
from archive.storage.errors import StoreAwayError, conflict, not_found
from archive.storage.keys import check_key

# Bytes: up to here an object goes in one request, which the server itself refuses to do over another object.
WHOLE = 32 * 1024**2
PART = 16 * 1024**2
MOST_PARTS = 9000
BLOCK = 1 << 20
# A request of that many bytes may take its time; what does not answer at all is away.
CLIENT = {
    "connect_timeout": timedelta(seconds=10),
    "read_timeout": timedelta(minutes=5),
    "timeout": timedelta(hours=1),
}
RETRY: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}
LAST = "tagmanifest-"
"""What the name of the file begins with that makes a folder of objects count."""


def open_bucket(address: Bucket, keys: Mapping[str, str]) -> BucketStore:
    """Open a bucket; nothing is asked of it yet."""
    where: dict[str, Any] = {"endpoint": address.endpoint, "region": address.region}
    client: Any = {**CLIENT, "allow_http": address.endpoint.startswith("http://")}
    given = {name: value for name, value in {**where, **keys}.items() if value}
    return BucketStore(
        S3Store(
            address.bucket,
            prefix=address.prefix or None,
            client_options=client,
            retry_config=RETRY,
            **given,
        )
    )


class BucketStore:
    """An ObjectStore in a bucket. What a request has acknowledged is kept; what was broken off is not there."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    def put_file(self, key: str, source: Path, *, move: bool = False) -> None:
        """See ObjectStore.

        What is too large for one request is looked for first: no server is asked to refuse it.
        """
        check_key(key)
        with _open_source(source) as stream, _told(key, writing=True):
            size = os.fstat(stream.fileno()).st_size
            if size <= WHOLE:
                self._create(key, stream.read())
            elif self.exists(key):
                self._must_be(key, stream)
            else:
                chunk = max(PART, -(-size // MOST_PARTS))
                obstore.put(self._store, key, stream, chunk_size=chunk, max_concurrency=2)
        if move:
            source.unlink()

    def put_bytes(self, key: str, data: bytes) -> None:
        """See ObjectStore."""
        check_key(key)
        with _told(key, writing=True):
            self._create(key, data)

    def replace_bytes(self, key: str, data: bytes) -> None:
        """See ObjectStore."""
        check_key(key)
        with _told(key, writing=True):
            obstore.put(self._store, key, data, use_multipart=False)

    def swap_bytes(self, key: str, old: bytes | None, new: bytes) -> bool:
        """See ObjectStore."""
        check_key(key)
        with _told(key):
            try:
                if old is None:
                    obstore.put(self._store, key, new, mode="create")
                    return True
                found = obstore.get(self._store, key)
                version = found.meta["e_tag"]
                if bytes(found.bytes()) != old:
                    return False
                obstore.put(self._store, key, new, mode={"e_tag": version})
                return True
            except (exceptions.AlreadyExistsError, exceptions.PreconditionError, FileNotFoundError):
                return False

    def open(self, key: str) -> BinaryIO:
        """See ObjectStore; one request, so that what is read is one version of the object."""
        check_key(key)
        with _told(key):
            chunks = iter(obstore.get(self._store, key).stream(min_chunk_size=BLOCK))
            return io.BufferedReader(_Stream(key, chunks), BLOCK)

    def read_range(self, key: str, start: int, length: int) -> bytes:
        """See ObjectStore."""
        if start < 0 or length < 0:
            raise BadInputError(
                "A range starts at 0 or later and has no negative length.", code="storage-range"
            )
        length = min(length, max(0, self.size(key) - start))
        with _told(key):
            return bytes(obstore.get_range(self._store, key, start=start, length=length)) if length else b""

    def size(self, key: str) -> int:
        """See ObjectStore."""
        check_key(key)
        with _told(key):
            return obstore.head(self._store, key)["size"]

    def exists(self, key: str) -> bool:
        """See ObjectStore."""
        check_key(key)
        with _told(key):
            try:
                obstore.head(self._store, key)
            except FileNotFoundError:
                return False
            return True

    def list(self, prefix: str = "") -> Iterator[str]:
        """See ObjectStore."""
        if prefix and self.exists(prefix):
            yield prefix
            return
        with _told(prefix):
            for some in obstore.list(self._store, prefix or None):
                yield from (each["path"] for each in some)

    def delete_prefix(self, prefix: str) -> None:
        """See ObjectStore; the file that makes a bag count goes first, so that no half of one counts."""
        check_key(prefix)
        keys = sorted(self.list(prefix), key=lambda key: not key.rpartition("/")[2].startswith(LAST))
        with _told(prefix):
            if keys:
                obstore.delete(self._store, keys)

    def delete_while(self, key: str, held: bytes | None, prefix: str) -> bool:
        """See ObjectStore; nothing in a bucket keeps others from swapping."""
        check_key(key)
        check_key(prefix)
        return False

    def local_path(self, key: str) -> Path | None:
        """See ObjectStore; never on this machine."""
        check_key(key)
        return None

    def publish_folder(self, staged: Path, key_prefix: str) -> None:
        """See ObjectStore; it appears with its last object, and one that was broken off is gone on with."""
        check_key(key_prefix)
        if not os.path.lexists(staged):
            if next(self.list(key_prefix), None) is None:
                raise BadInputError(
                    f"There is no staged folder to keep as {key_prefix}.", code="storage-source"
                )
            return
        files = _in_order(staged, key_prefix)
        keys = [f"{key_prefix}/{path.relative_to(staged).as_posix()}" for path in files]
        there = set(self.list(key_prefix))
        if there - set(keys) or (keys and keys[-1] in there and there != set(keys)):
            raise conflict(key_prefix)
        for key, path in zip(keys, files, strict=True):
            self.put_file(key, path)
        shutil.rmtree(staged)
        fsync_path(staged.parent)

    def sweep_orphans(self) -> int:
        """See ObjectStore; an object is there whole or not at all, and parts of one are the bucket's to forget."""
        return 0

    def _create(self, key: str, data: bytes) -> None:
        try:
            obstore.put(self._store, key, data, mode="create")
        except exceptions.AlreadyExistsError:
            self._must_be(key, io.BytesIO(data))

    def _must_be(self, key: str, stream: BinaryIO) -> None:
        """Raise ConflictError unless the object is, byte for byte, what `stream` gives from its start."""
        stream.seek(0)
        with self.open(key) as there:
            if _sha512(there) != _sha512(stream):
                raise conflict(key)


class _Stream(io.RawIOBase):
    """The chunks of one answer as a stream to read from."""

    def __init__(self, key: str, chunks: Iterator[Any]) -> None:
        self._key, self._chunks = key, chunks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            with _told(self._key):
                chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = memoryview(chunk)
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)


@contextlib.contextmanager
def _told(key: str, *, writing: bool = False) -> Iterator[None]:
    """Turn what the library raises into the archive's own words; its own would name hosts and requests."""
    try:
        yield
    except FileNotFoundError as error:
        if writing:
            raise StoreAwayError("There is no such bucket.", code="store-refused") from None
        raise not_found(key) from error
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError):
        raise StoreAwayError("The bucket refuses these keys.", code="store-refused") from None
    except exceptions.BaseError as error:
        raise StoreAwayError(f"The bucket does not answer ({type(error).__name__}).") from None


def _open_source(source: Path) -> BinaryIO:
    """Open a regular file to be kept, following no link and waiting for no pipe."""
    try:
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        stream = os.fdopen(os.open(source, flags), "rb", closefd=True) if source.is_file() else None
    except OSError:
        stream = None
    if stream is None or not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        raise _not_regular(source)
    return stream


def _in_order(staged: Path, key_prefix: str) -> list[Path]:
    """The files of a staged folder: payload first, then what describes it, last what makes it count."""
    if staged.is_symlink() or not staged.is_dir():
        raise BadInputError("Only a folder can be kept as a folder.", code="storage-source")
    found = []
    for path, status in walk_tree(staged):
        check_key(f"{key_prefix}/{path.relative_to(staged).as_posix()}")
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            raise _not_regular(path)
        if stat.S_ISREG(status.st_mode):
            found.append(path)
    return sorted(
        found, key=lambda path: (path.name.startswith(LAST), path.parts[len(staged.parts)] != "data", path)
    )


def _sha512(stream: BinaryIO) -> str:
    total = hashlib.sha512()
    while block := stream.read(BLOCK):
        total.update(block)
    return total.hexdigest()


def _not_regular(path: Path) -> BadInputError:
    shown = path.name.encode("ascii", "backslashreplace").decode("ascii")
    return BadInputError(f"{shown} is neither a regular file nor a folder.", code="storage-source")
