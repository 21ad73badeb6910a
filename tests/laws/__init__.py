"""Random customers, faults and seeds against the laws."""
