"""Addresses that reports link to: the page of a rule, and a file on this machine."""

from __future__ import annotations

from checker import HOMEPAGE


def of_rule(rule: str, policy: str) -> str:
    """Return the address of the page of a shipped rule, by the path of its pack; "" for a rule that is not shipped."""
    return f"{HOMEPAGE}/blob/main/docs/rules/{rule}.md" if policy.startswith("builtin/") else ""


def of_file(root: str, path: str) -> str:
    """Return the `file:` address of a path below a root; "" where the root is not known."""
    from checker.reports.hosts import uri

    return f"file://{uri(f'{root}/{path}')}" if root else ""
