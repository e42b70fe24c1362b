"""Classify: language, figures, form and copies of one text. Themes and places come from ``match``."""

from monitor.classify.annotate import annotate as annotate
from monitor.classify.copies import CopyMarks as CopyMarks
from monitor.classify.copies import copy_marks as copy_marks
from monitor.classify.likeness import Wording as Wording
from monitor.classify.likeness import is_long_enough as is_long_enough
from monitor.classify.likeness import is_near_copy as is_near_copy
from monitor.classify.units import Units as Units
from monitor.classify.units import read_units as read_units
