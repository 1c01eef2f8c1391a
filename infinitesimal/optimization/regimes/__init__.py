"""What a rate makes of a descent, decided exactly, and which rates are best."""
