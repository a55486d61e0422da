"""The collections desk: whom to call next, when, and what came of it."""
