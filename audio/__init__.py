"""The voice: prompts to utterances, utterances to clips, clips to the mixer."""
