"""The bot, as a pure function: what comes in decides what goes out (spec/05, Engine).

Nothing here knows Django, a database, a network or a clock. `runner.step` is the one door.
"""
