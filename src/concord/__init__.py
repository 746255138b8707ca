"""Concord: one customer, one truth, one treatment."""
