"""`python -m toolboxai`: the command line where the console script is not on the path."""

from toolboxai.cli import main

main()
