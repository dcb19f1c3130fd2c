import ArgumentParser
import Foundation
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceReconciliation
import TuppenceServer
import TuppenceStore

struct Reconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold the ledger against a provider's own account of usage or costs, and say where they are apart.",
        discussion:
            "Ends with 0 if no line drifts beyond the tolerance, with 1 if one does, with 69 if one does and the notice of it was not delivered, and with 65 if the file cannot be read."
    )

    @Argument(help: "The provider, as the configuration calls it.") var provider: String
    @Argument(help: "What the provider exported: JSON of its API, or CSV of its dashboard.") var file: String
    @Option(help: "What the file is; 'auto' finds out.") var format = FormatArgument(format: nil)
    @Option(help: "Compare by the minute, hour or day (UTC); the export's own unless given.") var bucket:
        BucketArgument?
    @Option(help: "Only from this time on: 2026-11-01 or 2026-11-01T06:00:00Z.") var since: TimeArgument?
    @Option(help: "Only until this time.") var until: TimeArgument?
    @Option(help: "How many USD the costs of a line may be apart.") var tolerance = MoneyArgument(money: .zero)
    @OptionGroup var options: LedgerOptions
    @Option(help: "An archive of the ledger, to be read with it; may be given for each that there is.") var archive:
        [String] = []
    @Flag(help: "Show lines that agree, too.") var all = false
    @Flag(help: "Print JSON.") var json = false
    @Flag(
        inversion: .prefixedNo,
        help: "Post a notice of what drifts to the addresses that the configuration has under 'notifications'.")
    var notify = true

    func validate() throws {
        if let since, let until, until.time <= since.time {
            throw ValidationError("--until must be later than --since.")
        }
    }

    func run() async throws {
        let loaded = try options.loadForStore()
        let result = try reconciliation(by: loaded)
        let report = ReconciliationReport(result)
        if json { try JSONOutput.print(report) } else { print(ReconciliationText(result, showsAll: all).text) }
        guard let notice = result.notice(at: WallClock.now) else { return }
        let isTold = notify ? await CommandNotice.post(notice, by: loaded) : true
        throw isTold ? ExitCode(1) : Self.untold
    }

    /// EX_UNAVAILABLE of sysexits.h: something drifts, and who should hear of it has not.
    private static let untold = ExitCode(69)

    private func reconciliation(by loaded: LoadedConfiguration) throws -> Reconciliation {
        let prices = loaded.configuration.policy.prices
        var compared = Reconciler.Options()
        compared.width = bucket?.width
        compared.since = since?.time
        compared.until = until?.time
        compared.tolerance = tolerance.money
        compared.rates = { [provider] in prices.listing(of: Target(provider: provider, model: $0))?.rates }

        var reconciler = try reconciler(of: try readExport(), compared)
        var others: Set<String> = []
        // Entries are booked after they were sent, and an expiry maybe long after: from the beginning on, without an end.
        let archives = try archive.map { try loaded.with(store: $0, of: "--archive").openExistingStore() }
        let ledger = try StoreChain(try loaded.openExistingStore(), archives: archives)
        if let checkpoint = try ledger.journalCheckpoint(), checkpoint.isAfter(reconciler.span.lowerBound) {
            throw Failure(
                "\(checkpoint.sentence) Have that read, too, with --archive <file>, or compare what came later with --since."
            )
        }
        try ledger.forEachEntry(from: reconciler.span.lowerBound) {
            others.insert($0.target.provider)
            reconciler.add($0)
        }
        let known = others.union(loaded.configuration.policy.providers)
        guard known.contains(provider) else {
            throw ValidationError(
                "'\(provider)' is no provider of this configuration, and the ledger has nothing of it in this time. There are: \(known.sorted().joined(separator: ", "))."
            )
        }
        return reconciler.reconciliation()
    }

    private func readExport() throws -> UsageExport {
        do {
            return try Self.contents(of: file).withUnsafeBytes { try UsageExport(reading: $0, as: format.format) }
        } catch let trouble as ExportError {
            try Self.fail("\(file)\(trouble.place == nil ? ": " : ", ")\(trouble)")
        } catch {
            try Self.fail("\(file) cannot be read: \((error as NSError).localizedDescription)")
        }
    }

    /// What does not fit the export is wrong in the arguments.
    private func reconciler(of export: UsageExport, _ options: Reconciler.Options) throws -> Reconciler {
        do {
            return try Reconciler(export, provider: provider, options)
        } catch {
            throw ValidationError(error.description)
        }
    }

    /// A file is mapped, not read: an export may be larger than anybody wants in memory. A pipe cannot be.
    private static func contents(of file: String) throws -> Data {
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        let url = URL(fileURLWithPath: file)
        if attributes[.type] as? FileAttributeType == .typeRegular {
            return try Data(contentsOf: url, options: .alwaysMapped)
        }
        return try FileHandle(forReadingFrom: url).readToEnd() ?? Data()
    }

    /// A file that is not understood is told from costs that drift: 65 is EX_DATAERR of sysexits.h.
    private static func fail(_ message: String) throws -> Never {
        StandardError.write("Error: \(message)\n")
        throw ExitCode(65)
    }
}

/// `auto`, or an ``ExportFormat``.
struct FormatArgument: ExpressibleByArgument, CustomStringConvertible {
    var format: ExportFormat?

    init(format: ExportFormat?) { self.format = format }

    init?(argument: String) {
        format = ExportFormat(rawValue: argument)
        if format == nil && argument != "auto" { return nil }
    }

    static let allValueStrings = ["auto"] + ExportFormat.allCases.map(\.rawValue)
    var description: String { format?.rawValue ?? "auto" }
}

struct BucketArgument: ExpressibleByArgument {
    var width: BucketWidth

    init?(argument: String) {
        guard let width = BucketWidth(rawValue: argument) else { return nil }
        self.width = width
    }

    static let allValueStrings = BucketWidth.allCases.map(\.rawValue)
}

/// A date or a date and a time, in UTC unless it says otherwise.
struct TimeArgument: ExpressibleByArgument {
    var time: Timestamp

    init?(argument: String) {
        guard let time = Timestamp(iso8601: argument) else { return nil }
        self.time = time
    }
}

/// Dollars such as `0.01`.
struct MoneyArgument: ExpressibleByArgument, CustomStringConvertible {
    var money: Money

    init(money: Money) { self.money = money }

    init?(argument: String) {
        guard let money = Money(usd: argument) else { return nil }
        self.money = money
    }

    var description: String { money.usd }
}
