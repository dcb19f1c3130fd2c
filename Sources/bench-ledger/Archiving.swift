import Foundation
import Synchronization
import TuppenceCore
import TuppenceSQLite
import TuppenceStore

/// What it takes to move the oldest pages of a ledger into an archive, and how long a writer beside it waits at the most.
struct Archiving {
    let path: String
    let traffic: Traffic
    let batch: Int

    func measure() throws -> [String] {
        let store = try SQLiteStore(path: path, patience: 5, movesLog: false)
        let archive = StoreArchive(of: store)
        let age = Milliseconds(-StoreArchive.shortestAge.count)
        guard let last = try archive.lastPage(before: traffic.latest.at + age) else {
            throw StoreError("there are no pages to take away")
        }
        let alone = try Writer.run(path, traffic, batch) { Thread.sleep(forTimeInterval: 5) }
        var told: [String] = []
        func step(_ name: String, _ body: () throws -> String) throws {
            var what = ""
            let began = DispatchTime.now().uptimeNanoseconds
            let waits = try Writer.run(path, traffic, batch) { what = try body() }
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
            told.append("\(name): \(text(seconds)) s, \(what); \(waits)")
        }
        let file = path + ".archive"
        try step("copied") {
            try archive.copy(upTo: last, to: try SQLiteStore(path: file))
            return "up to page \(last)"
        }
        guard case .upToDate(let copy) = try SQLiteStore.look(at: file) else { throw StoreError("there is no archive") }
        var found = try copy.verify()
        try step("read and added up") {
            found = try copy.verify()
            return "\(found.pages) pages, \(found.entries) entries"
        }
        let record = AuditRecord(
            at: traffic.latest.at, actor: "bench", origin: "command", action: "ledger.archive", subject: file)
        try step("begun behind it") {
            try archive.begin(behind: found, record)
            return "\(found.rows.count) balances and holds"
        }
        try step("removed") { "\(try archive.removeRemains()) pages" }
        return ["a writer alone: \(alone)"] + told
    }

    private func text(_ number: Double) -> String { String(format: "%.1f", number) }
}

/// A gateway's ledger at work, a batch every few milliseconds, until it is told to stop.
private final class Writer: Sendable {
    private let isOver = Mutex(false)
    private let result = Mutex<Result<[Double], any Error>>(.success([]))
    /// Has made its first commit, which comes after all that opening a ledger takes, or has failed.
    private let atWork = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    /// - Returns: how long its commits took while `body` ran.
    static func run(_ path: String, _ traffic: Traffic, _ batch: Int, while body: () throws -> Void) throws -> String {
        let writer = Writer()
        Thread { writer.write(path, traffic, batch) }.start()
        writer.atWork.wait()
        let told = Result { try body() }
        writer.isOver.withLock { $0 = true }
        writer.done.wait()
        try told.get()
        let waits = try writer.result.withLock { try $0.get() }.sorted()
        guard let longest = waits.last else { return "no commit beside it" }
        return String(
            format: "%d commits beside it, the median %.1f ms, the longest %.1f ms", waits.count,
            waits[waits.count / 2], longest)
    }

    private func write(_ path: String, _ traffic: Traffic, _ batch: Int) {
        defer {
            atWork.signal()
            done.signal()
        }
        let result = Result { () throws -> [Double] in
            let store = try SQLiteStore(path: path)
            var traffic = traffic
            // Ids of its own: several writers go on from the same traffic, one after the other.
            traffic.skip()
            _ = try store.apply(traffic.batch(of: batch, isBusy: true).holds)
            atWork.signal()
            var waits: [Double] = []
            while !isOver.withLock({ $0 }) {
                let operations = traffic.batch(of: batch, isBusy: true)
                for part in [operations.holds, operations.settlements] {
                    let began = DispatchTime.now().uptimeNanoseconds
                    _ = try store.apply(part)
                    waits.append(Double(DispatchTime.now().uptimeNanoseconds - began) / 1e6)
                }
                Thread.sleep(forTimeInterval: 0.002)
            }
            return waits
        }
        self.result.withLock { $0 = result }
    }
}
