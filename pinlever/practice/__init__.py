"""Practice Lever: our stand-in for Lever, to try and to test everything without an account.

It talks HTTP like the real one, refuses what the real one refuses, and can be told to misbehave. It
imports nothing of ours, so that no mistake of the engine can hide in it.
"""
