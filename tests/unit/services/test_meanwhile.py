"""What two pages of one draft say is told apart, question by question, and saved together."""

from __future__ import annotations

import threading

import pytest

from archive.services import draft_files, drafts
from archive.services.answers import Answers
from archive.services.meanwhile import mark, reconcile
from archive.services.opening import Archive
from tests.fixtures.drafts import begin
from tests.fixtures.uploading import upload

WAS, OTHER, MINE = "A letter\nof 1850", "The choir", "Two letters"


@pytest.mark.parametrize(
    ("stands", "typed", "taken", "crossed"),
    [
        (WAS, MINE, {"title": MINE}, {}),
        (OTHER, WAS, {}, {}),
        (OTHER, WAS.replace("\n", "\r\n") + " ", {}, {}),
        (OTHER, OTHER, {"title": OTHER}, {}),
        (OTHER, MINE, {}, {"title": MINE}),
        ("", MINE, {}, {"title": MINE}),
        (OTHER, "", {}, {"title": ""}),
    ],
)
def test_what_was_typed_is_told_from_what_only_stood_there(
    stands: str, typed: str, taken: dict[str, str], crossed: dict[str, str]
) -> None:
    found = reconcile({"title": stands}, {"title": typed}, mark({"title": WAS, "place": ""}))
    assert (found.taken, found.crossed) == (taken, crossed)


def test_what_the_form_did_not_show_is_taken_as_it_is_typed() -> None:
    assert reconcile({"title": OTHER}, {"title": MINE}, "").taken == {"title": MINE}


def test_pages_of_one_draft_that_are_saved_at_once_lose_nothing_of_each_other(empty_archive: Archive) -> None:
    submission, actor = begin(empty_archive)
    files = [upload(empty_archive, actor, submission, b"x", f"{number}.txt") for number in range(4)]
    together = threading.Barrier(8)

    def say(number: int) -> None:
        def change(answers: Answers) -> dict[str, object]:
            apart = {files[number % 4]: {"title": str(number)}} if number < 4 else {}
            return {"about": answers.about | {f"field-{number}": "said"}, "apart": answers.apart | apart}

        together.wait()
        for _ in range(3):
            drafts.save(empty_archive, actor, submission, change)

    threads = [threading.Thread(target=say, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers = drafts.view(empty_archive, actor, submission).answers
    assert answers.about == {f"field-{number}": "said" for number in range(8)}
    assert answers.apart == {one: {"title": str(number)} for number, one in enumerate(files)}


def test_captions_of_two_pages_are_both_kept(empty_archive: Archive) -> None:
    submission, actor = begin(empty_archive)
    one, two, three = (upload(empty_archive, actor, submission, b"x", f"{name}.txt") for name in "abc")
    shown = mark({f"caption-{file}": "" for file in (one, two, three)})

    def save(captions: dict[str, str], seen: str = shown) -> list[str]:
        return draft_files.caption_files(empty_archive, actor, submission, captions, seen)

    assert save({one: "My mother.", two: "The choir.", three: ""}) == []
    assert save({one: "", two: "In the hall.", three: "The river."}) == ["b.txt"]
    files = drafts.view(empty_archive, actor, submission).files
    assert [file.caption for file in files] == ["My mother.", "The choir. · In the hall.", "The river."]
