import NIOCore
import TuppenceDialects
import TuppenceHTTP

/// What a request lost on its way into its target's dialect, as headers tell the caller.
struct DroppedFields: Hashable {
    private let dropped: String
    private let adjusted: String

    /// - Returns: nil where nothing was lost.
    init?(_ losses: Losses) {
        guard !losses.all.isEmpty else { return nil }
        dropped = Self.list(losses.all.filter { $0.effect != .adjusted })
        adjusted = Self.list(losses.all.filter { $0.effect == .adjusted })
    }

    func write(to head: inout ByteBuffer) {
        if !dropped.isEmpty { head.writeField("x-tuppence-dropped", dropped) }
        if !adjusted.isEmpty { head.writeField("x-tuppence-adjusted", adjusted) }
    }

    private static let most = 32

    private static func list(_ losses: [Loss]) -> String {
        let names = losses.prefix(most).map(\.field.asListed)
        return names.joined(separator: ", ") + (losses.count > most ? ", ..." : "")
    }
}
