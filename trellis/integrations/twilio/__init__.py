"""Text messages and calls through Twilio."""
