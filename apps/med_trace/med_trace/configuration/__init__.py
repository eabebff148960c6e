"""What administrators change in the browser, and what they may not. Reads all stages; only the API reads it."""
