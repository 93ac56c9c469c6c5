"""The simulator: a WhatsApp of our own that speaks the Cloud API in both directions (spec/03)."""
