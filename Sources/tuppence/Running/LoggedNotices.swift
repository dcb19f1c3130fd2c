import Logging
import TuppenceCore

/// Writes notices to the log.
final class LoggedNotices: NoticeSink {
    private let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    func post(_ notice: Notice) {
        logger.warning("\(notice.message)", metadata: ["notice": "\(notice.kind.rawValue)"])
    }
}
