"""The rules of the danger guard, one file a risk."""
