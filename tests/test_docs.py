"""README and help tell the truth of today."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from sync import settings
from sync.__main__ import COMMANDS, main
from sync.settings_reader import as_toml

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SECTIONS = {
    "top of the file": settings.General,
    "[login]": settings.LoginSettings,
    "[connection.NAME]": settings.ConnectionHead,
    "[connection.NAME.shop]": settings.ShopSettings,
    "[connection.NAME.books]": settings.BooksSettings,
    "[connection.NAME.booking]": settings.BookingSettings,
}


def settings_table() -> str:
    """The table of all settings, from the settings themselves."""
    rows = ["| Where | Setting | Meaning | Default | Example |", "| --- | --- | --- | --- | --- |"]
    for place, kind in SECTIONS.items():
        for one in fields(kind):
            shown = "must be set" if one.default is MISSING else f"`{as_toml(one.default)}`"
            example = as_toml(one.metadata["example"])
            rows.append(
                f"| `{place}` | `{one.name}` | {one.metadata['meaning']} | {shown} | `{example}` |"
            )
    return "\n".join(rows)


def test_the_readme_lists_every_setting_as_it_is() -> None:
    """Run `python -m tests.test_docs` to write the table anew."""
    assert settings_table() in README


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_readme_and_explains_itself(name: str) -> None:
    """A command that nobody can find does not exist."""
    assert f"| `{name}` |" in README
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 4


def test_every_campaign_of_the_readme_is_there() -> None:
    """As a module that can be run."""
    named = re.findall(r"\| `(tests\.[a-z_.]+)` \|", README)
    assert "tests.engine.retry_storm" in named
    for name in named:
        source = (ROOT / f"{name.replace('.', '/')}.py").read_text("utf-8")
        assert '__name__ == "__main__"' in source


def test_every_file_the_readme_shows_is_there() -> None:
    """Pictures and links into the project."""
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target


def test_every_part_is_in_the_changelog() -> None:
    """What users see is told to them."""
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text("utf-8")


if __name__ == "__main__":
    pattern = re.compile(r"(<!-- settings -->\n).*?(<!-- /settings -->)", re.DOTALL)
    text = pattern.sub(lambda m: f"{m[1]}{settings_table()}\n{m[2]}", README)
    (ROOT / "README.md").write_text(text, "utf-8")
