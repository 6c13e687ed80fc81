"""The tables of the archive, the states of an item, and the errors a person can meet."""

from archive.models.agents import Agent, Role, ServerSession, User
from archive.models.asked import Answer, Asked, PublicNote, Request
from archive.models.authority import AlternativeName, Authority, AuthorityLink, MergedAuthority, Rewording
from archive.models.bag_import import BagImport, BagVerdict
from archive.models.base import Base, now, today
from archive.models.batch import Batch, BatchItem
from archive.models.clock import Days, days_at, days_now, live_in
from archive.models.contribution import AT_THE_END, Contact, Draft, Holder, ReturnCode, UnsentWords, Upload
from archive.models.copying import BagCopy, CopyStore
from archive.models.database import Database, open_engine
from archive.models.describing import DeskDraft, Transcript
from archive.models.desk import Care, Embargo, Looking, NotToday, PlannedPublication, Taking
from archive.models.event import Event, first_broken_link, record_event
from archive.models.export import Export, ExportItem
from archive.models.file import AccessCopy, File, Passage
from archive.models.fixity import Fixity
from archive.models.ids import id_in, is_id, new_id
from archive.models.item import DESCRIBED, Item
from archive.models.likeness import Likeness, PictureHash
from archive.models.public_record import PublicRecord
from archive.models.redaction import Redaction
from archive.models.replacement import Replacement
from archive.models.revision import Arrangement, Revision, SharedRevision
from archive.models.shared_bag import SharedBag, SharedBagCopy
from archive.models.sign_in import Authenticator, EntryLink, Passkey, RecoveryCode
from archive.models.states import TRANSITIONS, Action, Audience, FileState, ItemState, Right
from archive.models.story import Introduction, Story, StoryItem, StoryRevision
from archive.models.submission import Collection, Consent, Message, Submission
from archive.models.vocabulary import ItemAgent, ItemPlace, ItemTerm, Place, Term

__all__ = [
    "AT_THE_END",
    "DESCRIBED",
    "TRANSITIONS",
    "AccessCopy",
    "Action",
    "Agent",
    "AlternativeName",
    "Answer",
    "Arrangement",
    "Asked",
    "Audience",
    "Authenticator",
    "Authority",
    "AuthorityLink",
    "BagCopy",
    "BagImport",
    "BagVerdict",
    "Base",
    "Batch",
    "BatchItem",
    "Care",
    "Collection",
    "Consent",
    "Contact",
    "CopyStore",
    "Database",
    "Days",
    "DeskDraft",
    "Draft",
    "Embargo",
    "EntryLink",
    "Event",
    "Export",
    "ExportItem",
    "File",
    "FileState",
    "Fixity",
    "Holder",
    "Introduction",
    "Item",
    "ItemAgent",
    "ItemPlace",
    "ItemState",
    "ItemTerm",
    "Likeness",
    "Looking",
    "MergedAuthority",
    "Message",
    "NotToday",
    "Passage",
    "Passkey",
    "PictureHash",
    "Place",
    "PlannedPublication",
    "PublicNote",
    "PublicRecord",
    "RecoveryCode",
    "Redaction",
    "Replacement",
    "Request",
    "ReturnCode",
    "Revision",
    "Rewording",
    "Right",
    "Role",
    "ServerSession",
    "SharedBag",
    "SharedBagCopy",
    "SharedRevision",
    "Story",
    "StoryItem",
    "StoryRevision",
    "Submission",
    "Taking",
    "Term",
    "Transcript",
    "UnsentWords",
    "Upload",
    "User",
    "days_at",
    "days_now",
    "first_broken_link",
    "id_in",
    "is_id",
    "live_in",
    "new_id",
    "now",
    "open_engine",
    "record_event",
    "today",
]
