"""What people had typed and not saved or sent goes with files that are put together in another way, and no window loses a word."""

from __future__ import annotations

from dataclasses import replace

from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import Actor, contributor
from archive.models import DeskDraft, User
from archive.services import (
    arrangement_drafts,
    codes,
    description_drafts,
    mine,
    revisions,
    transcript_drafts,
    unsent_words,
)
from archive.services.arrangement_drafts import places_in
from archive.services.arrangements import Place
from archive.services.desk_drafts import Window
from archive.services.opening import Archive
from tests.fixtures.arranging import (
    archive,
    curator,
    files_of,
    master,
    named,
    signed_in,
    split,
)
from tests.fixtures.contributor import Contributor, Forms
from tests.fixtures.items import item_of
from tests.journeys.test_carried_over import joined, say

__all__ = ["archive", "curator", "master"]


def kept_draft(archive: Archive, who: Actor, item_id: str, text: str) -> None:
    mark = revisions.spoken(archive, who, item_id).mark
    description_drafts.keep(archive, who, item_id, {"description": text}, {}, mark, Window())


def narrow(archive: Archive) -> Actor:
    """Another curator, as an actor."""
    with archive.db.read() as session:
        user = session.scalars(select(User).where(User.username == "narrow")).one()
    return Actor(user.id, {"curator": frozenset({"march-25"})})


def test_what_others_had_typed_at_the_desk_and_not_saved_goes_to_what_took_its_place(
    archive: Archive, curator: FlaskClient
) -> None:
    who = narrow(archive)
    first, other = named(archive, "Three pages"), named(archive, "Beside it")
    kept_draft(archive, who, first, "Typed of the first.")
    kept_draft(archive, who, other, "Typed of the other.")
    (file,) = files_of(archive, other)
    transcript_drafts.keep(archive, who, other, file.id, "Typed from the page.", "then", Window())
    titled = Place(file.id, "Typed of the page")
    arrangement_drafts.keep(archive, who, other, [titled], "then", Window())
    *_, new = joined(archive, curator)
    drafts = description_drafts.own(archive, who, new)
    # Of two days apart the newer stands first; of one day either does.
    assert {one.typed["description"] for one in drafts} == {"Typed of the other.", "Typed of the first."}
    there = next(one for one in files_of(archive, new) if one.sha512 == file.sha512)
    (draft,) = transcript_drafts.own(archive, who, new, there.id)
    assert (draft.typed["text"], draft.mark) == ("Typed from the page.", "then")
    (arranged,) = arrangement_drafts.own(archive, who, new)
    assert places_in(arranged.typed) == (replace(titled, file_id=there.id),)
    with archive.db.read() as session:
        assert set(session.scalars(select(DeskDraft.item_id))) == {new}
    # They find it in the form.
    assert (
        "Typed of the other." in signed_in(archive, "narrow").get(f"/desk/items/{new}/describe?show=1").text
    )


def test_a_window_that_was_open_at_the_desk_meanwhile_loses_no_word(
    archive: Archive, curator: FlaskClient
) -> None:
    say(archive, named(archive, "Beside it"), {"subjects": "Song"})
    other = named(archive, "Beside it")
    (file,) = files_of(archive, other)
    theirs = signed_in(archive, "narrow")
    where = tuple(
        f"/desk/items/{other}/{one}" for one in ("describe", f"files/{file.id}/transcript", "files")
    )
    pages = (Forms(theirs.get(f"{one}?show=1").text).forms for one in where)
    forms = [
        next(form for form in page if form["action"].startswith(one))
        for one, page in zip(where, pages, strict=True)
    ]
    *_, new = joined(archive, curator)
    answer = theirs.post(where[0], data={**forms[0]["fields"], "about-description": "Typed meanwhile."})
    assert answer.status_code == 409 and "Typed meanwhile." in answer.text
    assert f'action="/desk/items/{new}/describe' in answer.text
    kept = [one.typed["description"] for one in description_drafts.own(archive, narrow(archive), new)]
    assert kept == ["Typed meanwhile."]
    theirs.post(where[1], data={**forms[1]["fields"], "text": "Read from the page."})
    there = next(one for one in files_of(archive, new) if one.sha512 == file.sha512)
    page = theirs.get(f"/desk/items/{new}/files/{there.id}/transcript?show=1").text
    assert "Read from the page." in page
    titled = {"file": file.id, f"title-{file.id}": "Titled meanwhile"}
    # A script that keeps it is told so without a page; a button shows the form as it is now, with the files of both.
    quietly = {**forms[2]["fields"], **titled, "do": "keep", "quietly": "yes"}
    assert theirs.post(where[2], data=quietly).status_code == 204
    answer = theirs.post(where[2], data={**forms[2]["fields"], **titled})
    assert answer.status_code == 409 and 'value="Titled meanwhile"' in answer.text
    assert "These are here now too, after yours: page-0.txt (" in answer.text


def test_files_that_were_split_while_their_form_was_open_keep_what_was_chosen_for_each(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    one, two, three = (file.id for file in files_of(archive, old))
    address = f"/desk/items/{old}/files"
    theirs = signed_in(archive, "narrow")
    fields = next(
        form
        for form in Forms(theirs.get(f"{address}?show=1").text).forms
        if form["action"].startswith(address)
    )["fields"]
    typed = {f"title-{two}": "Its back", f"role-{two}": "verso", f"accompanies-{two}": three}
    sent = {**fields, "file": [two, one, three], **typed, f"title-{three}": "Else <so>"}
    _, rest, new = split(archive, curator)
    answer = theirs.post(address, data=sent)
    assert answer.status_code == 409 and f'action="/desk/items/{rest}/files' in answer.text
    assert "put together in another way meanwhile" in answer.text and 'value="Its back"' in answer.text
    assert (
        "is in another item now: page-1.txt." in answer.text and "These are here now too" not in answer.text
    )
    # What was chosen for the other is a draft there, and is led to.
    assert f'href="/desk/items/{new}/files"' in answer.text
    assert 'value="Else &lt;so&gt;"' in theirs.get(f"/desk/items/{new}/files").text
    # Sent once more it is saved as it is shown.
    first, second = (file.id for file in files_of(archive, rest))
    again = next(
        form for form in Forms(answer.text).forms if form["action"].startswith(f"/desk/items/{rest}/files")
    )["fields"]
    sent = {**again, "file": [second, first], f"role-{second}": "verso", f"accompanies-{second}": first}
    assert theirs.post(f"/desk/items/{rest}/files", data=sent).status_code == 303
    kept = [
        (file.id, file.title, file.role) for file in sorted(files_of(archive, rest), key=lambda f: f.position)
    ]
    assert kept == [(second, "Its back", "verso"), (first, "", "original")]


def test_what_its_giver_had_typed_and_not_sent_goes_to_what_took_its_place(
    archive: Archive, curator: FlaskClient
) -> None:
    first, other = named(archive, "Three pages"), named(archive, "Beside it")
    submission = item_of(archive, first).submission_id
    giver = contributor([submission])
    for item_id, more in ((first, {"source": "A tin."}), (other, {"source": "A box.", "title": "Beside"})):
        now = mine.spoken(archive, giver, item_id)
        typed = {"said": now.said | more, "choices": {}, "mark": now.mark, "towns": {}}
        unsent_words.keep(archive, giver, submission, unsent_words.correcting(item_id), typed)
    back = Contributor(curator.application.test_client())
    back.come_back(codes.make(archive, giver, submission, "en"))
    *_, new = joined(archive, curator)
    assert unsent_words.own(archive, giver, submission, unsent_words.correcting(other)) is None
    back.open(f"/mine/items/{other}")
    assert back.path == f"/mine/items/{new}"
    for words in ("A tin.", "A box.", "Beside"):
        assert words in back.text
    # What stood there only because it stood there is not written behind it.
    assert "Three pages\nBeside it" not in back.text


def test_a_form_of_its_giver_that_was_open_meanwhile_loses_no_word(
    archive: Archive, curator: FlaskClient
) -> None:
    say(archive, named(archive, "Three pages"), {"subjects": "Song"})
    other = named(archive, "Beside it")
    submission = item_of(archive, other).submission_id
    back = Contributor(curator.application.test_client())
    back.come_back(codes.make(archive, contributor([submission]), submission, "en"))
    back.open(f"/mine/items/{other}")
    *_, new = joined(archive, curator)
    back.fill(f"/mine/items/{other}", {"about-description": "Typed meanwhile."})
    assert back.at.status_code == 409 and "Typed meanwhile." in back.text
    back.fill(f"/mine/items/{new}")
    assert back.path == "/mine" and item_of(archive, new).description == "Typed meanwhile."
