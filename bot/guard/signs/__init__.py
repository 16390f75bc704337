"""What speaks of danger sideways: signs that mean little alone and much together."""
