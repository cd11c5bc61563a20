"""The assignment kernel: pairs of places and items under named limits, solved by prices with a proven bound.

It knows no retail word. A *place* is an agent (a store in a period), an *item* is what it may hold (a product), a
*pair* is one of each that go together, held at one of several *levels* of pieces. See docs/allocation/kernel.md.
"""
