"""The Cloud API (Meta): parse, send, errors are pure; client and provider reach the network."""
