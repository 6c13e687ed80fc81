"""The pipeline: what happens to a file when it arrives and to an item when it is sent."""
