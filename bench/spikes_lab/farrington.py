"""The improved Farrington method (Noufaily et al. 2013) as R's package ``surveillance`` has it, where R and it are installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from spikes_lab.weekly import TEST_START, WEEKS, Counts, Floats

SCRIPT = """
suppressMessages(library(surveillance))
paths <- commandArgs(trailingOnly = TRUE)
counts <- as.matrix(read.csv(paths[1], header = FALSE))
range <- as.integer(paths[3]):ncol(counts)
control <- list(range = range, b = 5, w = 3, noPeriods = 10, reweight = TRUE, weightsThreshold = 2.58,
  pastWeeksNotIncluded = 26, trend = TRUE, pThresholdTrend = 1, thresholdMethod = "nbPlugin", alpha = 0.01)
score <- function(row) tryCatch({
  found <- farringtonFlexible(sts(observed = matrix(row), start = c(2001, 1), frequency = 52), control)
  p <- as.vector(control(found)$pvalue)
  p[is.na(as.vector(upperbound(found)))] <- 1
  -log10(pmax(p, 1e-300))
}, error = function(problem) rep(0, length(range)))
write.table(t(apply(counts, 1, score)), paths[2], sep = ",", row.names = FALSE, col.names = FALSE)
"""


def why_not() -> str | None:
    """Give why it cannot be run here; None if it can."""
    if shutil.which("Rscript") is None:
        return "Rscript is not installed"
    loads = subprocess.run(["Rscript", "-e", "library(surveillance)"], capture_output=True, check=False)
    return None if loads.returncode == 0 else "R's package surveillance is not installed"


def score(counts: Counts) -> Floats:
    """Give -log10 p of the test weeks, 0 where it could not tell."""
    with tempfile.TemporaryDirectory() as folder:
        given, found, script = (Path(folder) / name for name in ("counts.csv", "scores.csv", "score.R"))
        np.savetxt(given, counts, fmt="%d", delimiter=",")
        script.write_text(SCRIPT)
        subprocess.run(["Rscript", str(script), str(given), str(found), str(TEST_START + 1)], check=True)
        scores: Floats = np.nan_to_num(np.loadtxt(found, delimiter=","))
    return scores.reshape(len(counts), WEEKS - TEST_START)
