"""The tables of the archive, the states of an item, and the errors a person can meet."""

from archive.models.agents import Agent, Role, ServerSession, User
from archive.models.base import Base, now, today
from archive.models.batch import Batch, BatchItem
from archive.models.contribution import Contact, Draft, Holder, ReturnCode, Upload
from archive.models.database import Database, open_engine
from archive.models.event import Event, first_broken_link, record_event
from archive.models.file import AccessCopy, File, Passage
from archive.models.ids import is_id, new_id
from archive.models.item import Item
from archive.models.replacement import Replacement
from archive.models.revision import Revision
from archive.models.states import TRANSITIONS, Action, Audience, FileState, ItemState, Right
from archive.models.submission import Collection, Consent, Message, Story, StoryItem, Submission
from archive.models.vocabulary import ItemAgent, ItemPlace, ItemTerm, Place, Term

__all__ = [
    "TRANSITIONS",
    "AccessCopy",
    "Action",
    "Agent",
    "Audience",
    "Base",
    "Batch",
    "BatchItem",
    "Collection",
    "Consent",
    "Contact",
    "Database",
    "Draft",
    "Event",
    "File",
    "FileState",
    "Holder",
    "Item",
    "ItemAgent",
    "ItemPlace",
    "ItemState",
    "ItemTerm",
    "Message",
    "Passage",
    "Place",
    "Replacement",
    "ReturnCode",
    "Revision",
    "Right",
    "Role",
    "ServerSession",
    "Story",
    "StoryItem",
    "Submission",
    "Term",
    "Upload",
    "User",
    "first_broken_link",
    "is_id",
    "new_id",
    "now",
    "open_engine",
    "record_event",
    "today",
]
