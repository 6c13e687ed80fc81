"""Settings: the default, the file over it, the environment over both; what is wrong is named."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from archive.models.errors import BadInputError
from archive.settings import FILE_NAME, Settings, describe, environment_name, resolve

DOCUMENTED = Path(__file__).parents[3] / "docs" / "settings.md"


def environment(home: Path, /, **more: str) -> dict[str, str]:
    return {environment_name(name): value for name, value in {"home": str(home), **more}.items()}


def write(home: Path, content: str) -> None:
    (home / FILE_NAME).write_text(content, encoding="utf-8")


def refused(home: Path, /, **more: str) -> str:
    with pytest.raises(BadInputError) as caught:
        Settings.load(environment(home, **more))
    assert caught.value.code == "bad-setting"
    return str(caught.value)


def test_without_file_or_environment_every_setting_has_its_default(tmp_path: Path) -> None:
    found = resolve(environment(tmp_path))
    for name, default, _ in describe():
        if name != "home":
            assert found[name] == (default, "default")


def test_the_file_wins_over_the_default_and_the_environment_over_the_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        'site_name = "From the file"\nocr = true\nweb_threads = 4\ntrusted_hosts = ["a.org", "b.org"]\n',
    )
    found = resolve(environment(tmp_path, site_name="From the environment"))
    assert found["site_name"] == ("From the environment", "REMEMBRANCE_SITE_NAME")
    file = str(tmp_path / FILE_NAME)
    assert found["ocr"] == (True, file)
    assert found["web_threads"] == (4, file)
    assert found["trusted_hosts"] == (("a.org", "b.org"), file)
    assert found["page_images"][1] == "default"


def test_settings_cannot_be_changed_once_they_are_made(tmp_path: Path) -> None:
    loaded = Settings.load(environment(tmp_path))
    with pytest.raises(dataclasses.FrozenInstanceError):
        loaded.site_name = "Another"  # type: ignore[misc]


def test_the_home_is_where_the_variable_says_whatever_the_folder_one_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.load({}).home == tmp_path / "var"
    assert Settings.load({"REMEMBRANCE_HOME": "elsewhere"}).home == tmp_path / "elsewhere"
    inside = Settings.load(environment(tmp_path / "home"))
    for folder in (inside.staging, inside.access, inside.index, inside.run, Path(inside.objects)):
        assert folder.parent == inside.home


@pytest.mark.sqlite("where its file is when nothing is set")
def test_without_an_address_the_database_is_a_file_of_the_home(tmp_path: Path) -> None:
    inside = Settings.load(environment(tmp_path / "home"))
    assert inside.database == f"sqlite:///{inside.home}/remembrance.db"


@pytest.mark.parametrize("yes", ["1", "true", "YES", "on"])
@pytest.mark.parametrize("no", ["0", "false", "No", "off"])
def test_yes_and_no_are_understood_as_people_write_them(tmp_path: Path, yes: str, no: str) -> None:
    assert Settings.load(environment(tmp_path, ocr=yes)).ocr is True
    assert Settings.load(environment(tmp_path, ocr=no)).ocr is False


def test_hosts_are_separated_by_commas(tmp_path: Path) -> None:
    assert Settings.load(environment(tmp_path, trusted_hosts=" a.org, ,b.org ")).trusted_hosts == (
        "a.org",
        "b.org",
    )
    assert Settings.load(environment(tmp_path, trusted_hosts="")).trusted_hosts == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("web_threads", "many"),
        ("web_threads", "-1"),
        ("web_threads", "1.5"),
        ("web_threads", ""),
        ("web_threads", "0"),
        ("session_hours", "0"),
        ("home", ""),
        ("home", "/what?"),
        ("ocr", "perhaps"),
        ("ocr", ""),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_setting(tmp_path: Path, name: str, value: str) -> None:
    told = refused(tmp_path, **{name: value})
    assert name in told
    assert value in told


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("web_threads = [1]", "web_threads"),
        ("web_threads = true", "web_threads"),
        ("web_threads = 0", "web_threads"),
        ("web_threads = 1.5", "web_threads"),
        ("ocr = 7", "ocr"),
        ("site_name = 7", "site_name"),
        ("site_name = []", "site_name"),
        ("trusted_hosts = 7", "trusted_hosts"),
        ("trusted_hosts = [7]", "trusted_hosts"),
        ("sight_name = 'x'", "sight_name"),
        ("home = '/elsewhere'", "home"),
        ("[section]\nocr = true", "section"),
        ("ocr = ", FILE_NAME),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, content: str, named: str) -> None:
    write(tmp_path, content)
    assert named in refused(tmp_path)


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    assert FILE_NAME in refused(tmp_path)


def test_what_processes_tell_each_other_is_no_setting_and_no_mistake(tmp_path: Path) -> None:
    assert Settings.load({**environment(tmp_path), "REMEMBRANCE_PARENT": "1", "REMEMBRANCE_LISTEN_FD": "3"})


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"site_name = '\xff'")
    assert FILE_NAME in refused(tmp_path)


def test_a_variable_that_is_no_setting_is_named(tmp_path: Path) -> None:
    """A slip of the pen must not silently leave a default in force."""
    told = refused(tmp_path, max_file_byte="1000")
    assert "REMEMBRANCE_MAX_FILE_BYTE" in told


def test_every_setting_is_documented_with_its_variable_its_default_and_what_it_is_for() -> None:
    rows = dict(
        re.findall(r"^\| `(\w+)` \| (.*) \|$", DOCUMENTED.read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert list(rows) == [name for name, _, _ in describe()]
    for name, default, help_line in describe():
        assert rows[name] == f"`{environment_name(name)}` | {written(default)} | {help_line}"


def written(default: object) -> str:
    """A default as the page shows it."""
    if isinstance(default, bool):
        return "yes" if default else "no"
    if default in ("", ()):
        return "empty"
    if isinstance(default, tuple):
        return ", ".join(f"`{one}`" for one in default)
    return f"`{default}`"


def test_time_zones_are_those_that_are_known(tmp_path: Path) -> None:
    loaded = Settings.load(environment(tmp_path, timezones="America/Chicago, Pacific/Honolulu"))
    assert loaded.timezones == ("America/Chicago", "Pacific/Honolulu")
    assert Settings.load(environment(tmp_path, timezones="")).timezones == ()
    for given in ("Mars/Olympus", "America", "../zones", "/etc/localtime"):
        assert "such as America/New_York" in refused(tmp_path, timezones=f"UTC,{given}")
    write(tmp_path, 'timezones = ["Mars/Olympus"]')
    assert "Mars/Olympus" in refused(tmp_path)


def test_the_trusted_proxy_is_an_address_or_a_network(tmp_path: Path) -> None:
    for given in ("", "127.0.0.1", "10.0.0.0/8", "::1"):
        assert Settings.load(environment(tmp_path, trusted_proxy=given)).trusted_proxy == given
    for given in ("yes", "1", "proxy.example.org"):
        assert "such as 127.0.0.1" in refused(tmp_path, trusted_proxy=given)
