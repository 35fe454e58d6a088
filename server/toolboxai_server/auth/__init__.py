"""Who may speak to the server: signing keys, tokens, pairing, rate limits."""
