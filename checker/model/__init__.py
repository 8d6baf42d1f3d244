"""The frozen values that the layers above pass to each other."""
