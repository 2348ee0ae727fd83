"""The exports that are known: one source, one file, found by its name.

A module of this folder holds ``IMPORTER``, an instance of ``Importer`` (``importer.py``). A table is
recognised by its headers, a document of XML or JSON by its shape.
"""
