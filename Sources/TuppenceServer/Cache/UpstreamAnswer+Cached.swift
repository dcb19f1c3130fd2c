import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

extension UpstreamAnswer {
    /// An answer that was kept, as if it came from its provider once more and cost nothing.
    ///
    /// - Parameter earlierCost: what attempts before it have cost the caller.
    /// - Returns: nil if it is not what was kept.
    convenience init?(_ kept: CachedAnswer, request: ScannedRequest, earlierCost: EarlierCost) {
        // Some call their streams something else.
        let type = kept.isStream ? "text/event-stream" : kept.contentType
        guard let head = Self.head(contentType: type) else { return nil }
        self.init(head, request: request)
        guard isStream == kept.isStream, take(ByteBuffer(bytes: kept.body), limit: .max) else { return nil }
        if isStream {
            while let event = nextEvent() {
                guard case .chunk = read(event, earlierCost: earlierCost, charge: { _, _ in .zero }) else { return nil }
            }
        }
        guard
            case .complete = conclusion(
                endpoint: request.endpoint, earlierCost: earlierCost, charge: { _, _ in .zero })
        else { return nil }
    }

    private static func head(contentType: String) -> ResponseHead? {
        var bytes = ByteBuffer()
        bytes.writeStatusLine(200)
        bytes.writeField("content-type", contentType)
        bytes.writeField("content-length", 0)
        bytes.writeEndOfHead()
        var parser = ResponseParser()
        guard case .head(let head)? = try? parser.next(&bytes) else { return nil }
        return head
    }
}
