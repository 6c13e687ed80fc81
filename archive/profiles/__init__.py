"""Collections as data: each folder of `collections/` read, checked, and turned into frozen values."""

from archive.profiles.find import find_collections_root
from archive.profiles.load import load_profiles
from archive.profiles.model import (
    CLAUSES,
    DUBLIN_CORE_TERMS,
    FIELD_KINDS,
    Agreement,
    BroughtPicture,
    BroughtStory,
    Clause,
    CollectionProfile,
    Field,
    Observance,
    Term,
    Texts,
    Vocabulary,
    in_order,
    say,
    spoken_in,
)
from archive.profiles.problems import Problem, ProfileError

__all__ = [
    "CLAUSES",
    "DUBLIN_CORE_TERMS",
    "FIELD_KINDS",
    "Agreement",
    "BroughtPicture",
    "BroughtStory",
    "Clause",
    "CollectionProfile",
    "Field",
    "Observance",
    "Problem",
    "ProfileError",
    "Term",
    "Texts",
    "Vocabulary",
    "find_collections_root",
    "in_order",
    "load_profiles",
    "say",
    "spoken_in",
]
