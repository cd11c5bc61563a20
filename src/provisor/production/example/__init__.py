"""Example cases of a made-up bakery group: seeded, complete, and of three sizes."""

from provisor.production.example.make import document, make
from provisor.production.example.sizes import SIZES
from provisor.production.example.write import write

__all__ = ["SIZES", "document", "make", "write"]
