"""What fills the audit trail by itself: requests, commands, and changes of rows people configure."""
