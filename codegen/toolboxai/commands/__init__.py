"""The command line's subcommands: one module a command, each thin."""
