import TuppenceDialects
import TuppenceHTTP

/// What is asked of an answer that was kept: `/v1/responses/{id}` and what is below it.
struct StoredResponseCall {
    enum Wish {
        case answer, input
        case deletion
    }

    let id: String
    let wish: Wish
    /// Whether items are wanted in the order in which they were said.
    let isAscending: Bool

    /// - Parameter rest: of the path, behind `/v1/responses/`.
    /// - Returns: nil for a path that is none.
    init?(below rest: Substring, _ head: RequestHead) {
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let id = PercentEncoding.decoded(first), id.utf8.count <= 256 else { return nil }
        self.id = id
        isAscending = head.query("order") == "asc"
        switch parts.dropFirst() {
        case []: wish = head.method == .other("DELETE") ? .deletion : .answer
        case ["input_items"]: wish = .input
        default: return nil
        }
    }

    /// Methods other than GET and HEAD.
    var takesDelete: Bool { wish != .input }
}
