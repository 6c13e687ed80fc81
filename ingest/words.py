"""The words for what can go wrong with a file, or is worth knowing about it: code to plain sentence."""

from __future__ import annotations

FAILURES: dict[str, str] = {
    "empty": "The file is empty: it holds no bytes at all.",
    "not-a-file": "This is not an ordinary file (it is a folder, a link, a pipe or a device).",
    "virus-found": "A program that looks for viruses found one in this file, so nothing opens it.",
    "encrypted": "The file is locked with a password or a key, so it could not be read.",
    "damaged": "The file could not be read to its end: it seems damaged, cut short, or not of the kind its name says.",
    "took-too-long": "Reading the file took too long and was stopped.",
    "too-much-memory": "Reading the file needed too much memory and was stopped.",
    "too-much-output": "Reading the file gave far more than such a file should hold, and was stopped.",
    "too-many-pixels": "The picture has too many pixels to be opened safely.",
    "too-many-parts": "The file has too many parts to be opened safely.",
    "not-allowed": "Reading the file made the program try something that it may not do, and was stopped.",
    "mark-not-upheld": "Something is to be taken out of this file, and its format does not allow it; so nothing of it is shown.",
    "parser-crashed": "The program that reads this kind of file broke down on it.",
}

NOTES: dict[str, str] = {
    "says-where": "The file says where it was made.",
    "says-camera": "The file says with which device it was made.",
    "says-who": "The file names a person as its maker.",
    "not-shown": "No copy that is safe to show can be made of this format; the original is kept.",
    "text-by-machine": "The text was read from the picture by a machine and may be wrong.",
    "text-cut": "The text is very long; only its beginning can be searched and shown.",
    "ocr-failed": "The machine could not read text from the picture.",
    "ocr-missing": "Reading text from pictures is switched on, but the program for it is not installed.",
    "seen-unsure": "Whether all words of its text are seen in the document, and no others, could not be told; compare the two.",
    "pages-cut": "The file has more pages than are shown.",
    "cut-short": "The file seems to break off before its end; what is there of it is shown.",
    "messages-locked": "Some of its messages are locked with a password or a key, so they could not be read.",
    "messages-deleted": "Messages that were deleted in this mailbox are still inside it; they are kept and not shown.",
    "work-cut": "Its pages ask for more work, or give more, than a file of this size should; only the first of them are read and shown.",
    "first-frame-only": "The picture moves; only its first frame is shown.",
    "details-unreadable": "Some of what the file says about itself could not be read.",
    "attachments-inside": "The message has attachments; they stay inside the kept original.",
    "files-inside": "Other files lie inside this document; they are kept with it and not shown.",
    "attachments-unread": "Some attachments could not be read for their text.",
    "copy-refused": "A copy was made but could not be proven free of hidden details, so it was thrown away.",
    "words-not-found": "Words that are to be taken out were not found in the text of this file.",
    "words-in-picture": "Words were taken out of the text that a machine read; the picture itself still shows them.",
    "beside-a-range": "It is not shown, because part of the recording that it stands beside is taken out and it has no times.",
    "virus-none": "No virus was found in this file.",
    "virus-not-looked-for": "The file is too large for the program that looks for viruses.",
    "unusual-name": "The name of the file holds characters that do not show or that mislead.",
}
