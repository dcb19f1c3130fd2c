import Foundation
import Testing
import TuppenceConfiguration

@testable import TuppenceGateway

@Suite("Reading a configuration again")
struct ReadAgainTests {
    private static func naming(_ key: String) -> Data {
        Data("keys: [ { name: \(key), secret: tp-0123456789abcdef } ]\n".utf8)
    }

    @Test("what came through a pipe is kept, which has nothing in it by now") func pipe() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Self.naming("app"))
        try pipe.fileHandleForWriting.close()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        let loaded = try LoadedConfiguration.load(path: path, environment: [:])
        #expect(loaded.configuration.keys.map(\.name) == ["app"])
        let error = try #require(throws: ConfigurationError.self) { _ = try loaded.readAgain(environment: [:]) }
        #expect(error.problems.map(\.file) == [path])
    }

    @Test("a file is read again, behind a link, too") func file() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, link) = (folder.appending(path: "a.yaml"), folder.appending(path: "b.yaml"))
        try Self.naming("app").write(to: file)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
        let loaded = try LoadedConfiguration.load(path: link.path, environment: [:])
        try Self.naming("other").write(to: file)
        #expect(try loaded.readAgain(environment: [:]).configuration.keys.map(\.name) == ["other"])
        try FileManager.default.removeItem(at: file)
        #expect(throws: ConfigurationError.self) { _ = try loaded.readAgain(environment: [:]) }
    }
}
