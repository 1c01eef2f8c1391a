"""Stopping rules of descents: the exact number of steps until one fires."""
