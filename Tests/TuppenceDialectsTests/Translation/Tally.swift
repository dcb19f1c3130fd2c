import Testing

/// Counts by provider and API what recordings come to, and tells the failures.
struct Tally {
    private let title: String
    private var passed: [String: Int] = [:]
    private var total: [String: Int] = [:]
    private var findings: [String] = []
    private var met: Set<String> = []

    init(_ title: String) { self.title = title }

    mutating func count(_ recording: ChatRecording, finding: String?, explained: [(name: String, reason: String)]) {
        let group = "\(recording.provider)/\(recording.api)"
        total[group, default: 0] += 1
        guard let finding else { return passed[group, default: 0] += 1 }
        if let known = explained.first(where: { recording.name.hasPrefix($0.name) }) {
            met.insert(known.name)
        } else {
            findings.append("\(recording.name): \(finding)")
        }
    }

    /// At least 99.5 % pass, each failure is explained, and no explanation is idle.
    func check(_ explained: [(name: String, reason: String)]) {
        let all = total.values.reduce(0, +)
        let good = passed.values.reduce(0, +)
        print("\(title): \(good) of \(all)")
        for group in total.keys.sorted() { print("  \(group): \(passed[group] ?? 0) of \(total[group] ?? 0)") }
        for known in explained {
            #expect(met.contains(known.name), "\(known.name) passes now: strike it from the list")
        }
        #expect(findings.isEmpty, "\(findings.count): \(findings.prefix(60).joined(separator: "\n"))")
        #expect(all > 0)
        #expect(Double(good) >= Double(all) * 0.995, "\(good) of \(all)")
    }
}
