"""Live documents over WebSocket: gateway, outbox, ordering, operational transformation."""
