import Foundation
import Testing
import TuppenceCore
import TuppenceSQLite
import TuppenceTesting

@Suite("The file of the embedded store")
struct SQLiteFileTests {
    @Test("is made for its owner alone, as are those beside it; one that is there keeps its mode")
    func modes() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.db")
        for (number, mode) in [(1, 0o600), (2, 0o640)] as [(UInt64, Int)] {
            if number > 1 { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path) }
            let store = try SQLiteStore(path: path)
            _ = try store.apply([.hold(Samples.hold(Samples.attempt(1, of: number), 1, rules: []))])
            for suffix in ["", "-wal", "-shm"] {
                let found = try FileManager.default.attributesOfItem(atPath: path + suffix)[.posixPermissions]
                #expect(found as? Int == mode, "a.db\(suffix)")
            }
            try store.close()
        }
    }
}
