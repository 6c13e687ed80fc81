"""Items in the forms that other programs read: pure functions from what may be shown to a document."""
