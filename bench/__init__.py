"""Measurements: how fast Trellis is, beside what it promises. `bin/bench` prints them; nothing here fails a build."""
