"""Read the seeds folder: themes, places, units, channels, rules, queries, policy, charter. Every error names file and line."""

from monitor.seeds.channels import load_channels as load_channels
from monitor.seeds.charter import load_charter as load_charter
from monitor.seeds.charter import load_policy as load_policy
from monitor.seeds.codebook import codebook_files as codebook_files
from monitor.seeds.codebook import load_codebook as load_codebook
from monitor.seeds.codebook import load_samples as load_samples
from monitor.seeds.codebook import theme_errors as theme_errors
from monitor.seeds.codebook import theme_examples as theme_examples
from monitor.seeds.keywords import keyword as keyword
from monitor.seeds.places import PLACE_KINDS as PLACE_KINDS
from monitor.seeds.places import load_places as load_places
from monitor.seeds.queries import load_queries as load_queries
from monitor.seeds.references import check_references as check_references
from monitor.seeds.rules import load_alert_rules as load_alert_rules
