"""What is taught: modules and questions, frozen on publishing."""
