"""Requests, policy versions, answers, lifts, watches, concerns: one file a noun."""
