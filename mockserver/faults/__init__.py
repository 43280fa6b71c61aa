"""What goes wrong on request: refusals, late answers, lost answers, tasks that do not live as they should."""
