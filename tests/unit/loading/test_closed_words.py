"""A comparison with a word that a fact can't have never applies: it is refused when the pack is loaded."""

from __future__ import annotations

import pytest

from checker.loading import pack
from tests.support import only, pack_text, refused

STRANGE = {
    'use.deployment.type == "selfhosted"': ("use.deployment.type", "did you mean `self-hosted`?"),
    '"on_device" != use.deployment.type': ("use.deployment.type", "did you mean `on-device`?"),
    'project.use in ["commercial", "intern"]': ("project.use", "did you mean `internal`?"),
    '"finetune" in use.modifications': ("use.modifications", "did you mean `fine-tune`?"),
    '!(use.weights == "remote")': ("use.weights", "the words are hosted, shipped, downloaded, platform"),
    'use.outputs.exists(o, use.deployment.type == "apis")': ("use.deployment.type", "did you mean `api`?"),
}


def load(when: str) -> object:
    return pack.load([pack.from_text(pack_text({"when": f"'{when}'"}), "rules.yaml")])


@pytest.mark.parametrize(("when", "told"), STRANGE.items(), ids=STRANGE)
def test_a_word_that_there_is_not_is_refused(when: str, told: tuple[str, str]) -> None:
    problem = only(refused(load, when))
    assert f"`{told[0]}` is never" in problem.message
    assert problem.hint == told[1]
    assert problem.line is not None


@pytest.mark.parametrize(
    "when",
    [
        'use.deployment.type == "self-hosted"',
        'project.use in ["commercial", "internal"]',
        '"fine-tune" in use.modifications',
        'use.purpose == "anything"',
        "use.deployment.type == use.purpose",
    ],
)
def test_every_other_comparison_is_fine(when: str) -> None:
    assert load(when)
