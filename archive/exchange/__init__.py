"""What is handed to others in forms that they know."""
