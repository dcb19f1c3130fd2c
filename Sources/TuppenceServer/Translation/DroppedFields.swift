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

    /// Names of fields may be the caller's own invention: they must not break the head, nor fill it.
    private static func list(_ losses: [Loss]) -> String {
        let names = losses.prefix(most).map { loss in
            String(
                decoding: loss.field.utf8.prefix(100).map { (33...126).contains($0) && $0 != 44 ? $0 : 63 },
                as: UTF8.self)
        }
        return names.joined(separator: ", ") + (losses.count > most ? ", ..." : "")
    }
}
