import TuppenceAdministration
import TuppenceCore
import TuppenceGateway
import TuppenceNotices

extension AdminRoutes {
    fileprivate struct NoticeLine: Encodable {
        struct Delivery: Encodable {
            /// Without path and query, which may be a secret.
            let origin: String
            let state: String
            let tries: Int?
            let reason: String?
        }

        let id: String
        let type: String
        let at: String
        let message: String
        let deliveries: [Delivery]
    }

    static func notices(_ gateway: Gateway) -> [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/notices", role: .viewer,
                summary: "What this process has told people of late, the newest first, and whether webhooks took it.",
                output: .page(
                    .object([
                        "id": .text, "type": .choice(Notice.Kind.allCases.map(\.rawValue)), "at": .time,
                        "message": .text,
                        "deliveries": .list(
                            .object(
                                [
                                    "origin": .text, "state": .choice(["waiting", "delivered", "failed"]),
                                    "tries": .whole, "reason": .text,
                                ], optional: ["tries", "reason"])),
                    ]))
            ) { _ in
                AdminAnswer(ListPage(data: await gateway.dispatcher.told().map(NoticeLine.init)))
            }
        ]
    }
}

extension AdminRoutes.NoticeLine {
    fileprivate init(_ notice: ToldNotice) {
        self.init(
            id: notice.id, type: notice.kind.rawValue, at: notice.at.iso8601, message: notice.message,
            deliveries: notice.deliveries.map { delivery in
                switch delivery.state {
                case .delivered: .init(origin: delivery.origin, state: "delivered", tries: nil, reason: nil)
                case .waiting(let tries, let why):
                    .init(origin: delivery.origin, state: "waiting", tries: tries, reason: why)
                case .failed(let why): .init(origin: delivery.origin, state: "failed", tries: nil, reason: why)
                }
            })
    }
}
