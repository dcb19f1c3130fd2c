import NIOCore
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceServer
import TuppenceUpstream

/// Whether providers can be reached, take their keys, and agree about the time. Nothing that is asked costs anything.
enum ProviderChecks {
    /// Signatures and tokens of AWS and Google do not count beyond five minutes.
    private static let tolerableSkew = Milliseconds.seconds(120)
    /// A clock that NTP sets is never that far off, and a field of the time is of whole seconds.
    private static let usualSkew = Milliseconds.seconds(30)

    static func diagnoses(
        _ providers: [ProviderSettings], network: UpstreamNetwork, on group: any EventLoopGroup
    ) async -> [Diagnosis] {
        await withTaskGroup(of: (Int, [Diagnosis]).self) { tasks in
            for (index, provider) in providers.enumerated() {
                tasks.addTask { (index, await diagnoses(provider, network, group)) }
            }
            var found: [Int: [Diagnosis]] = [:]
            for await (index, own) in tasks { found[index] = own }
            return found.sorted { $0.key < $1.key }.flatMap(\.value)
        }
    }

    private static func diagnoses(
        _ provider: ProviderSettings, _ network: UpstreamNetwork, _ group: any EventLoopGroup
    ) async -> [Diagnosis] {
        let check = "provider \(provider.id)"
        let question = HTTPProbe.question(for: provider)
        let asked = ContinuousClock.now
        let answer = await HTTPProbe.get(
            question?.path ?? "/", of: provider.baseURL, fields: question?.fields ?? [], network: network,
            on: group)
        guard case .answered(let status, let date, _) = answer else {
            guard case .unreachable(let why) = answer else { return [] }
            return [
                .error(
                    check, "\(provider.baseURL) can't be reached: \(why)",
                    "Look at base_url, at name service and firewall, and at SSL_CERT_FILE where a proxy has certificates of its own."
                )
            ]
        }
        let took = Int(asked.duration(to: .now) / .milliseconds(1))
        return [verdict(check, provider, status, "It answers in \(took) ms", isAsked: question != nil)]
            + skew(check, date)
    }

    /// - Parameter answers: says that it has answered, and in what time.
    private static func verdict(
        _ check: String, _ provider: ProviderSettings, _ status: Int, _ answers: String, isAsked: Bool
    ) -> Diagnosis {
        switch status {
        case _ where !isAsked: .ok(check, "\(answers); its key was not tried, since requests to it are signed.")
        case 200..<300: .ok(check, "\(answers), and takes the key.")
        case _ where HTTPProbe.refusesKey(provider, status: status):
            .error(
                check, "It refuses the key (status \(status)).",
                "Look whether the key is whole, still counts, and is one of this account: 'api_key', or its variable.")
        case 402, 429:
            .warning(
                check, "It takes no requests now (status \(status)).", "Look at the account's credit and limits there.")
        case 500...:
            .warning(check, "It has a problem of its own (status \(status)).", "Try again; look at its status page.")
        // Not all list their models.
        default: .ok(check, "\(answers) (status \(status)); whether it takes the key, it does not say.")
        }
    }

    private static func skew(_ check: String, _ date: String?) -> [Diagnosis] {
        guard let date, let theirs = Timestamp(httpDate: date) else { return [] }
        let skew = WallClock.now - theirs
        guard abs(skew.count) > usualSkew.count else { return [] }
        let text =
            "This machine's clock is \(abs(skew.count) / 1_000) s \(skew.count > 0 ? "ahead of" : "behind") that of \(check)."
        let remedy = "Have it set by NTP: timedatectl set-ntp true. Budgets' windows and signatures go by it."
        return [
            abs(skew.count) > tolerableSkew.count ? .error("clock", text, remedy) : .warning("clock", text, remedy)
        ]
    }
}
