"""Words are looked for where somebody may change or take out what they find: what others hold is no part of it."""

from __future__ import annotations

import pytest

from archive.access import OPERATOR
from archive.models import ItemState, new_id
from archive.models.errors import TooLargeError
from archive.services import choosing, export_choosing
from archive.services.choosing import Choice, chosen_ids
from archive.services.export_choosing import Selection, weigh
from archive.services.export_forms import Form
from archive.services.opening import Archive
from tests.fixtures.items import actor, give
from tests.unit.services.test_indexing import index


def test_words_that_many_others_hold_are_no_reason_to_refuse_or_to_leave_out_ones_own(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    word, state = f"word{new_id()}", ItemState.PUBLISHED
    mine = give(archive, title=word, state=state)
    others = [give(archive, title=word, state=state, collection="convenings") for _ in range(3)]
    index(archive, mine, *others)
    for room, limit in ((choosing, "MOST_FOUND"), (export_choosing, "MOST")):
        monkeypatch.setattr(room, limit, 2)
    assert chosen_ids(archive, actor("curator", "march-25"), Choice(words=word)) == [mine]
    meant = Selection(words=word)
    assert weigh(archive, actor("archivist", "march-25"), meant, Form.CSV).leaving == (mine,)
    inside = Selection(words=word, collection="march-25")
    assert weigh(archive, OPERATOR, inside, Form.CSV).leaving == (mine,)
    with pytest.raises(TooLargeError):
        weigh(archive, OPERATOR, meant, Form.CSV)
