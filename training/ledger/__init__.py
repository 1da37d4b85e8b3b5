"""The record that cannot be changed unnoticed: entries, their Merkle tree, signed checkpoints."""
