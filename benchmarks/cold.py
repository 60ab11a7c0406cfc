"""The site in a process that keeps no page itself: each is read from the table of stored pages."""

from newsroom.wsgi import application

__all__ = ["application"]


def keep_nothing() -> None:
    """Let ``HotPages.put`` do nothing; imported here, when Django is set up."""
    from articles.public.page_store import HotPages

    HotPages.put = lambda *kept: None  # type: ignore[method-assign]


keep_nothing()
