"""The quick writer of JSON writes what the standard one does, to the byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.reports.indented import indented

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner))


@given(values)
def test_the_same_bytes(value: Any) -> None:
    assert indented(value) == json.dumps(value, indent=2, ensure_ascii=True)


@pytest.mark.parametrize("value", [{}, [], (), {"a": {}}, [[]], "\ud800", {"a": [1, {"b": None}]}, 1e400, True, 0])
def test_odd_values(value: Any) -> None:
    assert indented(value) == json.dumps(value, indent=2, ensure_ascii=True)
