"""License expressions of SPDX: what `AND`, `OR`, `WITH` and parentheses say, as the plain terms that the catalog uses.

Source: SPDX Specification 2.3, Annex D. The library behind it is imported only where a license is an expression.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Malformed(NamedTuple):
    """Why a text is no license expression."""

    reason: str


def is_expression(text: str) -> bool:
    """Say whether a license is more than one name; a name holds neither spaces nor parentheses."""
    return any(character.isspace() or character in "()" for character in text)


def parse(text: str) -> list[Any] | Malformed:
    """Return all terms that hold together: a name (an exception stays with its license) or `{any_of: [...]}`.

    An alternative of an OR is a name or an expression of its own.
    """
    from license_expression import ExpressionError, Licensing

    try:
        tree = Licensing().parse(text)  # type: ignore[no-untyped-call]  # the library has no types
        names = [part.key for symbol in tree.get_symbols() for part in symbol.decompose()]
    except ExpressionError as error:
        return Malformed(reason=str(error).partition("\n")[0])
    except Exception:  # noqa: BLE001  on some malformed texts the library fails in ways that it does not name
        return Malformed(reason="it can't be read as an expression")
    spaced = next((name for name in names if " " in name), None)
    return _terms(tree) if spaced is None else Malformed(reason=f"`{spaced}` lacks an AND or an OR")


def _terms(tree: Any) -> list[Any]:
    if _operator(tree) == "AND":
        return [term for part in tree.args for term in _terms(part)]
    if _operator(tree) == "OR":
        offered = list(dict.fromkeys(_alternatives(tree)))
        return [{"any_of": offered}] if len(offered) > 1 else _terms(tree.args[0])
    return [str(tree.render())]


def _alternatives(tree: Any) -> list[str]:
    if _operator(tree) == "OR":
        return [name for part in tree.args for name in _alternatives(part)]
    return [str(tree.render())]


def _operator(tree: Any) -> str:
    """Return AND or OR; nothing for a name."""
    return str(getattr(tree, "operator", "")).strip()
