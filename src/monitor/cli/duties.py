"""Commands for duties to the people in the posts: erase, keys, and how every duty stands."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from monitor import pipeline
from monitor.cli.frame import Progress, as_json, example, main, read_settings
from monitor.errors import ConfigError


@main.command()
@as_json
@example("monitor check\nmonitor check --json")
def check(is_json: bool) -> None:
    """Tell how every duty stands, green, amber or red, and what to do. Ends with 1 while one is red."""
    duties = pipeline.check(read_settings(), as_of=pipeline.utc_now())
    if is_json:
        rows = [{"duty": d.name, "colour": d.colour, "standing": d.standing, "remedy": d.remedy} for d in duties]
        click.echo(json.dumps(rows, ensure_ascii=False))
    for duty in () if is_json else duties:
        click.echo(f"{duty.colour:<6} {duty.name}: {duty.standing}" + (f"\n       → {duty.remedy}" if duty.remedy else ""))
    if any(duty.colour == "red" for duty in duties):
        sys.exit(1)


@main.command()
@as_json
@click.option("--post", metavar="SOURCE/HANDLE/ID", help="One post.")
@click.option("--channel", metavar="SOURCE/HANDLE", help="Every stored post of a channel.")
@click.option("--author-key", metavar="KEY", help="Every post of one author; `monitor privacy author-key` gives the key.")
@example(
    "monitor erase --post telegram/lars_live/17\nmonitor erase --channel telegram/lars_live\nmonitor erase --author-key 3f9c…"
)
def erase(is_json: bool, post: str | None, channel: str | None, author_key: str | None) -> None:
    """Erase posts for good, with all that was found in them and every quote; print a receipt. Figures stay."""
    chosen = [value for value in (post, channel, author_key) if value]
    if len(chosen) != 1:
        raise ConfigError("say what to erase, one thing: --post, --channel or --author-key.")
    if (post and post.count("/") != 2) or (channel and channel.count("/") != 1):
        raise ConfigError("--post takes source/handle/id, --channel source/handle, such as telegram/lars_live/17.")
    settings, now = read_settings(), pipeline.utc_now()
    progress = Progress()
    if author_key:
        receipt = pipeline.erase_author(settings, author_key, as_of=now, on_post=progress.step)
    else:
        receipt = pipeline.erase_posts(settings, chosen[0], as_of=now, on_post=progress.step)
    progress.close()
    if is_json:
        click.echo(json.dumps({"posts": receipt.posts_count, "mails": receipt.mails_count}))
        return
    for line in receipt.lines():
        click.echo(line)


@main.group()
def erasures() -> None:
    """Keep the list of erased posts apart from backups, and carry it out again after a restore."""


@erasures.command()
@click.argument("file", type=click.Path(path_type=Path))
@example("monitor erasures write erasures.jsonl")
def write(file: Path) -> None:
    """Write the numbers of all erased posts to FILE; `maintain` does so hourly where MONITOR_ERASURES_FILE is set."""
    click.echo(f"{pipeline.list_erasures(read_settings(), file)} erased posts in {file}")


@erasures.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@example("monitor erasures replay erasures.jsonl")
def replay(file: Path) -> None:
    """Erase again the posts of FILE that a restored dump has brought back."""
    progress = Progress()
    read_count, erased_count = pipeline.replay_erasures(read_settings(), file, as_of=pipeline.utc_now(), on_post=progress.step)
    progress.close()
    click.echo(f"{read_count} erasures read, {erased_count} posts erased again")


@main.group()
def privacy() -> None:
    """Keys of authors: find one for an erasure request, change the key, destroy an old one."""


@privacy.command(name="author-key")
@click.option("--source", required=True, type=click.Choice(["telegram", "x", "jsonl"]), help="Platform of the author.")
@click.option("--id", "author", required=True, help="The author as the platform names them; it is not kept or logged.")
@example("monitor privacy author-key --source x --id 2244994945")
def author_key(source: str, author: str) -> None:
    """Print the hash under which an author's posts are stored with today's key."""
    click.echo(pipeline.author_key_of(read_settings(), source, author))


@privacy.command(name="rotate-key")
@example("monitor privacy rotate-key")
def rotate_key() -> None:
    """Print a new key for authors' hashes, to be set by you: posts stored from then on no longer match older ones."""
    key_id, key = pipeline.fresh_key(read_settings(), as_of=pipeline.utc_now())
    click.echo(f"MONITOR_HASH_KEY={key}\nMONITOR_HASH_KEY_ID={key_id}")
    click.echo(
        "Put both in place of the old ones and restart. Keep the old key only as long as erasure requests may need it; then\n"
        "`monitor privacy destroy-key` and delete it, in backups too.",
        err=True,
    )


@privacy.command(name="destroy-key")
@click.argument("key_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@example("monitor privacy destroy-key k1")
def destroy_key(key_id: str, yes: bool) -> None:
    """Take every author's hash made with KEY_ID out of the posts, for good: they become anonymous."""
    if not yes:
        click.confirm(f"Take the hashes of key {key_id} out of all posts? Erasure by author ends for them.", abort=True)
    posts_count = pipeline.destroy_key(read_settings(), key_id, as_of=pipeline.utc_now())
    click.echo(f"{posts_count} posts are anonymous now. Delete the secret {key_id} itself: environment, vault, backups.")
