"""Makes the workbooks of this folder, in formats that citymatch reads and does not write.

    pip install xlwt==1.3.0 odfpy==1.4.1
    python make.py
"""

import datetime

import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

ROWS = [
    ["Convocatoria 2025"],
    [],
    ["Código", "Nombre", "Año", "Fecha"],
    [7, "Jardines de lluvia", 2019, datetime.date(2024, 2, 29)],
    ["s2", "Baños secos"],
]


def xls() -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Soluciones")
    date = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for row, cells in enumerate(ROWS):
        for column, value in enumerate(cells):
            style = [date] if isinstance(value, datetime.date) else []
            sheet.write(row, column, value, *style)
    workbook.save("soluciones.xls")


def ods() -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name="Soluciones")
    for cells in ROWS:
        row = TableRow()
        for value in cells or [None]:
            if value is None:
                cell = TableCell()
            elif isinstance(value, datetime.date):
                cell = TableCell(valuetype="date", datevalue=value.isoformat())
            elif isinstance(value, int):
                cell = TableCell(valuetype="float", value=value)
            else:
                cell = TableCell(valuetype="string")
            if value is not None:
                cell.addElement(P(text=str(value)))
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save("soluciones.ods")


xls()
ods()
