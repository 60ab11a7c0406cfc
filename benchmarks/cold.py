"""The site in a process that keeps no page itself: each is read from the table of stored pages."""

from newsroom.wsgi import application

__all__ = ["application"]


def keep_nothing() -> None:
    """Replace the pages of this process by none; imported here, when Django is set up."""
    from articles.public import page_store

    class NoPages(page_store.HotPages):
        def put(self, key: tuple[str, str, str], page: page_store.Page, generation: int) -> None:
            """Keep nothing."""

    page_store.hot = NoPages()


keep_nothing()
