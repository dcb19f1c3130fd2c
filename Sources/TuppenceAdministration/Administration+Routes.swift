import TuppenceCore
import TuppenceDialects
import TuppenceServer

extension Administration {
    /// Where a request would go, and what it would cost, by configuration and books alone: as JSON.
    ///
    /// - Parameter key: nil where budgets are to be left out.
    package func explanation(
        of body: [UInt8], endpoint: String?, key: String?, customer: String?
    ) throws -> String {
        let balances = key == nil ? [:] : try store.balances()
        let configuration = try current(at: WallClock.now).configuration
        do {
            let question = try body.withUnsafeBytes {
                try RouteQuestion($0, endpoint: endpoint, key: key, customer: customer, in: configuration)
            }
            return String(
                decoding: question.explanation(balances).json(
                    model: question.route.name, endpoint: question.request.attribution.endpoint), as: UTF8.self)
        } catch let refusal as Refusal {
            throw AdministrationError(.invalid, refusal.message)
        }
    }
}
