"""Surfaces translate the core's answer for one kind of caller each; they know nothing of one another."""
