"""One function per command: load, judge, return a report."""
