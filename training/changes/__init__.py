"""A new text of the policy: what it changed, whom it touches, and who is asked anew for exactly that."""
