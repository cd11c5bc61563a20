"""Example cases of a made-up chain of clothes shops: seeded, complete, and of five sizes."""

from provisor.allocation.example.make import document, make
from provisor.allocation.example.sizes import SIZES
from provisor.allocation.example.write import write

__all__ = ["SIZES", "document", "make", "write"]
