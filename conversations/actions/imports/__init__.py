"""Customers from a file: uploaded, columns chosen, checked, and written.

    uploaded -> checking -> checked -> running -> done      (cancelled, failed)

Checking writes one row per line with what would become of it; running does it, row by row, some
hundred in a transaction, and finds each customer anew: what changed meanwhile counts. Both are work
under a lease with a fence; a worker that dies is followed by the sweeper, and what has been written
is not written again. Locks: customers by id.
"""

from conversations.actions.imports.uploading import cancel, choose_columns, prune, start, upload
from conversations.actions.imports.working import sweep, work

__all__ = ["cancel", "choose_columns", "prune", "start", "sweep", "upload", "work"]
