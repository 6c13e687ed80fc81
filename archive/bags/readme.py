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
remembered. You need no special program to use it. This page says what is where. "The bag" is the folder that
holds bagit.txt, two folders above this page.

data/
    The files exactly as they were given, byte for byte. Their names here were made safe for every computer;
    the names they had when they were given are in the record.

metadata/
    The record: what the item is, who gave it, what they allow, and what was done to it. Each numbered folder is
    the whole record as it stood at one time. The highest number that tagmanifest-sha512.txt lists is the newest.
    In each (the oldest may hold less):

    record.json  Everything that is known, as text in the form called JSON. Any text editor opens it. Where
                 the others say less or otherwise, this one counts.
    dc.xml       Title, date, names, subjects, rights: the fifteen elements called Dublin Core.
    premis.xml   Each file with its size, format and fingerprint; every event with its day; what the giver
                 allowed. The form is called PREMIS, version 3.
    mets.xml     Which file belongs to which, in which order. The form is called METS.
    README.txt   This page.

{rest}"""

_REST = """\
manifest-sha512.txt
    One line for each file in data/: a fingerprint (SHA-512, 128 signs) and the path. If the fingerprint of a file
    is still the same, not one bit of it has changed.

tagmanifest-sha512.txt
    The same for the record and the other files.

bagit.txt, bag-info.txt
    The layout is called BagIt and is described in RFC 8493, a public standard (https://www.rfc-editor.org/rfc/rfc8493).

How to check that nothing was lost or changed
---------------------------------------------

Go into the bag (the folder with bagit.txt) and type these lines, one after another. On most systems the programs
are there already. The first two say "OK" for every file:

    sha512sum -c manifest-sha512.txt
    sha512sum -c tagmanifest-sha512.txt

The next one lists what is in data/ and in no list, or in the list and not in data/. It must print nothing:

    (cut -c 131- manifest-sha512.txt; find data -type f) | sort | uniq -u

Where there is no sha512sum, "shasum -a 512" does the same (macOS); on Windows, "certutil -hashfile FILE SHA512"
prints the fingerprint of one file, to be compared with its line. Any program that knows SHA-512 will do.

Please change nothing in here. If you want to work with a file, copy it first.
"""

_GIVEN = """\
The record says what the giver allows. Please keep to it: behind this item are people.
"""

_SHARED = """\
What this folder is
===================

{title}
Identifier: {bag_id}

You are looking at {what}. It is part of a community archive, and was written by the
people who look after it; nobody gave it. You need no special program to use it. This page says what is where. "The
bag" is the folder that holds bagit.txt, two folders above this page.

data/
    A note that says so. There are no other files.

metadata/
    What was written. Each numbered folder is the whole of it as it stood at one time. The highest number that
    tagmanifest-sha512.txt lists is the newest. In each:

    text.md      The words themselves, as text with a few signs for headings and links (Markdown). Read this one.
    record.json  Everything that is known of it, with what was said before, on which day and by whom, as text in
                 the form called JSON. Where the two differ, this one counts.
    README.txt   This page.

"""


def plain_words_readme(title: str, item_id: str) -> str:
    """Return the text of README.txt, a file of each revision of the record: what the folder is and how to check it."""
    words = _WORDS.format(title=clean_value(title) or "(without a title)", item_id=item_id, rest=_REST)
    return words + _GIVEN


def shared_readme(title: str, what: str, bag_id: str) -> str:
    """Return the same for a bag of what belongs to no item; `what` it is, in words such as "a story"."""
    return _SHARED.format(title=clean_value(title) or "(without a title)", what=what, bag_id=bag_id) + _REST
