"""Every act at the desk and in the set-up pages can be taken back, or says why not."""
