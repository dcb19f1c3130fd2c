import ArgumentParser
import Foundation
import TuppenceCore
import TuppenceSQLite

@main
struct BenchLedger: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-ledger",
        abstract: "What a large ledger costs: to write, to open and to ask.",
        discussion: """
            Fills a store with settled requests by its own batches, a year of them, and at each size closes it and takes \
            the time of what commands, callers and the console ask. Only a release build tells anything: \
            swift run -c release bench-ledger
            """)

    @Option(help: "The sizes at which times are taken, in settled requests, rising.")
    var sizes = "100000,1000000,10000000"
    @Option(help: "Keys. A customer for each two of them.") var keys = 40
    @Option(help: "Models, of four providers and six routes.") var models = 12
    @Option(help: "Requests of a batch, but for the latest ones: those come as they do under load.") var batch = 2_000
    @Option(help: "Requests of a batch under load.") var busyBatch = 32
    @Option(help: "Where the file is made, and removed in the end.") var folder = NSTemporaryDirectory()

    @Flag(help: "Leave the file there, and say where: bench/console looks at it.") var keep = false
    @Flag(help: "In the end take away what is older than 31 days, beside a writer, and say how long both take.")
    var archive = false
    @Option(help: "Only open this ledger, which brings it up to date, and say how long that takes.") var open: String?

    func validate() throws {
        guard !parsedSizes.isEmpty, parsedSizes == parsedSizes.sorted(), keys > 0, models > 0, batch > 0, busyBatch > 0
        else { throw ValidationError("--sizes takes rising numbers, and all others are 1 or more.") }
    }

    private var parsedSizes: [Int] { sizes.split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 } }

    func run() throws {
        if let open {
            let began = DispatchTime.now().uptimeNanoseconds
            _ = try SQLiteStore(path: open)
            let milliseconds = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e6
            return print("opened in \(text(milliseconds)) ms")
        }
        let own = URL(fileURLWithPath: folder).appendingPathComponent("bench-ledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        defer { if !keep { try? FileManager.default.removeItem(at: own) } }
        let path = own.appendingPathComponent("ledger.db").path
        // A console that is asked today shows what was booked of late.
        let beginning = Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 365 * 86_400)
        var traffic = Traffic(keys: keys, models: models, total: parsedSizes.last ?? 1, from: beginning)
        for size in parsedSizes {
            // The latest pages are what a start reads, so they have to be of the size that they are of.
            let busy = min((size - traffic.made) / 2, busyBatch * 6_000)
            let bulk = try fill(path, &traffic, to: size - busy, by: batch, isBusy: false)
            let loaded = try fill(path, &traffic, to: size, by: busyBatch, isBusy: true)
            print(
                "\(size) requests, \(try bytes(of: path) / (1 << 20)) MiB; written at \(bulk) µs of processor time each by \(batch), \(loaded) by \(busyBatch)"
            )
            if keep { print("  \(path)") }
            for (name, seconds) in try Questions(path: path, latest: traffic.latest, sample: traffic.sample).times() {
                print("  \(name): \(text(seconds * 1_000)) ms")
            }
        }
        guard archive else { return }
        print("archiving, beside a writer of batches of \(busyBatch):")
        for line in try Archiving(path: path, traffic: traffic, batch: busyBatch).measure() { print("  \(line)") }
    }

    /// - Returns: microseconds of processor time for each request, its hold and its settlement.
    private func fill(
        _ path: String, _ traffic: inout Traffic, to size: Int, by batch: Int, isBusy: Bool
    ) throws -> String {
        let store = try SQLiteStore(path: path)
        let before = traffic.made
        var spent = 0.0
        while traffic.made < size {
            let operations = traffic.batch(of: min(batch, size - traffic.made), isBusy: isBusy)
            let began = processorSeconds()
            let holds = try store.apply(operations.holds)
            let settlements = try store.apply(operations.settlements)
            spent += processorSeconds() - began
            guard holds.allSatisfy({ if case .held = $0 { true } else { false } }),
                settlements.allSatisfy({ if case .settled(_, late: false, _) = $0 { true } else { false } })
            else { throw StoreError("the store did not do what it was asked") }
        }
        return text(spent * 1_000_000 / Double(max(1, traffic.made - before)))
    }

    private func bytes(of path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    private func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func text(_ number: Double) -> String { String(format: "%.1f", number) }
}
