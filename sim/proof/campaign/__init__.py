"""Random visits under random faults, all from one seed, judged by thirty laws."""
