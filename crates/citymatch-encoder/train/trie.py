"""A double-array trie in darts-clone's layout, the one of sentencepiece's character map: readable where it lies.

A unit is a little-endian uint32: bits 0-7 its byte, bit 8 set if a key ends there, bits 10-30 an offset; its base is its index xor the offset. The child
for a byte is the unit at base xor byte; the number of a key that ends there stands at the base itself, with bit 31 set, as in all units that are no node.
"""

from __future__ import annotations

from collections import deque

import numpy as np

_EMPTY, _LEAF, _ENDS = 0x80000000, 0x80000000, 1 << 8
_OPEN_BLOCKS = 32  # older blocks of 256 units with holes are given up


def build(numbers: dict[bytes, int]) -> bytes:
    """The trie of non-empty keys without zero bytes and their numbers."""
    root: dict = {}
    for key, number in numbers.items():
        node = root
        for byte in key:
            node = node.setdefault(byte, {})
        node[0] = number  # no key has a zero byte

    units, free, bases = [_EMPTY] * 256, [set(range(1, 256))], set()
    queue = deque([(0, root)])  # by levels: nodes with many children first, while there is room for them
    while queue:
        index, node = queue.popleft()
        labels = sorted(node)
        base = _place(labels, free, bases)
        if base is None:
            free.append(set(range(len(units), len(units) + 256)))
            units += [_EMPTY] * 256
            base = _place(labels, free, bases)
        bases.add(base)
        units[index] |= (index ^ base) << 10
        for label in labels:
            child = base ^ label
            free[child >> 8].remove(child)
            if label == 0:
                units[child] = _LEAF | node[0]
            else:
                units[child] = label | (_ENDS if 0 in node[label] else 0)
                queue.append((child, node[label]))
    units[0] &= ~_EMPTY
    assert len(units) < 1 << 21, "offsets have 21 bits"
    return np.array(units, "<u4").tobytes()


def _place(labels: list[int], free: list[set[int]], bases: set[int]) -> int | None:
    """A base that no other node has, with room for all labels."""
    for places in free[-_OPEN_BLOCKS:]:
        if len(places) >= len(labels):
            for place in sorted(places):
                base = place ^ labels[0]
                if base not in bases and all(base ^ label in places for label in labels):
                    return base
    return None
