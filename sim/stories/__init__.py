"""Stories a tester writes: one small file each, played headless on a whole terminal, judged and reported."""
