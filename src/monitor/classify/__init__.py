"""Classify: language, figures, form and copies of one text. Themes and places come from ``match``."""

from monitor.classify.annotate import annotate as annotate
from monitor.classify.quantities import Units as Units
from monitor.classify.quantities import read_units as read_units
