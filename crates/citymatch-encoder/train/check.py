"""Check a trained encoder: `python check.py OUT`. Exit status 1 if something differs.

Compares fixed texts with the vectors stored beside the table, and prints sizes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from export import Written

TEXTS = [
    "How can a city reduce floods in low-income neighbourhoods?", "The bus is late again.", "Waste pickers' cooperative",
    "Open data on public procurement and corruption risk", "air quality sensors", "Heat islands: trees, shade, water.",
    "A platform to report potholes, broken lights and leaks to the council (v2.0).",
    "¿Cómo reducir las inundaciones en barrios populares?", "El autobús llega tarde otra vez.", "Cooperativa de recicladores",
    "Datos abiertos sobre contratación pública y riesgo de corrupción", "sensores de calidad del aire",
    "Islas de calor: árboles, sombra y agua.", "Presupuesto participativo para niñas, niños y jóvenes",
    "Como reduzir os alagamentos nos bairros populares?", "O ônibus está atrasado de novo.", "Cooperativa de catadores",
    "Dados abertos sobre licitações e risco de corrupção", "sensores de qualidade do ar",
    "Ilhas de calor: árvores, sombra e água.", "Orçamento participativo para meninas, meninos e jovens",
]


def store(folder: Path) -> None:
    """Write check.json: the fixed texts, their pieces and their vectors."""
    out = Written(folder)
    rows = [{"text": t, "pieces": out.processor.encode(t, out_type=str), "vector": [round(float(x), 6) for x in v]}
            for t, v in zip(TEXTS, out.vectors(TEXTS))]
    (folder / "check.json").write_text(json.dumps(rows, ensure_ascii=False, indent=0), encoding="utf-8")


def check(folder: Path) -> bool:
    out, stored = Written(folder), json.loads((folder / "check.json").read_text(encoding="utf-8"))
    difference = np.abs(out.vectors([r["text"] for r in stored]) - np.array([r["vector"] for r in stored])).max()
    print(f"largest difference to the stored vectors: {difference:.1e}")
    for file in ("table.int8", "pieces.tsv", "normaliser.bin"):
        print(f"  {file:26s}{(folder / file).stat().st_size / 1e6:7.2f} MB")
    return bool(difference < 1e-5)


if __name__ == "__main__":
    sys.exit(not check(Path(sys.argv[1])))
