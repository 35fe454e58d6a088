"""The server: pairing, live documents, files, lessons; Starlette under uvicorn."""
