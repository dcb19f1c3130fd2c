import Foundation
import Testing
import TuppenceCore
import TuppenceEmergency
import TuppenceTesting

@Suite("The emergency journal's file")
struct EmergencyFileTests {
    private static let rules = [
        Samples.rule(limit: Money(nanodollars: 1_000_000)),
        Samples.rule("second", limit: Money(nanodollars: 500_000), period: .month),
    ]

    /// Batches of holds, settlements and notes.
    private static let batches: [[LedgerOperation]] = (1...4 as ClosedRange<UInt64>).map { batch in
        let first = Samples.hold(Samples.attempt(1, of: batch * 10), 70, rules: rules)
        let second = Samples.hold(Samples.attempt(1, of: batch * 10 + 1), 30, rules: [rules[0]])
        return [
            .hold(first), .hold(second), Samples.settlement(of: first, cost: Int64(batch)),
            .note(Samples.note(Samples.attempt(1, of: batch * 10 + 2))),
        ]
    }

    /// A file with all batches in it, as bytes, and where each of them ends.
    private static func written(_ folder: TemporaryFolder) throws -> (bytes: Data, ends: [Int]) {
        let path = folder.path("whole")
        let file = try EmergencyFile(path: path)
        var ends: [Int] = []
        for batch in batches {
            try file.append(batch)
            ends.append(EmergencyFile.waitingBytes(at: path))
        }
        return (try Data(contentsOf: URL(fileURLWithPath: path)), ends)
    }

    private func read(_ bytes: Data, _ folder: TemporaryFolder) throws -> EmergencyRecords {
        let path = folder.path("part")
        try bytes.write(to: URL(fileURLWithPath: path))
        return try EmergencyFile(path: path).read()
    }

    /// What comes of `operations` in a ledger that has them replayed.
    private func contents(_ operations: [LedgerOperation]) throws -> InMemoryLedgerStore.Contents {
        let store = InMemoryLedgerStore()
        _ = try store.apply(operations.map { .replayed($0) })
        return store.contents
    }

    @Test("gives back what was appended, to a later process too, as if it had been performed")
    func reading() throws {
        let folder = try TemporaryFolder()
        let (bytes, _) = try Self.written(folder)
        let records = try read(bytes, folder)
        #expect(records.damage == nil)
        let all = Self.batches.flatMap(\.self)
        #expect(records.operations.count == all.count)
        #expect(try contents(records.operations) == contents(all))
        #expect(try contents(records.operations).held == Money(nanodollars: 120))
    }

    @Test("that is cut anywhere gives back every batch that was whole, and says that there was more")
    func cut() throws {
        let folder = try TemporaryFolder()
        let (bytes, ends) = try Self.written(folder)
        for length in 0...bytes.count {
            let records = try read(bytes.prefix(length), folder)
            let whole = ends.count { $0 <= length }
            #expect(try contents(records.operations) == contents(Self.batches[..<whole].flatMap(\.self)))
            #expect((records.damage == nil) == (length == 0 || ends.contains(length)))
        }
    }

    @Test("of which any byte has changed gives back every other batch, and says that it is damaged")
    func corrupt() throws {
        let folder = try TemporaryFolder()
        let (bytes, ends) = try Self.written(folder)
        for place in 0..<bytes.count {
            var damaged = bytes
            damaged[place] ^= 0x41
            let records = try read(damaged, folder)
            let broken = ends.firstIndex { place < $0 }
            let rest = Self.batches.enumerated().filter { $0.offset != broken }.flatMap(\.element)
            #expect(try contents(records.operations) == contents(rest))
            #expect(records.damage != nil)
        }
    }

    @Test("replayed twice, and after the first part of it alone, is one time")
    func twice() throws {
        let folder = try TemporaryFolder()
        let operations = try read(Self.written(folder).bytes, folder).operations
        let once = try contents(operations)
        for cut in 0...operations.count {
            #expect(try contents(operations[..<cut] + operations) == once)
        }
    }

    @Test("is empty once it has been cleared, and begins anew; what was damaged is kept aside")
    func clearing() throws {
        let folder = try TemporaryFolder()
        let (bytes, _) = try Self.written(folder)
        let path = folder.path("f")
        try bytes.dropLast(3).write(to: URL(fileURLWithPath: path))
        let file = try EmergencyFile(path: path)
        #expect(try file.read().damage?.contains("f.damaged") == true)
        try file.clear()
        #expect(EmergencyFile.waitingBytes(at: path) == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + ".damaged")) == bytes.dropLast(3))
        try file.append(Self.batches[0])
        let records = try file.read()
        #expect(records.damage == nil && records.operations.count == Self.batches[0].count)
    }

    @Test("goes on behind the last whole batch, and what a torn write has left is kept aside")
    func goingOn() throws {
        let folder = try TemporaryFolder()
        let (bytes, ends) = try Self.written(folder)
        let path = folder.path("f")
        try bytes.prefix(ends[2] + 9).write(to: URL(fileURLWithPath: path))
        let file = try EmergencyFile(path: path)
        try file.append(Self.batches[3])
        #expect(try file.read().damage == nil)
        #expect(try contents(file.read().operations) == contents(Self.batches.flatMap(\.self)))
        #expect(FileManager.default.fileExists(atPath: path + ".damaged"))
    }

    @Test("belongs to one gateway at a time, and to its owner alone")
    func owner() throws {
        let folder = try TemporaryFolder()
        let first = try EmergencyFile(path: folder.path("f"))
        #expect(throws: StoreError.self) { try EmergencyFile(path: folder.path("f")) }
        let taken = try EmergencyFile.openUnlessTaken(path: folder.path("f"))
        let free = try EmergencyFile.openUnlessTaken(path: folder.path("free"))
        #expect(taken == nil && free != nil)
        #expect(free?.isLeftover == true && !first.isLeftover)
        #expect(throws: StoreError.self) { try EmergencyFile.openUnlessTaken(path: folder.path("no/such/folder")) }
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path("f"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try first.append(Self.batches[0])
        #expect(throws: StoreError.self) { try EmergencyFile(path: folder.path("no/such/folder")) }
        first.release()
        #expect(try EmergencyFile(path: folder.path("f")).read().operations.count == Self.batches[0].count)
        withExtendedLifetime(first) {}
    }

    #if os(Linux)
        @Test("on a full disk refuses what it is given")
        func fullDisk() throws {
            let file = try EmergencyFile(path: "/dev/full")
            for batch in Self.batches { #expect(throws: StoreError.self) { try file.append(batch) } }
        }
    #endif
}
