"""The boundary to CEL: the only package that knows which engine evaluates rules."""
