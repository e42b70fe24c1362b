"""Build the weights that tell a post's form: ``python -m monitor.pipeline.build_weights FILE… [--even FILE…] [--check]``.

FILE holds labelled posts (JSON lines as ``tests/labelled`` has them), or ``kind|text`` lines; of those behind ``--even`` only
the lines of even number are read, the others being kept for measuring. ``--check`` writes nothing: each file is told by weights
that were fitted to the others. Method: softmax regression on the traits of ``traits.py``, L2 of 0.002, by accelerated gradient
descent (Nesterov, 1983); weights are rounded to a hundredth. Traits and L2 were chosen by ``--check``.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.classify.kind import KINDS
from monitor.classify.traits import traits_of
from monitor.pipeline.tools import Reading, reading
from monitor.privacy import mask
from monitor.settings import Settings
from monitor.text import tokenise

LEAST_POSTS = 2
"""A trait of fewer posts has no weight."""
L2, STEPS, NORM_STEPS = 0.002, 150, 30
LEAST_WEIGHT = 5
"""Hundredths below which a trait's weights are left out."""
Array = npt.NDArray[np.float64]
Shown = tuple[str, Counter[str]]
"""A post's kind and traits."""


def read_posts(file: Path, *, only_even: bool = False) -> Iterable[tuple[str, str]]:
    """Give kind and text of each line."""
    lines = list(filter(None, file.read_text(encoding="utf-8").splitlines()))
    for line in lines[1::2] if only_even else lines:
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


def fit(posts: Sequence[Shown]) -> dict[str, list[int]]:
    """Give the weights by trait, in hundredths, one a kind; ``base`` is what every post has."""
    counts = Counter(name for _, traits in posts for name in traits)
    names = sorted(name for name, count in counts.items() if count >= LEAST_POSTS)
    column = {name: place for place, name in enumerate(names)}
    inputs = np.zeros((len(posts), len(names) + 1))
    inputs[:, -1] = 1.0
    for row, (_, traits) in enumerate(posts):
        known = [name for name in traits if name in column]
        inputs[row, [column[name] for name in known]] = [traits[name] for name in known]
    wanted = np.array([[float(kind == one) for one in KINDS] for kind, _ in posts])
    weights = np.rint(100 * _descend(inputs, wanted)).astype(int)
    return dict(zip([*names, "base"], weights.tolist(), strict=True))


def _descend(inputs: Array, wanted: Array) -> Array:
    count = len(inputs)
    weights = ahead = np.zeros((inputs.shape[1], wanted.shape[1]))
    rate, momentum = 1 / (_norm(inputs) ** 2 / count / 2 + L2), 1.0
    for _ in range(STEPS):
        scores = inputs @ ahead
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        before, weights = weights, ahead - rate * (inputs.T @ (shares - wanted) / count + L2 * ahead)
        after = (1 + (1 + 4 * momentum**2) ** 0.5) / 2
        ahead, momentum = weights + (momentum - 1) / after * (weights - before), after
    return weights


def _norm(inputs: Array) -> float:
    """Give the greatest singular value, by power iteration."""
    vector = np.ones(inputs.shape[1])
    for _ in range(NORM_STEPS):
        vector = inputs.T @ (inputs @ (vector / np.linalg.norm(vector)))
    return float(np.linalg.norm(vector) ** 0.5)


def share_right(posts: Sequence[Shown], weights: Mapping[str, list[int]]) -> float:
    """Give the share of posts whose form the weights tell."""
    return sum(kind == _heaviest(traits, weights) for kind, traits in posts) / len(posts)


def _heaviest(traits: Counter[str], weights: Mapping[str, list[int]]) -> str:
    rows = [[count * weight for weight in weights[name]] for name, count in traits.items() if name in weights]
    is_themed = any(name.startswith("theme_") for name in traits)
    totals = [sum(column) for column in zip(weights["base"], *rows, strict=True)]
    return max(zip(totals, KINDS[: -1 if is_themed else None], strict=False))[1]


def _check(files: Mapping[Path, Sequence[Shown]]) -> None:
    """Tell of each file how much weights fitted to the others tell right, and of all posts together."""
    right = 0.0
    for left_out, posts in files.items():
        weights = fit([post for file, others in files.items() if file != left_out for post in others])
        share = share_right(posts, weights)
        right += share * len(posts)
        print(f"{left_out.name:<20} {len(posts):>5} posts  {share:.3f}")
    print(f"{'all':<20} {sum(map(len, files.values())):>5} posts  {right / sum(map(len, files.values())):.3f}")


def main() -> None:
    """Fit to all files and write the weights, or check what weights tell of files that they were not fitted to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--even", nargs="+", type=Path, default=[])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--to", type=Path, default=Path(__file__).parents[1] / "classify" / "profiles" / "forms.json")
    options = parser.parse_args()
    tools = reading(Settings.from_env({}))
    files = {
        file: [(kind, shown(text, tools)) for kind, text in read_posts(file, only_even=file in options.even)]
        for file in [*options.files, *options.even]
    }
    if options.check:
        _check(files)
        return
    weights = fit([post for posts in files.values() for post in posts])
    told = {name: row for name, row in sorted(weights.items()) if max(map(abs, row)) >= LEAST_WEIGHT}
    lines = (f"{json.dumps(name)}: {json.dumps(row)}" for name, row in told.items())
    options.to.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
