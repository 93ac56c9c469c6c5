"""What is promised about speed, measured with the real components. See README.md."""
