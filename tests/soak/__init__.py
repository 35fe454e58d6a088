"""Long runs that look for any exception but the ones that may be: `just soak`."""
