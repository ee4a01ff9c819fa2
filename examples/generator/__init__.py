"""Lanternfish's source systems, made up: the same rows on every machine, cut off at any evening."""

from generator.world import Rows, World

__all__ = ["Rows", "World"]
