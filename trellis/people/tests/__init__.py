"""What we must know about telling people apart."""
