"""Trellis: the structure a customer journey grows on."""
