"""Dates as people know them: read from EDTF or from what they write, kept as EDTF, searched as days, shown in words."""

from archive.dates.understanding import Ambiguous, UnderstoodDate, in_words, reach, read_edtf, understand

__all__ = ["Ambiguous", "UnderstoodDate", "in_words", "reach", "read_edtf", "understand"]
