import ArgumentParser
import Foundation
import TuppenceAdministration
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceImport

struct ImportLiteLLM: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "litellm",
        abstract: "Make a tuppence.yaml of the config.yaml of a LiteLLM proxy.",
        discussion: """
            What has no equivalent is listed with its line and why, on standard error, and the exit code is 2; what came \
            over in another form is listed, too. Secrets are never written: each becomes a variable of the environment.
            """)

    @Argument(help: "LiteLLM's config.yaml.") var file: String
    @Option(name: .shortAndLong, help: "Where to write the configuration; standard output unless given.")
    var output: String?
    @Flag(help: "Replace the output if it is there.") var force = false
    @Flag(help: "Write nothing if anything had to be left out.") var strict = false
    @Flag(help: "Take over models whose price nobody knows, at no cost.") var allowUnpriced = false
    @Flag(help: "List what did not come over as JSON, on standard output; needs --output.") var json = false

    func validate() throws {
        if json, output == nil {
            throw ValidationError("--json and the configuration would share standard output: give --output.")
        }
    }

    func run() throws {
        guard let data = FileManager.default.contents(atPath: file) else { throw Failure("'\(file)' cannot be read.") }
        let prices = PriceSheet(configured: PriceBook())
        let made: LiteLLMImport
        do throws(LiteLLMImport.Unreadable) {
            made = try LiteLLMImport(
                String(decoding: data, as: UTF8.self), origin: (file as NSString).lastPathComponent,
                allowsUnpriced: allowUnpriced, listing: prices.listing)
        } catch { throw Failure(error.description) }
        try report(made)
        if strict, made.hasLeftOut {
            throw Failure("Nothing was written, as not everything came over and --strict was given.")
        }
        try check(made)
        try write(made)
        if made.hasLeftOut { throw ExitCode(2) }
    }

    private func report(_ made: LiteLLMImport) throws {
        if json { return try JSONOutput.print(made.findings) }
        var lines = made.findings.map { finding in
            "\(file):\(finding.line): \(finding.setting): \(finding.kind == .leftOut ? "left out" : "changed"): \(finding.reason)\n"
        }
        if !made.variables.isEmpty {
            lines.append(
                "Set in the environment of the gateway: \(made.variables.keys.sorted().joined(separator: ", "))\n")
        }
        StandardError.write(lines.joined())
    }

    /// What is written is good, whatever was read.
    private func check(_ made: LiteLLMImport) throws {
        do throws(ConfigurationError) {
            _ = try Configuration.parse(made.checkable, file: output ?? "tuppence.yaml", environment: made.variables)
        } catch {
            throw Failure(
                "What came of \(file) would not be a good configuration, and was not written:\n\(error.description)")
        }
    }

    private func write(_ made: LiteLLMImport) throws {
        guard let output else { return StandardOutput.write(made.text) }
        if !force, FileManager.default.fileExists(atPath: output) {
            throw Failure(
                "\(output) exists already and was left as it is. Replace it with --force, or choose another --output.")
        }
        do { try made.text.write(toFile: output, atomically: true, encoding: .utf8) } catch {
            throw Failure("\(output) cannot be written: is the folder writable?")
        }
    }
}
