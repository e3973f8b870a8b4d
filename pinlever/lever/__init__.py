"""Lever's API as Python: typed calls, total deadlines, errors that say what is known about the outcome.

Knows no Django, no models and no settings: everything it needs comes in as an argument.
"""
