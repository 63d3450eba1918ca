"""A dictionary without entries."""


class NoTranslations:
    """`retrieval.question.Translations` for tests in one language."""

    def chinese(self, english: str) -> tuple[str, ...]:
        del english
        return ()

    def english(self, chinese: str) -> tuple[str, ...]:
        del chinese
        return ()
