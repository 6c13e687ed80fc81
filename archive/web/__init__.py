"""The pages: a route parses, calls a service, renders."""
