"""Text from outside says nothing to Markdown."""

from hypothesis import given
from hypothesis import strategies as some
from markdown_it import MarkdownIt

from pages.ui.escape import plain, visible

HTML = MarkdownIt("gfm-like", {"linkify": False, "html": True})


@given(some.text(some.characters(exclude_categories=["C"]), max_size=60))
def test_escaped_text_renders_as_one_paragraph_of_exactly_that_text(text: str) -> None:
    tokens = HTML.parse(plain(text))
    words = "".join(t.content for block in tokens for t in block.children or ())
    kinds = {t.type for block in tokens for t in block.children or ()}
    assert kinds <= {"text", "text_special"}
    assert words.replace("\N{WORD JOINER}", "") == " ".join(text.split()).replace("\u2060", "")


def test_icons_and_directives_are_broken_apart() -> None:
    assert ":material/home:" not in plain(":material/home:").replace("\\", "")
    assert ":red[" not in plain(":red[x]").replace("\\", "")


def test_what_cannot_be_seen_is_made_visible() -> None:
    assert visible("a\x00b\N{RIGHT-TO-LEFT OVERRIDE}c\td") == "a\ufffdb\ufffdc\td"
