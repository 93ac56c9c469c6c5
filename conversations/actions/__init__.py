"""Every change that somebody sees: one function per verb (see changes.py for how)."""
