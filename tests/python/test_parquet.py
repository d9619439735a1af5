"""Parquet files as other programs write them, and as citymatch does."""

from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import citymatch as cm

ROWS: list[dict[str, Any]] = [
    {"Código": 7, "Título": "Jardines de lluvia", "Temas": ["agua", "calles"], "Costo (USD)": 1200.5, "Año": 2019},
    {"Código": 8, "Título": "Baños secos", "Temas": [], "Costo (USD)": None, "Año": 2021},
]


@pytest.mark.parametrize("writer", ["pandas", "polars", "zstd", "row_groups"])
def test_a_file_of_another_program_is_read_as_other_files_are(tmp_path: Path, writer: str) -> None:
    file = tmp_path / "soluciones.parquet"
    if writer == "pandas":
        pd.DataFrame(ROWS).to_parquet(file)
    elif writer == "polars":
        pl.DataFrame(ROWS).write_parquet(file)
    else:
        pq.write_table(pa.Table.from_pylist(ROWS), file, compression="zstd", row_group_size=1 if writer == "row_groups" else None)
    catalogue = cm.Catalogue.create()
    report = catalogue.add(cm.read_solutions(file))
    assert (report.added, len(report.rejected)) == (2, 0)
    first = catalogue["7"]
    assert (first.title, first.themes, first.year) == ("Jardines de lluvia", ["agua", "calles"], 2019)
    assert first.cost == {"amount": 1200.5, "currency": "USD"}


def test_columns_are_chosen_as_in_other_files(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pl.DataFrame({"clave": ["a1"], "texto": ["Rain gardens"]}).write_parquet(file)
    [row] = cm.read_solutions(file, columns={"clave": "id", "texto": "title"})
    assert row.title == "Rain gardens"


def test_what_is_no_parquet_says_so(tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    pl.DataFrame({"id": ["a1"] * 500, "title": ["Rain gardens"] * 500}).write_parquet(whole)
    for name, content in (("cut", whole.read_bytes()[:200]), ("text", b"id,title\n"), ("empty", b"")):
        file = tmp_path / f"{name}.parquet"
        file.write_bytes(content)
        with pytest.raises(cm.InvalidDataError, match=name):
            list(cm.read_solutions(file))
