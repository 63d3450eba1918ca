"""HTML into Markdown: tree → rewriting → furniture → text."""

from ingest.hypertext.page import Page, page

__all__ = ["Page", "page"]
