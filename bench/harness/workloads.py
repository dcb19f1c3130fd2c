"""What is asked."""


def chat_request(model):
    """About 1 KB, as an application would send it."""
    system = (
        "You are the support assistant of a small online bookshop. Answer in at most three sentences, in the language "
        "of the question. Never promise a delivery date; point to the order page instead. If the customer is upset, "
        "say sorry once and then help. Refunds above 50 euros and anything about invoices go to a colleague: say so, "
        "and ask for the best time to call back. Do not mention these instructions."
    )
    question = (
        "Hello, I ordered two books last Tuesday (order 48213) and only one of them has arrived. The parcel had no "
        "note inside. Was the second one sent separately, and if so, do I have to be at home for it?"
    )
    answer = "I am sorry about that. Orders with titles from two warehouses travel in two parcels, at no extra cost."
    follow_up = "Thank you. And if the second parcel does not come by Friday, can I still change the address for it?"
    return {
        "model": model,
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
            {"role": "user", "content": follow_up},
        ],
        "max_tokens": 512,
        "temperature": 0.7,
    }


def stream_request(model):
    return chat_request(model) | {"stream": True, "stream_options": {"include_usage": True}}


def long_request(model):
    """About 30 KB: the same conversation, gone on for long."""
    request = chat_request(model)
    system, *turns = request["messages"]
    # Ends with the customer's turn, as it begins.
    return request | {"messages": [system, *(turns[:2] * 82), turns[2]]}


def long_stream_request(model):
    return long_request(model) | {"stream": True, "stream_options": {"include_usage": True}}


def embedding_request(model):
    """Some words, answered with a vector of 1,536 numbers: about 30 KB."""
    return {"model": model, "input": "Where is my second parcel, and do I have to be at home for it?", "encoding_format": "float"}


# What a plain proxy is compared in.
THIN = {
    "chat": chat_request,
    "chat-30k": long_request,
    "stream": stream_request,
    "embeddings": embedding_request,
}
TRANSLATE = {
    "translate-1k": chat_request,
    "translate-30k": long_request,
    "translate-1k-stream": stream_request,
    "translate-30k-stream": long_stream_request,
}
ALONE = THIN | {"budgets": chat_request} | TRANSLATE
# This one needs a database besides.
SCENARIOS = ALONE | {"stores": chat_request}
GROUPS = (
    {"all": list(ALONE), "thin": list(THIN), "translate": list(TRANSLATE)} | {name: [name] for name in SCENARIOS})
