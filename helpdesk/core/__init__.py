"""The ground: what every floor stands on and what knows nothing of helpdesks."""
