"""What ./dev is made of: everything a bare machine needs around the add-on.

Standard library only, because nothing else exists when it starts.
"""
