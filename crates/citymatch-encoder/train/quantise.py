"""Rows of small integers with one scale a row: value = integer x scale."""

from __future__ import annotations

import numpy as np


def quantise(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The integers, from -127 to 127, and the scale of each row."""
    scale = (np.abs(table).max(1) / 127 + 1e-12).astype(np.float32)
    return np.round(table / scale[:, None]).clip(-127, 127).astype(np.int8), scale


def restore(values: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return values.astype(np.float32) * scale[:, None]
