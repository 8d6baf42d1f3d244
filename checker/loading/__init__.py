"""The only readers of files: text to documents, documents to values."""
