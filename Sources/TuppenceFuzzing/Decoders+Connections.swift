import NIOCore
import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

extension FuzzDecoder {
    /// Requests and responses of HTTP, read alike however their bytes arrive.
    static let connections = [
        FuzzDecoder("HTTP: requests", seeds: HTTPSeeds.requests, words: HTTPSeeds.words) { input, random in
            let whole = requests(input, [])
            if requests(input, Checks.sizes(&random)) != whole { throw FuzzFault("in pieces there are other requests") }
            return whole.failure == nil ? .read : .rejected
        },
        FuzzDecoder("HTTP: responses", seeds: HTTPSeeds.responses, words: HTTPSeeds.words) { input, random in
            let whole = responses(input, [])
            if responses(input, Checks.sizes(&random)) != whole {
                throw FuzzFault("in pieces there are other responses")
            }
            return whole.failure == nil ? .read : .rejected
        },
    ]

    /// What proxies say of those they connect for.
    static let proxies = [
        FuzzDecoder("PROXY protocol", seeds: HTTPSeeds.proxyHeaders, words: HTTPSeeds.proxyWords) { input, random in
            let whole = proxyHeader(input)
            if case .success(let header?) = whole, header.length > min(input.count, ProxyHeader.maximumLength) {
                throw FuzzFault("a header of \(header.length) bytes in \(input.count)")
            }
            // What the beginning says, the rest does not change.
            let part = proxyHeader(Array(input.prefix(Int(random.next() % UInt64(input.count + 1)))))
            if part != .success(nil), part != whole {
                throw FuzzFault("a part is read as \(part), the whole as \(whole)")
            }
            if case .success = whole { return .read }
            return .rejected
        },
        FuzzDecoder("forwarded", seeds: HTTPSeeds.forwarded, words: HTTPSeeds.proxyWords) { input, _ in
            var chain = ForwardedChain()
            input.withUnsafeBytes { chain.add(forwardedFor: $0) }
            input.withUnsafeBytes { chain.add(forwarded: $0) }
            for case let address? in chain.addresses where NetworkAddress(address.description) != address {
                throw FuzzFault("\(address) is read as another address")
            }
            return chain.addresses.contains { $0 != nil } ? .read : .rejected
        },
    ]

    private static func proxyHeader(_ input: [UInt8]) -> Result<ProxyHeader?, ProxyHeader.Malformed> {
        input.withUnsafeBytes { bytes in
            do throws(ProxyHeader.Malformed) { return .success(try ProxyHeader.read(bytes)) } catch {
                return .failure(error)
            }
        }
    }

    /// What came of a connection's bytes.
    private struct Reading: Equatable {
        var heads: [String] = []
        var body: [UInt8] = []
        var ends = 0
        var failure: String?
    }

    private static func requests(_ input: [UInt8], _ pieces: [Int]) -> Reading {
        var parser = RequestParser()
        var buffer = ByteBuffer()
        var reading = Reading()
        do throws(FramingError) {
            for piece in Checks.cut(input, pieces) {
                buffer.writeBytes(piece)
                while let event = try parser.next(&buffer) {
                    switch event {
                    case .head(let head): reading.heads.append("\(head.uri) \(head.path) \(head.fields.pairs)")
                    case .body(let bytes): reading.body += bytes.readableBytesView
                    case .end: reading.ends += 1
                    }
                }
            }
        } catch { reading.failure = "\(error)" }
        return reading
    }

    private static func responses(_ input: [UInt8], _ pieces: [Int]) -> Reading {
        var parser = ResponseParser()
        var buffer = ByteBuffer()
        var reading = Reading()
        do throws(FramingError) {
            for piece in Checks.cut(input, pieces) {
                buffer.writeBytes(piece)
                while let event = try parser.next(&buffer) {
                    switch event {
                    case .head(let head): reading.heads.append("\(head.status) \(head.fields.pairs)")
                    case .body(let bytes): reading.body += bytes.readableBytesView
                    case .end: reading.ends += 1
                    }
                }
            }
            if parser.closed() { reading.ends += 1 }
        } catch { reading.failure = "\(error)" }
        return reading
    }

    /// Header fields that tell what a provider's limits leave, one a line.
    static let headroom = FuzzDecoder("headroom", seeds: HTTPSeeds.headroom, words: HTTPSeeds.words) { input, _ in
        var reader = HeadroomReader(now: Timestamp(milliseconds: 1_780_000_000_000))
        for line in input.split(separator: 10) {
            let name = line.prefix { $0 != UInt8(ascii: ":") }
            let value = line.dropFirst(name.count + 1).drop { $0 == 32 }
            name.withUnsafeBytes { name in value.withUnsafeBytes { reader.read(name: name, value: $0) } }
        }
        for bucket in reader.headroom.buckets where (bucket.limit ?? 0) < 0 || (bucket.remaining ?? 0) < 0 {
            throw FuzzFault("less than nothing is left: \(bucket)")
        }
        if let wait = reader.retryAfter, wait.count < 0 { throw FuzzFault("a time to wait of \(wait)") }
        return reader.headroom.buckets.isEmpty && reader.retryAfter == nil ? .rejected : .read
    }

    /// The operator's file.
    static let configuration = FuzzDecoder(
        "configuration", seeds: HTTPSeeds.configurations, words: HTTPSeeds.configurationWords
    ) { input, _ in
        guard let text = String(validating: input, as: UTF8.self) else { return .rejected }
        do throws(ConfigurationError) {
            _ = try Configuration.parse(text, file: "tuppence.yaml", environment: ["KEY": "value"])
            return .read
        } catch {
            if error.problems.isEmpty { throw FuzzFault("refused without a reason") }
            return .rejected
        }
    }
}
