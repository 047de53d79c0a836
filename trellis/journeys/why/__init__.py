"""Why this happened, why that did not, and what comes next: read from what was decided, never decided anew."""
