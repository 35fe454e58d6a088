"""Files on disk and documents, kept equal without ever losing either side."""
