"""modelpolicy: judges the AI models that a project declares against policy written as data."""

__version__ = "0.1.0"
