"""The judgment itself, pure: manifest and catalog to facts, facts and rules to findings."""
