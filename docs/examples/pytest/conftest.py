"""What a tester's own repository needs: this line, and the program's folder on the path of Python."""

pytest_plugins = ["sim.stories.pytest_plugin"]
