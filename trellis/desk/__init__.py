"""The pages people work in: Today, contact, signals."""
