import Testing
import TuppenceCore

@testable import TuppenceDialects

private let usual = "multipart/form-data; boundary=AaB03x"

/// A form of parts that are written as given: their heads, and their values.
private func form(_ parts: [(String, String)], boundary: String = "AaB03x", end: String = "--\r\n") -> String {
    parts.map { "--\(boundary)\r\n\($0.0)\r\n\r\n\($0.1)\r\n" }.joined() + "--\(boundary)\(end)"
}

private func named(_ name: String) -> String { "Content-Disposition: form-data; name=\"\(name)\"" }

private func read(_ text: String, _ contentType: String? = usual) throws(Refusal) -> Form {
    let read: Result<Form, Refusal> = withBytes(text) { bytes in
        do throws(Refusal) { return .success(try Form(bytes, contentType: contentType)) } catch {
            return .failure(error)
        }
    }
    return try read.get()
}

/// A form with one part, that has this head.
private func part(_ head: String) -> String { form([(head, "1")]) }
private func ended(_ end: String) -> String { form([(named("a"), "1")], end: end) }

private let malformedForms: [String] = [
    "", "--AaB03x", "--AaB03x--more", " \(part(named("a")))", ended("\r\n"), ended("-- \r\n"), ended("--\r\nx"),
    ended(" \r\n"),
    part("Content-Type: text/plain"), part("\(named("a"))\r\n\(named("b"))"), part(named("")), part(named("a\\\"b")),
    part(named("a%22")), part("Content-Disposition: form-data; name=\"a\"; name=\"b\""),
    part("Content-Disposition: form-data; name*=utf-8''a"), part("Content-Disposition: attachment; name=\"a\""),
    part("Content-Disposition"), part("Content-Disposition: form-data; name=\"a"),
    part("Content-Disposition : form-data; name=a"), part("\(named("a"))\nX: y"),
    part("\(named("a"))\r\nContent-Transfer-Encoding: base64"), part("\(named("a"))\r\n folded: x"),
    part("\(named("a"))\r\nX: \(String(repeating: "y", count: 5_000))"), form((0..<101).map { (named("a\($0)"), "1") }),
]

@Suite("Forms")
struct FormTests {
    @Test("have parts with names, some of them files") func parts() throws {
        let text = form([
            (named("model"), "m"),
            (named("file") + "; filename=\"a \\\"b\\\".wav\"\r\nContent-Type: audio/wav", "\r\n--AaB03\r\nnot yet\r\n"),
            ("content-disposition: form-data;name=stream", ""),
        ])
        let form = try read(text)
        #expect(form.parts.map(\.name) == ["model", "file", "stream"])
        #expect(form.parts.map(\.isFile) == [false, true, false])
        let bytes = Array(text.utf8)
        #expect(
            form.parts.map { String(decoding: bytes[$0.value], as: UTF8.self) } == [
                "m", "\r\n--AaB03\r\nnot yet\r\n", "",
            ])
    }

    @Test(
        "are told apart by what their field says",
        arguments: [
            ("multipart/form-data; boundary=AaB03x", "AaB03x"), ("Multipart/Form-Data;boundary=\"AaB03x\"", "AaB03x"),
            ("multipart/form-data; charset=utf-8; BOUNDARY=a-b_c.d'e+f", "a-b_c.d'e+f"),
            ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil),
            ("multipart/form-data; boundary=a; boundary=b", nil), ("multipart/form-data; boundary=a b", nil),
            ("multipart/form-data; boundary*0=a", nil), ("multipart/mixed; boundary=a", nil), ("application/json", nil),
            (nil, nil),
        ] as [(String?, String?)])
    func boundaries(field: String?, boundary: String?) { #expect(FormBoundary(contentType: field)?.text == boundary) }

    @Test("have boundaries of up to 70 signs", arguments: [1, 70, 71]) func longBoundaries(count: Int) {
        let boundary = String(repeating: "a", count: count)
        #expect(
            FormBoundary(contentType: "multipart/form-data; boundary=\(boundary)")?.text
                == (count > 70 ? nil : boundary))
    }

    @Test(
        "are refused where two readers could see two things",
        arguments: malformedForms)
    func malformed(text: String) {
        let refusal = #expect(throws: Refusal.self) { try read(text) }
        #expect(refusal?.code == .invalidRequest)
    }

    @Test("never lead beyond their end, whatever is cut off or changed", arguments: UInt64(1)...40)
    func damaged(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let whole = Array(form([(named("model"), "m"), (named("file") + "; filename=x", "\r\n--AaB03")]).utf8)
        for length in 0...whole.count {
            var bytes = Array(whole.prefix(length))
            if let index = bytes.indices.randomElement(using: &random) {
                bytes[index] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.withUnsafeBytes { bytes in
                guard let form = try? Form(bytes, contentType: usual) else { return }
                for part in form.parts { #expect(part.value.upperBound <= bytes.count) }
            }
        }
    }

    @Test("a search finds what looking at every byte finds", arguments: UInt64(1)...50)
    func search(seed: UInt64) {
        var random = RandomSource(seed: seed)
        func run(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...2, using: &random) } }
        for _ in 0..<50 {
            let (needle, bytes) = (
                run(Int.random(in: 1...4, using: &random)), run(Int.random(in: 0...40, using: &random))
            )
            let slow = bytes.indices.first { bytes[$0...].starts(with: needle) }
            #expect(bytes.withUnsafeBytes { ByteSearch(for: needle).first(in: $0, from: 0) } == slow)
        }
    }
}
