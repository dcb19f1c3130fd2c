"""What a model says, in the words of each provider, written after its maker's documentation."""
