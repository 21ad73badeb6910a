"""Processes here are read through `select` and killed with SIGKILL, which only POSIX knows."""

import os

collect_ignore_glob = ["test_*.py"] if os.name == "nt" else []
