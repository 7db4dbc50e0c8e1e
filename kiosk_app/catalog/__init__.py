"""The catalogue of procedures: import, search by words with or without diacritics, and whole procedures."""

from kiosk_app.catalog.catalog import Catalog, CatalogError

__all__ = ["Catalog", "CatalogError"]
