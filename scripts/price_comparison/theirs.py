"""The other side: genai-prices (MIT licence) reads the same answers and prices them, in decimals.

Nothing here knows how Tuppence reads usage. An answer is brought into the one document that genai-prices expects (a stream
into what its last events say), and what it has no reader for is renamed, field by field.
"""

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal

from genai_prices.data import providers as PROVIDERS
from genai_prices.types import ModelPrice, Tier, TieredPrices, Usage

# The time whose prices are compared: those that change later are another comparison. It lies in the hours in which DeepSeek
# charges more, as the catalogue always has it.
DAY = datetime(2026, 11, 25, 8, tzinfo=UTC)

BY_ID = {provider.id: provider for provider in PROVIDERS}
NAMES = {
    "gemini": "google", "vertex": "google", "bedrock": "aws", "bedrock_mantle": "aws", "xai": "x-ai",
    "copilot": "github-copilot", "chatgpt_codex": "openai", "alibaba": "alibaba",
}  # fmt: skip


class Unreadable(Exception):
    """Their reader refuses the usage, and says why."""


def provider_of(record):
    return BY_ID.get(NAMES.get(record.provider, record.provider))


# MARK: usage


def usage(record) -> Usage:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return READERS[record.dialect](record)
    except (ValueError, UserWarning) as error:
        raise Unreadable(str(error)) from error


def extract(record, document, flavors, fallback) -> Usage:
    """By the provider's own extractor where it has one of the flavors, else by `fallback`'s."""
    for provider in (provider_of(record), BY_ID[fallback]):
        known = {extractor.api_flavor for extractor in (provider.extractors if provider else None) or []}
        for flavor in flavors:
            if flavor in known:
                return provider.extract_usage(document, api_flavor=flavor)[1]
    raise Unreadable(f"no extractor for {flavors}")


def last_with(documents, key):
    found = [document for document in documents if isinstance(document.get(key), dict)]
    return found[-1] if found else documents[-1]


def openai(record):
    documents = [dict(d.get("x_groq") or {}, **d) if isinstance(d.get("x_groq"), dict) else d for d in record.documents]
    document = last_with(documents, "usage")
    usage = document.get("usage") or {}
    if "input_tokens" in usage and "output_tokens_details" in usage:
        return extract(record, document, ["images"], "openai")
    if "input_tokens" in usage:
        # Transcriptions: the extractor for that shape is the one for realtime answers.
        return BY_ID["openai"].extract_usage({"response": document}, api_flavor="realtime")[1]
    if "prompt_tokens" not in usage and "total_tokens" in usage:
        return Usage(input_tokens=usage["total_tokens"])
    if "completion_tokens" not in usage:
        return extract(record, document, ["embeddings"], "openai")
    own = provider_of(record)
    flavors = ["chat"] if own is None or record.provider in ("xai", "anthropic", "cohere", "bedrock", "bedrock_mantle") else ["chat", "default"]
    return extract(record, document, flavors, "openai")


def responses(record):
    document = last_with([d["response"] if isinstance(d.get("response"), dict) else d for d in record.documents], "usage")
    return extract(record, document, ["responses"], "openai")


def anthropic(record):
    merged = {}
    for document in record.documents:
        message = document.get("message")
        for place in (message if isinstance(message, dict) else {}, document):
            for key, value in (place.get("usage") or {}).items():
                if value is not None:
                    merged[key] = value
    return BY_ID["anthropic"].extract_usage({"usage": merged})[1]


INTERACTIONS = {
    "total_input_tokens": "promptTokenCount", "total_cached_tokens": "cachedContentTokenCount",
    "total_output_tokens": "candidatesTokenCount", "total_thought_tokens": "thoughtsTokenCount",
    "total_tool_use_tokens": "toolUsePromptTokenCount",
}  # fmt: skip
DETAILS = {
    "input_tokens_by_modality": "promptTokensDetails", "cached_tokens_by_modality": "cacheTokensDetails",
    "tool_use_tokens_by_modality": "toolUsePromptTokensDetails", "output_tokens_by_modality": "candidatesTokensDetails",
}  # fmt: skip
# Callers who ask for enumerations as integers get these.
MODALITIES = {1: "TEXT", 2: "IMAGE", 3: "VIDEO", 4: "AUDIO", 5: "DOCUMENT"}


def interaction(usage):
    renamed = {INTERACTIONS[key]: value for key, value in usage.items() if key in INTERACTIONS}
    for key, value in usage.items():
        if key in DETAILS:
            renamed[DETAILS[key]] = [{"modality": d["modality"].upper(), "tokenCount": d["tokens"]} for d in value]
    return renamed


def gemini(record):
    usages = []
    for document in record.documents:
        for place in (document.get("interaction"), document.get("response"), document):
            if isinstance(place, dict):
                usages.append(place.get("usageMetadata") or interaction(place.get("usage") or {}))
    counted = [u for u in usages if any(key.endswith("TokenCount") for key in u)]
    if not counted:
        raise Unreadable("no counts")
    usage = dict(counted[-1])
    for key, details in usage.items():
        if key.endswith("Details"):
            usage[key] = [dict(d, modality=MODALITIES.get(d.get("modality"), d.get("modality"))) for d in details]
    if "promptTokenDetails" in usage:
        usage["promptTokensDetails"] = usage.pop("promptTokenDetails")
    return BY_ID["google"].extract_usage({"usageMetadata": usage})[1]


INVOCATION = {
    "inputTokenCount": "inputTokens", "outputTokenCount": "outputTokens",
    "cacheReadInputTokenCount": "cacheReadInputTokens", "cacheWriteInputTokenCount": "cacheWriteInputTokens",
}  # fmt: skip


def bedrock(record):
    usages = []
    for document in record.documents:
        metrics = document.get("amazon-bedrock-invocationMetrics")
        metadata = document.get("metadata")
        for usage in (document.get("usage"), metadata.get("usage") if isinstance(metadata, dict) else None, metrics):
            if isinstance(usage, dict) and ("inputTokens" in usage or "inputTokenCount" in usage):
                usages.append({INVOCATION.get(key, key): value for key, value in usage.items()})
    if not usages:
        raise Unreadable("no counts")
    return BY_ID["aws"].extract_usage({"usage": usages[-1]})[1]


def cohere(record):
    for document in reversed(record.documents):
        for place in (document.get("delta"), document.get("response"), document):
            if not isinstance(place, dict):
                continue
            usage, meta = place.get("usage"), place.get("meta")
            if isinstance(usage, dict) and "billed_units" in usage:
                return BY_ID["cohere"].extract_usage(place)[1]
            billed = (meta or {}).get("billed_units") if isinstance(meta, dict) else None
            if billed:
                if "search_units" in billed:
                    return Usage(rerank_searches=billed["search_units"])
                return Usage(
                    input_tokens=billed.get("input_tokens", 0) + billed.get("image_tokens", 0),
                    input_image_tokens=billed.get("image_tokens", 0), output_tokens=billed.get("output_tokens", 0),
                )  # fmt: skip
    raise Unreadable("no billed units")


def ollama(record):
    document = [d for d in record.documents if "eval_count" in d or "prompt_eval_count" in d][-1]
    return Usage(input_tokens=document.get("prompt_eval_count", 0), output_tokens=document.get("eval_count", 0))


READERS = {
    "openai": openai, "responses": responses, "anthropic": anthropic, "gemini": gemini, "bedrock": bedrock,
    "cohere": cohere, "ollama": ollama,
}  # fmt: skip


# MARK: prices

# Our kinds and their keys, and what a kind without a rate of its own is charged as.
KEYS = {
    "input": ("input_mtok", None), "output": ("output_mtok", None), "cached_input": ("cache_read_mtok", "input"),
    "cache_write": ("cache_write_mtok", "input"), "cache_write_1h": ("cache_write_1h_mtok", "cache_write"),
    "audio_input": ("input_audio_mtok", "input"), "cached_audio_input": ("cache_audio_read_mtok", "cached_input"),
    "image_input": ("input_image_mtok", "input"), "audio_output": ("output_audio_mtok", "output"),
    "image_output": ("output_image_mtok", "output"), "reasoning": ("output_reasoning_mtok", "output"),
}  # fmt: skip
# Tokens that two kinds are true of: theirs wants a price for each such pair, ours counts them under the second.
PAIRS = {
    "audio_input": {"cached_input": ("cache_audio_read_mtok", "cached_audio_input"),
                    "cache_write": ("cache_audio_write_mtok", "cache_write"),
                    "cache_write_1h": ("cache_audio_write_1h_mtok", "cache_write_1h")},
    "image_input": {"cached_input": ("cache_image_read_mtok", "cached_input"),
                    "cache_write": ("cache_image_write_mtok", "cache_write"),
                    "cache_write_1h": ("cache_image_write_1h_mtok", "cache_write_1h")},
    "audio_output": {"reasoning": ("output_audio_reasoning_mtok", "reasoning")},
    "image_output": {"reasoning": ("output_image_reasoning_mtok", "reasoning")},
}  # fmt: skip


def price_of(card, service, searches) -> ModelPrice:
    """Our rate card in their form, for one tier of service. `searches` is their name for what a search is."""
    rates, tiers = card["rates"], card["tiers"]
    if service in card["services"]:
        rates, tiers = card["services"][service]["rates"], card["services"][service]["tiers"]
    everywhere = [rates] + [tier["rates"] for tier in tiers]

    def own(kind):
        fallback = KEYS[kind][1]
        return fallback is None or any(place[kind] != place[fallback] for place in everywhere)

    def figure(kind):
        return tiered([(0, rates[kind])] + [(tier["above"], tier["rates"][kind]) for tier in tiers])

    price = {key: figure(kind) for kind, (key, _) in KEYS.items() if own(kind)}
    for kind, pairs in PAIRS.items():
        for other, (key, charged_as) in pairs.items():
            if own(kind) and own(other):
                price[key] = figure(charged_as)
    if rates["search"]:
        price[searches] = Decimal(rates["search"]) / 10**9
    if card["request_nanodollars"]:
        price["requests_kcount"] = Decimal(card["request_nanodollars"]) / 10**6
    return ModelPrice(**price)


def tiered(steps):
    """Picodollars for each token, as USD per million of them."""
    figures = [(start, Decimal(picodollars) / 10**6) for start, picodollars in steps]
    if len({figure for _, figure in figures}) == 1:
        return figures[0][1]
    return TieredPrices(base=figures[0][1], tiers=[Tier(start=start, price=price) for start, price in figures[1:]])


@dataclass
class Price:
    # Nanodollars, exactly; and the same with each of their lines rounded up as Tuppence does.
    exact: Decimal
    rounded: int


def cost(price: ModelPrice, usage: Usage) -> Price:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            exact = price.calc_price(usage)["total_price"] * 10**9
            if exact == exact.to_integral_value():
                return Price(exact, int(exact))
            lines = [line(price, key, usage) for key in filled(price)]
    except (ValueError, UserWarning) as error:
        raise Unreadable(str(error)) from error
    return Price(exact, sum(int(value.to_integral_value(ROUND_CEILING)) for value in lines))


def filled(price):
    return [key for key, value in price.__dict__.items() if value is not None]


def line(price, key, usage):
    """What one of the lines comes to: the others cost nothing, and stay so that the tokens are parted as before."""
    zero = {other: Decimal(0) for other in filled(price)}
    return ModelPrice(**(zero | {key: getattr(price, key)})).calc_price(usage)["total_price"] * 10**9


def published(record, service) -> ModelPrice | None:
    """What they say the model costs, on the day."""
    provider = provider_of(record)
    model = provider.find_model(record.model, all_providers=PROVIDERS) if provider else None
    if model is None:
        return None
    context = {"batch": {"processing": "batch"}, "flex": {"service_tier": "flex"}}.get(service)
    if service == "priority":
        context = {"service_tier": "priority"}
    price = model.get_prices(DAY, context)
    return price if price.input_mtok is not None or filled(price) else None


def differences(ours: ModelPrice, theirs: ModelPrice) -> str:
    """Where two prices are not the same: `cache_read_mtok 0.5 here, none there`."""
    def text(value):
        if isinstance(value, TieredPrices):
            return " ".join([text(value.base)] + [f"{text(tier.price)} above {tier.start}" for tier in value.tiers])
        return "none" if value is None else f"{value.normalize():f}"

    keys = [key for key in dict.fromkeys(filled(ours) + filled(theirs)) if key in COMPARED]
    pairs = [(key, text(getattr(ours, key)), text(getattr(theirs, key))) for key in keys]
    return ", ".join(f"{key} {here} here {there} there" for key, here, there in pairs if here != there)


COMPARED = {key for key, _ in KEYS.values()} | {"web_searches_kcount", "rerank_searches_kcount", "requests_kcount"}


def price_list_row(target, price: ModelPrice) -> str | None:
    """Their price as a row of a price list of ours; None where ours has no word for it, or a rate has too many digits."""
    values = [getattr(price, key) for key in filled(price)]
    flat = [v for value in values for v in ([value.base, *(t.price for t in value.tiers)] if isinstance(value, TieredPrices) else [value])]
    if any(value.normalize().as_tuple().exponent < -6 for value in flat):
        return None
    def figure(key, start=None):
        value = getattr(price, key)
        if isinstance(value, TieredPrices):
            if start is not None:
                return next((tier.price for tier in value.tiers if tier.start == start), value.base)
            value = value.base
        return value

    def text(value):
        return format(value.normalize(), "f")

    if price.input_mtok is None:
        return None
    columns = [figure(key) for key in ("input_mtok", "cache_read_mtok", "output_mtok")]
    row = [target] + ["-" if value is None else text(value) for value in columns] + ["-", "-"]
    extras = {kind: key for kind, (key, _) in KEYS.items() if kind not in ("input", "output", "cached_input")}
    row += [f"{kind}={text(figure(key))}" for kind, key in extras.items() if figure(key) is not None]
    for key in ("web_searches_kcount", "rerank_searches_kcount"):
        if figure(key) is not None:
            row.append(f"search={text(figure(key) / 1000)}")
            break
    if figure("requests_kcount") is not None:
        row.append(f"request={text(figure('requests_kcount') / 1000)}")
    starts = sorted({t.start for key in filled(price) if isinstance(v := getattr(price, key), TieredPrices) for t in v.tiers})
    for start in starts:
        changed = [
            f"{'cached' if kind == 'cached_input' else kind}={text(figure(key, start))}"
            for kind, (key, _) in KEYS.items()
            if isinstance(getattr(price, key), TieredPrices)
        ]
        row.append(f"above_{start}:" + ",".join(changed))
    return "  ".join(row)
