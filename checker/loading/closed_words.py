"""Words that a rule compares a fact with, where the manifest's schema closes the list of words that the fact may have.

A comparison with any other word is false for every manifest. The rule would never apply, and that would look like a
pass.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.loading import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FACTS = {
    ("project", "use"): ("project", "use"),
    ("project", "stage"): ("project", "stage"),
    ("use", "deployment", "type"): ("deployment", "type"),
    ("use", "weights"): ("use", "weights"),
    ("use", "outputs"): ("use", "outputs"),
    ("use", "modifications"): ("use", "modifications"),
}
"""Facts by their path, and where the manifest's schema has their words: a definition and a key of it."""

Path = tuple[str, ...]


class Strange(NamedTuple):
    """A word that a fact can't have: the fact as rules write it, the word, and the words that there are."""

    fact: str
    word: str
    words: tuple[str, ...]


def strange(tree: Any) -> Iterator[Strange]:
    """Yield every comparison of a fact with a word that it can't have, anywhere in a tree (`expressions.syntax`)."""
    if not isinstance(tree, tuple):
        return
    if tree[:1] == ("call",) and tree[1] in ("_==_", "_!=_", "@in"):
        left, right = tree[2], tree[3]
        for fact, other in ((left, right), (right, left)):
            path = _path(fact)
            words = _words().get(path, ())
            yield from (Strange(".".join(path), word, words) for word in _texts(other) if words and word not in words)
    for part in tree:
        yield from strange(part)


def _path(tree: Any) -> Path:
    """Return the chain of names that a tree reads, or nothing."""
    names: list[str] = []
    while isinstance(tree, tuple) and tree[0] == "get":
        names.append(tree[2])
        tree = tree[1]
    return (tree[1], *reversed(names)) if isinstance(tree, tuple) and tree[0] == "name" else ()


def _texts(tree: Any) -> Iterator[str]:
    """Yield a constant text, or those in a list."""
    parts = tree[1:] if isinstance(tree, tuple) and tree[0] == "list" else (tree,)
    yield from (part[1] for part in parts if isinstance(part, tuple) and part[0] == "const" and type(part[1]) is str)


@cache
def _words() -> Mapping[Path, tuple[str, ...]]:
    definitions = shipped.schema("manifest")["$defs"]
    found: dict[Path, tuple[str, ...]] = {}
    for path, (definition, key) in _FACTS.items():
        described = definitions[definition]["properties"][key]
        found[path] = tuple(described.get("enum") or described["items"]["enum"])
    return found
