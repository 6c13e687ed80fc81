"""What the command line offers and what can go wrong is written down, all of it and nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from archive.bags.errors import REFUSALS
from archive.cli.main import COMMANDS, cli
from ingest.words import FAILURES
from tests.fixtures.commands import every_command

ROOT = Path(__file__).parents[3]
COMMANDS_PAGE = ROOT / "docs" / "commands.md"
ERRORS_PAGE = ROOT / "docs" / "errors.md"


def documented_commands() -> dict[str, str]:
    """What the page says of each command, up to the next heading."""
    sections = re.split(r"^### `(.+)`$", COMMANDS_PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    texts = (re.split(r"^## ", one, flags=re.MULTILINE)[0] for one in sections[2::2])
    return dict(zip(sections[1::2], texts, strict=True))


def options_of(command: click.Command) -> list[str]:
    both = (one for one in command.params if isinstance(one, click.Option))
    return [option for one in both for option in (*one.opts, *one.secondary_opts)]


def test_no_command_is_said_to_have_an_option_that_it_does_not_have() -> None:
    offered = {name: {*options_of(command), "--help"} for name, command in every_command(cli)}
    wrong = set()
    for name, text in documented_commands().items():
        # Another command may be named beside it, with what that one has.
        for told in re.findall(r"`([^`]+)`|^((?:remembrance|  ).*)$", text, flags=re.MULTILINE):
            words = "".join(told)
            of = max((one for one in offered if words.startswith(f"{one} ")), key=len, default=name)
            found = re.findall(r"(?<![\w-])--[a-z][a-z-]+", words)
            wrong |= {(name, option) for option in found if option not in offered[of]}
    assert wrong == set()


def test_every_command_is_documented_with_every_option() -> None:
    documented = documented_commands()
    offered = dict(every_command(cli))
    assert set(documented) == set(offered)
    for name, command in offered.items():
        options = [option for one in command.params if isinstance(one, click.Option) for option in one.opts]
        missing = [option for option in options if option not in documented[name] and option != "--serve"]
        assert missing == [], name


def test_every_command_has_a_line_of_help_and_help_of_its_own() -> None:
    top = CliRunner().invoke(cli, ["--help"])
    assert top.exit_code == 0
    for name, (_, line) in COMMANDS.items():
        assert re.search(rf"^ +{name} ", top.output, flags=re.MULTILINE)
        assert line.endswith(".")
    for name, command in every_command(cli):
        assert command.help, name
        for one in command.params:
            assert not isinstance(one, click.Option) or one.help, (name, one.name)


def codes_in_source() -> set[str]:
    """Every code that an error, a class of errors or a refusal is given in the source."""
    found: set[str] = set()
    named: set[str] = set()
    constants: dict[str, str] = {}
    tables: dict[str, set[str]] = {}
    for path in (*(ROOT / "archive").rglob("*.py"), *(ROOT / "ingest").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            match node:
                # `Error(WORDS[why], code=why)`: whatever the table has words for.
                case ast.Call(
                    args=[ast.Subscript(value=ast.Name(id=name)), *_],
                    keywords=[ast.keyword(arg="code", value=ast.Name())],
                ):
                    named |= tables.get(name, set())
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=keys)):
                    tables[name] = {key.id for key in keys if isinstance(key, ast.Name)}
                case ast.Call(func=ast.Name(id="ErrorPage"), args=[_, ast.Constant(value=str(code)), *_]):
                    found.add(code)
                case ast.keyword(arg="code", value=ast.Constant(value=str(code))):
                    found.add(code)
                case ast.keyword(arg="code", value=ast.Name(id=name)):
                    named.add(name)
                case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
                    found.add(code)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(code))) if (
                    name.isupper()
                ):
                    constants[name] = code
                case ast.Call(func=ast.Name(id="Refusal"), args=[_, ast.Name(id=name), *_]):
                    named.add(name)
                case ast.Call(func=ast.Name(id="Refusal"), args=[_, ast.Constant(value=str(code)), *_]):
                    found.add(code)
                case ast.Call(
                    func=ast.Name(id="FileOutcome"), args=[_, _, _, ast.Constant(value=str(code)), *_]
                ):
                    found.add(code)
                case _:
                    pass
    return found | {constants[name] for name in named if name in constants}


def documented_errors() -> dict[str, tuple[str, str]]:
    rows = re.findall(
        r"^\| `([a-z-]+)` \| (.+?) \| (.+?) \|$", ERRORS_PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert len({code for code, _, _ in rows}) == len(rows)
    return {code: (sentence, remedy) for code, sentence, remedy in rows}


def test_every_code_is_documented_with_a_sentence_and_a_remedy() -> None:
    documented = documented_errors()
    assert set(documented) == (codes_in_source() | set(FAILURES)) - set(REFUSALS)
    for code, (sentence, remedy) in documented.items():
        assert sentence.endswith("."), code
        assert remedy.endswith("."), code


@pytest.mark.parametrize("code", sorted(set(FAILURES) - {"not-a-file"}))
def test_why_a_file_failed_is_told_in_the_same_words(code: str) -> None:
    assert documented_errors()[code][0] == FAILURES[code]
