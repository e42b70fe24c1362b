"""Build the weights that tell a post's form: ``python -m monitor.pipeline.build_weights FILE…``.

FILE holds labelled posts (JSON lines as ``tests/labelled`` has them), or ``kind|text`` lines. Method: softmax regression on the
traits of ``traits.py``, L2 of 0.002, by accelerated gradient descent (Nesterov, 1983); weights are rounded to a hundredth.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.classify.kind import KINDS
from monitor.classify.traits import SIGNS, traits_of
from monitor.pipeline.tools import Reading, reading
from monitor.privacy import mask
from monitor.settings import Settings
from monitor.text import tokenise

LEAST_POSTS = 5
"""A trait of fewer posts has no weight."""
SCALE = 0.5
"""What is told of all words, and a sign, is trusted less than what was listed."""
L2, STEPS = 0.002, 150
Array = npt.NDArray[np.float64]


def read_posts(file: Path) -> Iterable[tuple[str, str]]:
    """Give kind and text of each line."""
    for line in filter(None, file.read_text(encoding="utf-8").splitlines()):
        if file.suffix == ".jsonl":
            post = json.loads(line)
            yield post["kind"], post["text"]
        else:
            kind, _, text = line.partition("|")
            yield kind, text


def shown(text: str, tools: Reading) -> Counter[str]:
    """Give all that speaks for the form of ``text``: its traits and its themes, with their number."""
    masked, _ = mask(text)
    themes = Counter("theme_" + theme.theme_id for theme in tools.matcher.match(masked).themes)
    return traits_of(masked, tokenise(masked)) + themes


def fit(shows: Sequence[Counter[str]], kinds: Sequence[str]) -> dict[str, list[int]]:
    """Give the weights by trait, in hundredths, one a kind; ``base`` is what every post has."""
    posts = Counter(name for traits in shows for name in traits)
    names = sorted(name for name, count in posts.items() if count >= LEAST_POSTS)
    scales = np.array([SCALE if name.startswith(("begins_", "ends_", *SIGNS)) else 1.0 for name in names] + [1.0])
    inputs = np.array([[float(traits[name]) for name in names] + [1.0] for traits in shows]) * scales
    wanted = np.array([[float(kind == one) for one in KINDS] for kind in kinds])
    weights = np.rint(100 * _descend(inputs, wanted) * scales[:, None]).astype(int)
    return dict(zip([*names, "base"], weights.tolist(), strict=True))


def _descend(inputs: Array, wanted: Array) -> Array:
    count = len(inputs)
    weights = ahead = np.zeros((inputs.shape[1], wanted.shape[1]))
    rate, momentum = 1 / (np.linalg.norm(inputs, 2) ** 2 / count / 2 + L2), 1.0
    for _ in range(STEPS):
        scores = inputs @ ahead
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        before, weights = weights, ahead - rate * (inputs.T @ (shares - wanted) / count + L2 * ahead)
        after = (1 + (1 + 4 * momentum**2) ** 0.5) / 2
        ahead, momentum = weights + (momentum - 1) / after * (weights - before), after
    return weights


def main() -> None:
    """Fit to all files and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--to", type=Path, default=Path(__file__).parents[1] / "classify" / "profiles" / "forms.json")
    options = parser.parse_args()
    tools = reading(Settings.from_env({}))
    posts = [post for file in options.files for post in read_posts(file)]
    weights = fit([shown(text, tools) for _, text in posts], [kind for kind, _ in posts])
    lines = (f"{json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(weights.items()) if any(row))
    options.to.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
