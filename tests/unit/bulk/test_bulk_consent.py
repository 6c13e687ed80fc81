"""What a table says of consent is taken strictly: what is not said is not allowed, and the strictest answer counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Audience, Consent, Item
from archive.profiles import CollectionProfile
from archive.services.opening import Archive
from archive.services.shown import places_of
from ingest.bulk import SubmissionPlan, plan
from ingest.bulk.consent import allowed
from ingest.bulk.send import send

Write = Callable[..., Path]
CC_BY = "http://creativecommons.org/licenses/by/4.0/"


@pytest.fixture
def planned(write: Write, tmp_path: Path, profile: CollectionProfile) -> Callable[..., SubmissionPlan]:
    """Plans a folder of letters, of which each row of the table is a list of `column=value`."""

    def made(*rows: str) -> SubmissionPlan:
        cells = [dict(cell.split("=", 1) for cell in row.split("|") if cell) for row in rows]
        header = ["file", *dict.fromkeys(name for row in cells for name in row)]
        lines = [",".join(header)]
        for number, row in enumerate(cells):
            write(f"gift/{number}.txt")
            lines.append(",".join([f"{number}.txt", *(f'"{row.get(name, "")}"' for name in header[1:])]))
        write("gift/metadata.csv", "\n".join(lines))
        return plan([tmp_path / "gift"], profile).submissions[0]

    return made


def test_a_table_without_consent_leaves_it_to_whoever_brings_it(
    planned: Callable[..., SubmissionPlan],
) -> None:
    assert planned("title=A").consent is None


def test_everything_that_was_allowed_is_taken_as_it_was_said(
    planned: Callable[..., SubmissionPlan], profile: CollectionProfile
) -> None:
    one = planned(
        "place=12 Mill Lane; 3 Harbour Street|consent_keep=yes|consent_audience=community|consent_not_before=2030-03-25"
        "|consent_not_after=2040-01-01|consent_place_precision=town|consent_place_shown=Bristol; Bath|consent_reuse=CC BY"
        "|consent_others=agreed|consent_others_words=My aunt|consent_naming=other-name|consent_name_shown=A neighbour"
        f"|consent_agreement_version={profile.agreement.version}|consent_agreement_language=pt"
    )
    assert one.problems == ()
    assert one.consent is not None
    assert vars(one.consent) == {
        "audience": "community",
        "not_before": date(2030, 3, 25),
        "not_after": date(2040, 1, 1),
        "place_precision": "town",
        "places_shown": {"12 Mill Lane": "Bristol", "3 Harbour Street": "Bath"},
        "reuse": CC_BY,
        "people": "agreed",
        "people_words": "My aunt",
        "naming": "other-name",
        "name_shown": "A neighbour",
        "agreement_version": profile.agreement.version,
        "agreement_language": "pt",
        "agreement_fingerprint": profile.agreement.fingerprint,
        "agreement_text": profile.agreement.texts["pt"],
    }


def test_what_is_not_said_is_not_allowed(planned: Callable[..., SubmissionPlan]) -> None:
    consent = planned("place=Bristol|consent_keep=yes|consent_name_shown=Somebody").consent
    assert consent is not None
    said = (consent.audience, consent.place_precision, consent.people, consent.naming, consent.reuse)
    assert said == ("staff", "none", "not-asked", "no-name", "")
    assert consent.name_shown == ""


def test_of_several_rows_the_strictest_answer_counts(planned: Callable[..., SubmissionPlan]) -> None:
    consent = planned(
        f"consent_audience=public|consent_others=agreed|consent_not_before=2030-01-01|consent_reuse={CC_BY}",
        "consent_audience=community|consent_others=refused|consent_not_before=2031-01-01|consent_reuse=CC0",
        "title=only a title",
    ).consent
    assert consent is not None
    assert (consent.audience, consent.people, consent.reuse) == ("community", "refused", "")
    assert consent.not_before == date(2031, 1, 1)


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ("consent_not_before=next spring", "consent_not_before"),
        ("consent_others=maybe", "consent_others"),
        ("consent_reuse=whatever", "consent_reuse"),
        ("consent_keep=perhaps", "consent_keep"),
        ("consent_audiance=staff", "consent_audiance"),
    ],
)
def test_an_answer_that_is_not_understood_is_told_and_leaves_it_to_staff(
    planned: Callable[..., SubmissionPlan], wrong: str, column: str
) -> None:
    one = planned(f"consent_audience=public|{wrong}")
    assert [problem.column for problem in one.problems] == [column]
    assert one.consent is not None
    assert one.consent.audience == Audience.STAFF


@pytest.mark.parametrize(
    "said",
    [
        "place=12 Mill Lane",
        "place=12 Mill Lane; 5 Main Street|consent_place_shown=Bristol",
        "place=12 Mill Lane; 5 Main Street|consent_place_shown=; Bristol; Atlanta",
    ],
)
def test_where_it_is_not_told_which_town_is_of_which_place_no_place_is_shown(
    planned: Callable[..., SubmissionPlan], said: str
) -> None:
    one = planned(f"{said}|consent_audience=public|consent_place_precision=town")
    assert one.consent is not None
    assert (one.consent.place_precision, one.consent.places_shown) == ("none", {})
    assert [problem.column for problem in one.problems] == ["consent_place_shown"]


def test_the_places_that_are_shown_otherwise_are_those_of_the_item(
    planned: Callable[..., SubmissionPlan],
) -> None:
    one = planned(
        "place=12 Mill Lane [51.4, -2.5]; 3 Harbour Street|consent_audience=public|consent_place_precision=town"
        "|consent_place_shown=Bristol; Bath"
    )
    assert one.consent is not None
    assert one.consent.places_shown == {"12 Mill Lane": "Bristol", "3 Harbour Street": "Bath"}
    assert [place.name for place in one.items[0].description.places] == list(one.consent.places_shown)


@pytest.mark.parametrize(
    ("rows", "shown", "told"),
    [
        # Between semicolons nothing is a town too: that place is not shown.
        (["place=A; B; C|consent_place_shown=; Bath;"], {"B": "Bath"}, []),
        (["place=A; A|consent_place_shown=Bath"], {"A": "Bath"}, []),
        (["place=A|consent_place_shown=Bath", "place=B|consent_place_shown=Bristol"], {"A": "Bath", "B": "Bristol"}, []),
        # Spelled alike they are one place of the archive, and nobody knows which of the towns it lies in.
        (
            ["place=High Street; B|consent_place_shown=Bath; York", "place=high street|consent_place_shown=Bristol"],
            {"B": "York"},
            [3],
        ),
    ],
)  # fmt: skip
def test_no_town_is_shown_of_a_place_that_it_was_not_said_of(
    planned: Callable[..., SubmissionPlan], rows: list[str], shown: dict[str, str], told: list[int]
) -> None:
    one = planned(*(f"{row}|consent_audience=public|consent_place_precision=town" for row in rows))
    assert one.consent is not None
    assert (one.consent.audience, one.consent.places_shown) == ("public", shown)
    assert [problem.row for problem in one.problems] == told


def test_words_of_an_agreement_that_is_not_here_are_never_made_up(
    planned: Callable[..., SubmissionPlan],
) -> None:
    one = planned("consent_audience=public|consent_agreement_version=0")
    assert one.consent is not None
    assert (one.consent.agreement_version, one.consent.agreement_text) == ("0", "")
    assert one.consent.audience == "public"
    assert [problem.column for problem in one.problems] == ["consent_agreement_version"]


def test_what_may_not_be_kept_is_refused(planned: Callable[..., SubmissionPlan]) -> None:
    one = planned("title=A|consent_keep=no")
    assert [(refusal.path.name, refusal.code) for refusal in one.refusals] == [("0.txt", "not-to-be-kept")]
    assert one.items == ()


@pytest.mark.parametrize(
    ("said", "brought", "allowed"),
    [("public", "staff", "staff"), ("staff", "public", "staff"), ("community", "public", "community")],
)
def test_the_narrower_of_two_audiences_counts(
    archive: Archive, planned: Callable[..., SubmissionPlan], said: str, brought: str, allowed: str
) -> None:
    send(archive, planned(f"consent_audience={said}"), "march-25", Audience(brought))
    with archive.db.read() as session:
        assert session.scalars(select(Consent.audience)).all() == [allowed]


@pytest.mark.parametrize(("says", "read"), [("none", []), ("named", ["12 Mill Lane"])])
def test_of_places_that_nobody_was_asked_about_others_read_what_the_collection_says(
    planned: Callable[..., SubmissionPlan],
    profile: CollectionProfile,
    archive: Archive,
    says: str,
    read: list[str],
) -> None:
    one = planned("title=A|place=12 Mill Lane")
    slug = profile.slug
    asked = replace(archive, profiles={**archive.profiles, slug: replace(profile, unasked_places=says)})
    send(asked, one, slug, Audience.PUBLIC)
    with archive.db.read() as session:
        item = session.scalars(select(Item)).one()
        assert [place.name for place in places_of(item, exact=False)] == read
        # Staff are shown it all the same.
        assert [place.name for place in places_of(item, exact=True)] == ["12 Mill Lane"]
        assert item.consent.audience == Audience.PUBLIC


def test_a_table_that_was_asked_counts_whatever_the_collection_says_of_others(
    planned: Callable[..., SubmissionPlan], profile: CollectionProfile
) -> None:
    one = planned("place=Bristol|consent_audience=public|consent_place_precision=exact")
    for says in ("none", "named"):
        found = allowed(one.consent, Audience.PUBLIC, replace(profile, unasked_places=says))
        assert found == one.consent


def test_the_fingerprint_of_a_code_is_taken_only_as_the_form_writes_it(
    planned: Callable[..., SubmissionPlan],
) -> None:
    mark = "0123456789abcdef" * 4
    found = planned(f"return_code={mark}", f"return_code={mark}")
    assert (found.code, found.problems) == (mark, ())
    for rows in (("return_code=above autumn garden",), (f"return_code={mark}", f"return_code={'0' * 64}")):
        wrong = planned(*rows)
        assert wrong.code == "" and [one.column for one in wrong.problems if one.row] == ["return_code"]
