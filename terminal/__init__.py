"""The core: what an ATM decides. Pure; it never acts, reads a clock or touches a disk."""
