"""Bags (RFC 8493): the only room that knows how originals and their record lie on disk."""

from archive.bags.errors import REFUSALS, BagRefusedError, Problem
from archive.bags.foreign import ForeignBag, parse_foreign_info, prove, read_foreign, read_listed
from archive.bags.foreign_errors import FOREIGN_REFUSALS, Fault, ForeignBagError
from archive.bags.layout import bag_key, is_item_id, shared_key
from archive.bags.listed import Listed, Wanted, parents
from archive.bags.names import safe_name
from archive.bags.our_profile import PROFILE_ID, PROFILE_LABEL, SHARED_PROFILE_ID, profile, published
from archive.bags.packed import UnpackLimits
from archive.bags.profile_kept import breaches
from archive.bags.read import Bag, Entry, read_bag
from archive.bags.readme import plain_words_readme, shared_readme
from archive.bags.revise import add_revision, sweep_pending
from archive.bags.serialise import zip_stream
from archive.bags.stock import StockReport, StockValidator, patience, verify_with_stock
from archive.bags.tree import Tree, walk
from archive.bags.unpack import HEAD, is_head_of_packed, is_packed, unpack, unpack_files
from archive.bags.verify import BagReport, hash_file, verify
from archive.bags.write import PayloadFile, StagedBag, write_bag

__all__ = [
    "FOREIGN_REFUSALS",
    "HEAD",
    "PROFILE_ID",
    "PROFILE_LABEL",
    "REFUSALS",
    "SHARED_PROFILE_ID",
    "Bag",
    "BagRefusedError",
    "BagReport",
    "Entry",
    "Fault",
    "ForeignBag",
    "ForeignBagError",
    "Listed",
    "PayloadFile",
    "Problem",
    "StagedBag",
    "StockReport",
    "StockValidator",
    "Tree",
    "UnpackLimits",
    "Wanted",
    "add_revision",
    "bag_key",
    "breaches",
    "hash_file",
    "is_head_of_packed",
    "is_item_id",
    "is_packed",
    "parents",
    "parse_foreign_info",
    "patience",
    "plain_words_readme",
    "profile",
    "prove",
    "published",
    "read_bag",
    "read_foreign",
    "read_listed",
    "safe_name",
    "shared_key",
    "shared_readme",
    "sweep_pending",
    "unpack",
    "unpack_files",
    "verify",
    "verify_with_stock",
    "walk",
    "write_bag",
    "zip_stream",
]
