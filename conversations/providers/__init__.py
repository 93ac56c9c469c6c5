"""All that knows a provider's wire format; the rest of the house speaks in base.py's words."""
