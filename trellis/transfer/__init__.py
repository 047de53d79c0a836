"""What goes in and out of an installation as a whole: backups, and bringing one back."""
