"""The real program in a real window; needs an X display and xdotool (`make test-display`)."""
