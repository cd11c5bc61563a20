"""Example cases of a made-up distributor: seeded, complete, and of three sizes."""

from provisor.expansion.example.make import document, make
from provisor.expansion.example.sizes import SIZES
from provisor.expansion.example.write import write

__all__ = ["SIZES", "document", "make", "write"]
