"""Sends email through any SMTP server."""
