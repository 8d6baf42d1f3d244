"""Taking pieces off a spelling never makes a name known of which anything else is left."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.engine.identify import identify
from checker.engine.peel import readings
from checker.loading import catalog

MODEST = settings(max_examples=200, deadline=None)

SHIPPED = catalog.load()
LEFT = "zqx7"
"""A word that no name of the catalog holds."""

NAMES = sorted(name for name in SHIPPED.spellings if not name.endswith("/"))
BEFORE = sorted(
    {
        *(template.replace("*", "word").replace("{region}", "eu-west-1") for template in SHIPPED.before),
        *(f"{route}/" for route in SHIPPED.prefixes),
        *(f"{profile}." for profile in SHIPPED.profile_prefixes),
        *SHIPPED.id_prefixes,
    }
)
AFTER = sorted({*SHIPPED.suffixes, *SHIPPED.id_suffixes, *SHIPPED.extensions, *SHIPPED.after, "@main", ":free"})
ROUTES = sorted(
    template
    for template, notation in SHIPPED.before.items()
    if SHIPPED.notations[notation]["kind"] == "route" and "under" not in SHIPPED.notations[notation]
)


def with_a_word_left(name: str, where: int) -> str:
    """Put a word into the last part of a name, which is the model's own."""
    owner, slash, own = name.rpartition("/")
    model, colon, tag = own.partition(":")
    places = (f"{LEFT}-{model}{colon}{tag}", f"{model}-{LEFT}{colon}{tag}", f"{model}{LEFT}{colon}{tag}")
    return f"{owner}{slash}{places[where % len(places)]}"


@MODEST
@given(
    st.lists(st.sampled_from(BEFORE), max_size=3),
    st.sampled_from(NAMES),
    st.integers(min_value=0, max_value=2),
    st.lists(st.sampled_from(AFTER), max_size=3),
)
def test_a_name_of_which_anything_else_is_left_is_unknown(
    before: list[str], name: str, where: int, after: list[str]
) -> None:
    spelling = f"{''.join(before)}{with_a_word_left(name, where)}{''.join(after)}"
    assert identify(spelling, SHIPPED).model is None


@MODEST
@given(st.sampled_from(ROUTES), st.sampled_from(NAMES))
def test_what_names_a_provider_never_changes_which_model_is_named(template: str, name: str) -> None:
    before = template.replace("*", "word").replace("{region}", "eu-west-1")
    assert identify(f"{before}{name}", SHIPPED).model in (SHIPPED.spellings[name], None)


@MODEST
@given(st.lists(st.sampled_from([*BEFORE, *AFTER, *NAMES, "/", ":", "@", ".", " ", LEFT]), max_size=8))
def test_reading_ends_and_every_piece_leaves_less(pieces: list[str]) -> None:
    spelling = "".join(pieces)
    lengths = [len(reading.rest) for reading in readings(spelling, SHIPPED)]
    assert lengths == sorted(set(lengths), reverse=True)
    assert identify(spelling, SHIPPED).spelling == spelling


@MODEST
@given(st.text())
def test_any_text_is_read(spelling: str) -> None:
    assert identify(spelling, SHIPPED).spelling == spelling
