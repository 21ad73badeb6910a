"""The tester's panel: a second window beside the running terminal, in the words of the stories."""
