import TuppenceAdministration

/// Of how many days before today requests are looked at, and of today's.
struct ExperimentDays: Hashable {
    static let usual = 7
    static let most = 90
    /// Those that the page leads to.
    static let offered = [1, 7, 30, 90]

    let count: Int

    /// - Parameter text: nil for the usual ones.
    init(_ text: String?) throws(AdministrationError) {
        guard let text else {
            count = Self.usual
            return
        }
        guard let count = Int(text), (1...Self.most).contains(count) else {
            throw AdministrationError(.invalid, "'days' is a number from 1 to \(Self.most), not '\(text.prefix(40))'.")
        }
        self.count = count
    }
}
