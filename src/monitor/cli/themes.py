"""Commands on the codebook: check it, explain a text, compile it, look for terms it lacks."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from monitor import pipeline
from monitor.cli.frame import as_json, example, main, read_settings


@main.group()
def themes() -> None:
    """Look into the codebook; nothing here needs a database."""


@themes.command()
@example("monitor themes check")
def check() -> None:
    """Read every theme and run its `matches` and `rejects`; tell every fault with its file and line."""
    found = pipeline.check_themes(read_settings())
    for problem in found.problems:
        click.echo(problem)
    click.echo(f"{found.examples_count} examples run, {len(found.problems)} problems")
    if found.problems:
        raise SystemExit(1)


@themes.command()
@click.argument("text")
@example('monitor themes explain "Верхний Ларс, стоим 20 часов"')
def explain(text: str) -> None:
    """Tell which words of TEXT hit which theme and place, by which combination, and which were voided by what."""
    for line in pipeline.explain(read_settings(), text):
        click.echo(line)


@themes.command(name="compile")
@example("monitor themes compile")
def compile_() -> None:
    """Compile the codebook: terms and combinations of each theme, word forms, its hash, and how long it takes."""
    for line in pipeline.compile_themes(read_settings()):
        click.echo(line)


@themes.command()
@as_json
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.option("--limit", default=40, show_default=True, help="How many terms to propose.")
@example("monitor themes suggest article.txt another.txt\nmonitor themes suggest --limit 100 article.txt")
def suggest(documents: tuple[str, ...], *, is_json: bool, limit: int) -> None:
    """Propose terms that DOCUMENTs (plain text) use and no theme holds, the most telling first, for you to accept.

    What pages carry around their text is left out. Keyness is how much more frequent a term is than in ordinary posts.
    """
    for one in pipeline.suggest_terms(read_settings(), documents)[:limit]:
        if is_json:
            click.echo(json.dumps(asdict(one), ensure_ascii=False))
        else:
            click.echo(f"{one.keyness:7.1f}  {one.count:>3} x in {one.documents_count}  {one.term:<32} {one.context}")
