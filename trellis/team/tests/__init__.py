"""Tests of who we are."""
