"""Duties of an office: plans of accounts, deadlines, rollouts."""
