"""What a screen reader is told of a PDF beyond what the renderer writes: boxes, headers, page footers.

The renderer gives figures a box in its own measure, leaves open whether a table's header names a row or a
column, and marks the footer of each page as text of the report without a place in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

POINTS_PER_PIXEL = 0.75


def mend(document: Any, pdf: Any) -> None:
    """Add to the structure tree of a PDF that is about to be written what PDF/UA-1 asks beyond it."""
    tree = list(_elements(pdf))
    _measure_figures(document, pdf, tree)
    _say_what_headers_name(pdf, tree)
    _set_footers_apart(pdf, {element.reference for element in tree})


def _thing(pdf: Any, reference: bytes) -> Any:
    """Return what a reference such as ``b"12 0 R"`` stands for."""
    return pdf.objects[int(reference.split()[0])]


def _root(pdf: Any) -> Any:
    return _thing(pdf, pdf.catalog["StructTreeRoot"])


def _elements(pdf: Any) -> Iterator[Any]:
    """Yield every element that hangs in the tree, parents first."""
    waiting = list(_root(pdf)["K"])
    while waiting:
        reference = waiting.pop()
        if isinstance(reference, bytes):  # a number is a piece of text on the page
            element = _thing(pdf, reference)
            if element.get("Type") == "/StructElem":
                yield element
                waiting.extend(element["K"])


def _measure_figures(document: Any, pdf: Any, tree: list[Any]) -> None:
    """Measure the box of each figure in points from the page's lower left corner."""
    import pydyf

    page_number = {reference: i for i, reference in enumerate(pdf.page_references)}
    for element in tree:
        if element["S"] == "/Figure" and "BBox" in element.get("A", {}):
            left, top, right, bottom = element["A"]["BBox"]
            height = document.pages[page_number[element["Pg"]]].height
            box = (left, height - bottom, right, height - top)
            element["A"]["BBox"] = pydyf.Array([round(side * POINTS_PER_PIXEL, 2) for side in box])


def _say_what_headers_name(pdf: Any, tree: list[Any]) -> None:
    """Say of each header cell whether it names its column or its row: those of the head name columns."""
    for cell in tree:
        if cell["S"] == "/TH":
            row = _thing(pdf, cell["P"])
            in_head = _thing(pdf, row["P"])["S"] == "/THead"
            cell["A"]["Scope"] = "/Column" if in_head else "/Row"


def _set_footers_apart(pdf: Any, tree: set[bytes]) -> None:
    """Mark what the page's margins print as a footer, which is not read out between two sentences.

    It is the text whose element hangs nowhere.
    """
    import pydyf

    footer = pydyf.Dictionary({"Type": "/Pagination", "Subtype": "/Footer", "Attached": "[/Bottom]"})
    places = _thing(pdf, _root(pdf)["ParentTree"])["Nums"]
    for number, page_reference in enumerate(pdf.page_references):
        elements = places[2 * number + 1]
        drawn = _thing(pdf, _thing(pdf, page_reference)["Contents"]).stream
        for at, operand in enumerate(drawn):
            if isinstance(operand, pydyf.Dictionary) and elements[operand["MCID"]] not in tree:
                elements[operand["MCID"]] = b"null"
                drawn[at - 1 : at + 1] = ["/Artifact", footer]
