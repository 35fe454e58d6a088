"""The other side of the wire, for tests: a Studio's client of documents and the programs around it."""
