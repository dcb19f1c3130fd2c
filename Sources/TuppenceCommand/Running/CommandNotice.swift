import Foundation
import NIOPosix
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceNotices
import TuppenceServer
import TuppenceUpstream

/// Tells people what a command has found, where a gateway would tell them what it finds.
enum CommandNotice {
    /// Posts `notice` to the addresses of the configuration, and says on standard error what became of it.
    ///
    /// - Returns: whether it has come to all of them; true where there are none.
    static func post(_ notice: Notice, by loaded: LoadedConfiguration) async -> Bool {
        let settings = loaded.configuration.notifications
        // Without its secret it would come unsigned, and be taken for nobody's.
        guard !settings.isIncomplete else {
            return undelivered("a variable that 'notifications' names is not set here.")
        }
        guard !settings.addresses.isEmpty else { return true }
        do {
            let network = try UpstreamNetwork(environment: ProcessInfo.processInfo.environment)
            let deliveries = try await NoticeDispatcher.deliver(
                notice, settings, on: MultiThreadedEventLoopGroup.singleton.next(), network: network,
                now: { WallClock.now })
            for delivery in deliveries { StandardError.write(line(of: delivery)) }
            return !deliveries.isEmpty && deliveries.allSatisfy { $0.state == .delivered }
        } catch {
            return undelivered("\(error)")
        }
    }

    /// - Parameter why: a sentence.
    private static func undelivered(_ why: String) -> Bool {
        StandardError.write("The notice was not delivered: \(why)\n")
        return false
    }

    private static func line(of delivery: ToldNotice.Delivery) -> String {
        switch delivery.state {
        case .delivered: "The notice was delivered to \(delivery.origin).\n"
        case .failed(let why): "The notice was not delivered to \(delivery.origin): \(why).\n"
        case .waiting(_, let why):
            "The notice was not delivered to \(delivery.origin): \(why ?? "it was not answered before the end").\n"
        }
    }
}
