"""The understanding check: papers, answers and their marking."""
