import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// What is asked of an answer that was kept: `/v1/responses/{id}` and what is below it.
struct StoredResponseCall {
    enum Wish {
        case answer
        /// The answer as a stream tells it, behind the event with this number.
        case events(after: Int?)
        case input(ResponsesItemList)
        case deletion
    }

    let id: String
    let wish: Wish

    /// - Parameter rest: of the path, behind `/v1/responses/`.
    /// - Returns: nil for a path that is none.
    init?(below rest: Substring, _ head: RequestHead) {
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let id = PercentEncoding.decoded(first), (1...256).contains(id.utf8.count)
        else { return nil }
        self.id = id
        switch parts.dropFirst() {
        // OpenAI's own endpoint for conversations, which takes a body and is no answer's.
        case [] where head.method == .post && id == "compact": return nil
        case [] where head.method == .other("DELETE"): wish = .deletion
        case [] where head.query("stream") == "true":
            wish = .events(after: head.query("starting_after").flatMap(Int.init))
        case []: wish = .answer
        case ["input_items"]:
            var list = ResponsesItemList()
            list.isAscending = head.query("order") == "asc"
            list.after = head.query("after")
            if let limit = head.query("limit").flatMap(Int.init) { list.limit = min(max(limit, 1), 100) }
            wish = .input(list)
        default: return nil
        }
    }

    /// Beside GET and HEAD.
    var takesDelete: Bool { if case .input = wish { false } else { true } }
}
