import Foundation
import TuppenceGateway

/// What a command is given to read.
enum InputFile {
    static func read(_ name: String) throws -> [UInt8] {
        if name == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
        guard let data = FileManager.default.contents(atPath: name) else { throw Failure("'\(name)' cannot be read.") }
        return Array(data)
    }
}
