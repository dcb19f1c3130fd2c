import ArgumentParser
import Foundation
import TuppenceConfiguration
import TuppenceGateway

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write a commented tuppence.yaml to start from.")

    func run() throws {
        let path = "tuppence.yaml"
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Failure("tuppence.yaml exists already and was left as it is. Check it with: tuppence check")
        }
        // A key of its own: a secret that stands in a public file is none.
        do {
            try StarterFile.text(secret: SecretKey.random(test: false).text).write(
                toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw Failure(
                "tuppence.yaml cannot be written in \(FileManager.default.currentDirectoryPath): \(error.reason). Run this in a folder that you may write in."
            )
        }
        print("Wrote tuppence.yaml. Put your providers in, then: tuppence check && tuppence serve")
    }
}
