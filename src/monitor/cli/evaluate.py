"""The command that scores classification on labelled posts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from monitor import pipeline
from monitor.classify.scoring import Scores, Tally
from monitor.cli.frame import as_json, example, lines_of, main, read_settings, table


@main.command()
@as_json
@click.argument("file", metavar="LABELLED.JSONL")
@click.option("--misses/--no-misses", "has_misses", default=True, help="Tell every difference, with the post's masked beginning.")
@click.option("--field", "fields", multiple=True, help="Tell differences of this field only; may be given more than once.")
@example(
    "monitor evaluate tests/labelled/second.jsonl\n"
    "monitor evaluate labelled.jsonl --field themes --field places\n"
    "monitor evaluate labelled.jsonl --no-misses\n"
    "monitor evaluate labelled.jsonl --json"
)
def evaluate(file: str, *, is_json: bool, has_misses: bool, fields: tuple[str, ...]) -> None:
    """Classify labelled posts as `classify --file` does and score each field against its labels.

    A line is an object with id, text, lang, themes, places, measures (kind, low, high, place), kind and, where there is any, pii:
    the pieces that must not be left standing. Precision, recall and F1 are shares from 0 to 1; a dash is a share of nothing.
    A line that is no labelled post is told with its number and left out; the exit code is then 1.
    """
    found = pipeline.evaluate(lines_of(file), read_settings())
    if is_json:
        click.echo(json.dumps(_as_values(found.scores), ensure_ascii=False))
    else:
        _tell(found.scores)
        for miss in found.scores.misses if has_misses else ():
            if not fields or miss.field in fields:
                click.echo(f"{miss.post_id} {miss.field}: expected {miss.expected}; got {miss.got}")
                click.echo(f"    {found.excerpts.get(miss.post_id, '')}")
    for number, reason in found.bad_lines:
        click.echo(f"monitor: {file}:{number}: {reason}", err=True)
    if found.bad_lines:
        raise SystemExit(1)


def _tell(scores: Scores) -> None:
    click.echo(f"{scores.posts_count} posts")
    for title, tallies in _tables(scores).items():
        click.echo(f"\n{title}")
        for line in table([{"": name, **_row(tally)} for name, tally in tallies.items()]):
            click.echo(f"  {line}")
    click.echo()


def _tables(scores: Scores) -> dict[str, Mapping[str, Tally]]:
    return {
        "by field": scores.fields,
        "themes, by theme": dict(sorted(scores.themes.items())),
        "themes, by language of the post": dict(sorted(scores.themes_by_language.items())),
        "language": dict(sorted(scores.languages.items())),
        "kind": dict(sorted(scores.kinds.items())),
    }


def _row(tally: Tally) -> dict[str, Any]:
    shares = {name: getattr(tally, name) for name in ("precision", "recall", "f1")}
    told = {name: None if share is None else f"{share:.3f}" for name, share in shares.items()}
    return {**told, "right": tally.right, "wrong": tally.wrong, "missed": tally.missed}


def _as_values(scores: Scores) -> dict[str, Any]:
    values: dict[str, Any] = {"posts": scores.posts_count}
    for title, tallies in _tables(scores).items():
        values[title] = {
            name: {
                "precision": tally.precision,
                "recall": tally.recall,
                "f1": tally.f1,
                "right": tally.right,
                "wrong": tally.wrong,
                "missed": tally.missed,
            }
            for name, tally in tallies.items()
        }
    return values
