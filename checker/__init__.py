"""modelpolicy: judges the AI models that a project declares against policy written as data."""

HOMEPAGE = "https://github.com/modelpolicy/modelpolicy"
__version__ = "0.1.0"
