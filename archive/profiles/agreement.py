"""The words of the agreement: one Markdown file a language, cut into its clauses."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from archive.profiles.check import Table
from archive.profiles.model import CLAUSES, Agreement, Clause
from archive.profiles.problems import Problem
from archive.typed_files import text_of

HEADING = re.compile(r"^##[ \t]+(?P<heading>.+?)[ \t]*\{#(?P<id>[a-z][a-z0-9-]*)\}[ \t]*$", re.MULTILINE)


def read_agreement(folder: Path, table: Table, languages: tuple[str, ...]) -> Agreement:
    """The agreement of a collection from `agreement/<language>.md`; problems go where the table's do."""
    version = table.string("version")
    table.done()
    texts = {language: _read_text(folder, language, table.problems) for language in languages}
    clauses = {language: split_clauses(text) for language, text in texts.items()}
    for language in languages:
        if texts[language]:
            _check_clauses(folder, language, clauses, table.problems)
    joined = "\0".join(f"{language}\0{texts[language]}" for language in sorted(texts))
    return Agreement(version, texts, clauses, hashlib.sha256(joined.encode()).hexdigest())


def split_clauses(text: str) -> tuple[Clause, ...]:
    """The parts of an agreement: each begins with a heading such as `## Keep it {#keep}`."""
    headings = list(HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)] * bool(headings)
    return tuple(
        Clause(heading["id"], heading["heading"], text[heading.end() : end].strip())
        for heading, end in zip(headings, ends, strict=True)
    )


def _read_text(folder: Path, language: str, problems: list[Problem]) -> str:
    name = f"agreement/{language}.md"
    try:
        text = text_of(folder / name).strip()
    except FileNotFoundError:
        reason = "is missing"
    except UnicodeDecodeError:
        reason = "is not UTF-8 text"
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    else:
        if text:
            return text
        reason = "must not be empty"
    problems.append(Problem(f"{folder.name}/{name}", "", reason))
    return ""


def _check_clauses(
    folder: Path, language: str, clauses: dict[str, tuple[Clause, ...]], problems: list[Problem]
) -> None:
    """Every language must ask the same questions, and ask separately for what must be separable."""
    file = f"{folder.name}/agreement/{language}.md"
    ids = [clause.id for clause in clauses[language]]
    for wanted in CLAUSES:
        if wanted not in ids:
            problems.append(
                Problem(file, wanted, f"a part with a heading that ends in {{#{wanted}}} is needed")
            )
    for double in sorted({one for one in ids if ids.count(one) > 1}):
        problems.append(Problem(file, double, "there are two parts of this name"))
    for clause in clauses[language]:
        if not clause.text:
            problems.append(Problem(file, clause.id, "has a heading and no text"))
    everywhere = {clause.id for parts in clauses.values() for clause in parts}
    for missing in sorted(everywhere - set(ids) - set(CLAUSES)):
        problems.append(Problem(file, missing, "this part exists in another language and not in this one"))
