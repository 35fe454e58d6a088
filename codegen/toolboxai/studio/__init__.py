"""Studio without Studio: the Lupa host, and the engine written in Luau."""
