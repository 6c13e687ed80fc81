"""A page of plain words in every bag, for the person who finds nothing but the folder."""

from __future__ import annotations

from archive.bags.info import clean_value

README = "README.txt"

_WORDS = """\
What this folder is
===================

{title}
Identifier: {item_id}

You are looking at one item from a community archive: something that a person gave so that it would be
remembered. You need no special program to use it. This page says what is where.

data/
    The files exactly as they were given, byte for byte. Their names here were made safe for every computer;
    the names they had when they were given are in the record.

metadata/
    The record: what the item is, who gave it, what they allow, and what was done to it. Each numbered folder is
    the whole record as it stood at one time. The highest number that tagmanifest-sha512.txt lists is the newest.
    record.json can be read in any text editor.

manifest-sha512.txt
    One line for each file in data/: a fingerprint (SHA-512) and the path. If the fingerprint of a file is still
    the same, not one bit of it has changed. On most systems this command checks them all:
        sha512sum -c manifest-sha512.txt

tagmanifest-sha512.txt
    The same for the record and the other files.

bagit.txt, bag-info.txt
    The layout is called BagIt and is described in RFC 8493, a public standard (https://www.rfc-editor.org/rfc/rfc8493).

Please change nothing in here. If you want to work with a file, copy it first.
The record says what the giver allows. Please keep to it: behind this item are people.
"""


def plain_words_readme(title: str, item_id: str) -> str:
    """Return the text of README.txt, a file of each revision of the record: what the folder is and how to check it."""
    return _WORDS.format(title=clean_value(title) or "(without a title)", item_id=item_id)
