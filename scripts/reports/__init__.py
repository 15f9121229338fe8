"""What scripts tell while they run and when they are done: a line on the terminal, a page."""
