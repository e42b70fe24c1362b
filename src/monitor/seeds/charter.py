"""Read what a deployment may do: the policy by source and theme, and the charter it works under."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from monitor.model import Charter, Policy, SourceRule
from monitor.seeds.channels import source_of
from monitor.seeds.codebook import theme_files
from monitor.seeds.node import Node, compose, distinct, list_of, mapping


def load_policy(seeds_dir: Path) -> Policy:
    """Read which theme may be asked of which source; a theme there is no file of is refused, lest a slip of the pen allow it."""
    file = seeds_dir / "policy.yml"
    theme_ids = tuple(file.stem for file in theme_files(seeds_dir))
    rules = list_of(file, lambda node: _source_rule(node, theme_ids))
    return Policy(rules=distinct(rules, lambda rule: rule.source), theme_ids=theme_ids)


def _source_rule(node: Node, theme_ids: Sequence[str]) -> SourceRule:
    node.only("source", "why", "needs_approval")
    themes = node.words("needs_approval")
    unknown = [theme for theme in themes if theme not in theme_ids]
    if unknown:
        raise node.error(f"no theme named {', '.join(unknown)} in themes/", node.at("needs_approval"))
    return SourceRule(source=source_of(node), why=node.text("why"), needs_approval=frozenset(themes))


def load_charter(file: Path) -> Charter:
    """Read who runs this deployment and on what ground; an empty field stays empty for ``policy`` to name."""
    node = mapping(file, compose(file, "Copy seeds/charter.example.yml there and fill it in, or correct MONITOR_CHARTER"))
    fields = ("operator", "purpose", "legal_basis", "assessment_reference", "contact")
    node.only(*fields, "recipients", "expires_date", "is_demo")
    texts = {name: node.optional(name, str) or "" for name in fields}
    return Charter(
        **texts,
        recipients=node.words("recipients"),
        expires_date=node.get("expires_date", date),
        is_demo=bool(node.optional("is_demo", bool)),
        file=str(file),
        lines=node.lines(),
    )
