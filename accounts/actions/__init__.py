"""Every change to people that somebody sees: one function per verb."""
