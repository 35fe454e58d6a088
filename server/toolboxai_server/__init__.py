"""ToolboxAI's server: pairing, live documents, files and lessons for Studio."""

from toolboxai_server.app import create_app
from toolboxai_server.serving import serve
from toolboxai_server.settings import Settings, load_settings

__all__ = ["Settings", "create_app", "load_settings", "serve"]
