"""Files by their content: what they are, how long, how large, and how they are made fit to send.

Pure helpers without Django. Whatever comes in here was made by a stranger: every function takes the
bytes as they are and answers with facts or with one of the errors in `errors.py`, never with the
exception of a decoder.
"""
