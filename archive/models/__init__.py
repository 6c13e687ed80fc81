"""The tables of the archive, the states of an item, and the errors a person can meet."""

from archive.models.agents import Agent, Role, ServerSession, User
from archive.models.authority import AlternativeName, Authority, AuthorityLink, MergedAuthority, Rewording
from archive.models.base import Base, now, today
from archive.models.contribution import Contact, Draft, Holder, ReturnCode, Upload
from archive.models.database import Database, open_engine
from archive.models.event import Event, first_broken_link, record_event
from archive.models.file import AccessCopy, File, Passage
from archive.models.ids import is_id, new_id
from archive.models.item import Item
from archive.models.revision import Revision
from archive.models.states import TRANSITIONS, Action, Audience, FileState, ItemState, Right
from archive.models.story import Introduction, Story, StoryItem, StoryRevision
from archive.models.submission import Collection, Consent, Message, Submission
from archive.models.vocabulary import ItemAgent, ItemPlace, ItemTerm, Place, Term

__all__ = [
    "TRANSITIONS",
    "AccessCopy",
    "Action",
    "Agent",
    "AlternativeName",
    "Audience",
    "Authority",
    "AuthorityLink",
    "Base",
    "Collection",
    "Consent",
    "Contact",
    "Database",
    "Draft",
    "Event",
    "File",
    "FileState",
    "Holder",
    "Introduction",
    "Item",
    "ItemAgent",
    "ItemPlace",
    "ItemState",
    "ItemTerm",
    "MergedAuthority",
    "Message",
    "Passage",
    "Place",
    "ReturnCode",
    "Revision",
    "Rewording",
    "Right",
    "Role",
    "ServerSession",
    "Story",
    "StoryItem",
    "StoryRevision",
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
