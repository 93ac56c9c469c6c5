"""The gateway (Evolution API v2): numbers that log in by QR code. Unofficial; see spec/03, 5."""
