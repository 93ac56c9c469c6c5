"""Every change that the bots make."""
