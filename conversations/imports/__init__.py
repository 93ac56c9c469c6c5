"""Customers from a file: reading tables, guessing columns, judging values. No database.

reading.py   CSV and XLSX as rows of text, whatever program wrote them
columns.py   which fields there are, and which column is probably which
values.py    what a line says: values fit to be stored, errors, warnings
words.py     errors and warnings as people read them
"""
