/// Puts events of Responses together: the last of them has the whole in it.
struct ResponsesCollector: EventCollector {
    private var answer: RawJSON?
    /// By their places, for hosts that leave them out of the whole.
    private var items: [Int: RawJSON] = [:]

    mutating func take(_ event: JSONValue) {
        switch event["type"]?.text {
        case .some(let type) where type.equals("response.output_item.done"):
            items[event["output_index"]?.integer ?? items.count] = event["item"]?.raw
        case .some(let type) where type.equals("response.completed") || type.equals("response.incomplete"):
            answer = event["response"].map { whole(of: $0) }
        default: return
        }
    }

    private func whole(of response: JSONValue) -> RawJSON {
        if let output = response["output"], !output.isNull, !output.isEmpty || items.isEmpty { return response.raw }
        let whole = GrowingJSON(response)
        let output = items.sorted { $0.key < $1.key }.map { GrowingJSON($0.value) }
        whole.set("output", GrowingJSON(array: output))
        return whole.raw
    }

    var whole: RawJSON? { answer }
}
