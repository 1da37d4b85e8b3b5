"""What is done campaign by campaign across the rooms: opening with its credits, and the daily round."""
