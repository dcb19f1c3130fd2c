"""What the gateways of this suite must charge, in whole nanodollars. Nothing here is a float."""

from dataclasses import dataclass
from decimal import Decimal

NANODOLLARS = 1_000_000_000


@dataclass(frozen=True)
class Price:
    """Nanodollars per token; a price in the configuration is dollars per million, a thousand times this."""

    input: int
    cached_input: int
    output: int

    def of(self, usage) -> int:
        """The cost of a `usage` as an OpenAI SDK shows it; its prompt tokens include the cached ones."""
        details = getattr(usage, "prompt_tokens_details", None)
        cached = (details.cached_tokens or 0) if details else 0
        output = getattr(usage, "completion_tokens", 0)
        return (usage.prompt_tokens - cached) * self.input + cached * self.cached_input + output * self.output


# As in conftest.CONFIGURATION.
CHAT_SMALL = Price(input=100, cached_input=25, output=400)
CHAT_LARGE = Price(input=3_000, cached_input=3_000, output=15_000)
EMBED_SMALL = Price(input=20, cached_input=20, output=0)


def nanodollars(usd) -> Decimal:
    """Dollars from a body or a header, as the decimal that was written there."""
    return Decimal(str(usd)) * NANODOLLARS


def charged(usage) -> Decimal:
    """What an answer's `usage.cost` says."""
    return nanodollars(usage.model_extra["cost"])
