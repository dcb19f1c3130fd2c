import Testing

@testable import TuppenceCore

@Suite("Tags of a request")
struct RequestTagsTests {
    private func read(_ text: String) -> Result<String?, Refusal> {
        do throws(Refusal) { return .success(try RequestTags.read(text)) } catch { return .failure(error) }
    }

    @Test(
        "the same tags are the same text, in whatever order and with whatever room around them",
        arguments: [
            ("team=search", "team=search"), ("team=search,env=prod", "env=prod,team=search"),
            (" team = search ,\t env=prod ", "env=prod,team=search"), ("a=b/c:d", "a=b/c:d"), (",a=1,,b=2,", "a=1,b=2"),
            ("A=1,a=2,B=3", "A=1,B=3,a=2"), ("", nil), (" , ", nil),
        ] as [(String, String?)])
    func canonical(text: String, tags: String?) throws { #expect(try read(text).get() == tags) }

    @Test(
        "eight tags of 64 bytes each are taken, and no more",
        arguments: [(8, 64, true), (9, 1, false), (1, 65, false), (1, 1, true)])
    func bounds(count: Int, length: Int, isTaken: Bool) {
        let text = (0..<count).map { "t\($0)=" + String(repeating: "x", count: length) }.joined(separator: ",")
        #expect((try? read(text).get()) != nil || !isTaken)
        if !isTaken { #expect((try? read(text).get()) == nil) }
        let name = String(repeating: "x", count: length) + "=1"
        #expect(((try? read(name).get()) != nil) == (length <= 64))
    }

    @Test(
        "what is wrong is said, with the field",
        arguments: [
            ("team", "'team' is not name=value"), ("=x", "'' is not 1 to 64"), ("team=", "'' is not 1 to 64"),
            ("a=b=c", "'b=c' is not 1 to 64 letters"), ("team=a b", "'a b' is not"), ("t\u{E9}=x", "'t\u{E9}' is not"),
            ("a=\"x\"", "is not 1 to 64"), ("a=1,a=2", "'a' is there twice"), ("a=*", "'*' is not"),
        ])
    func refusals(text: String, reason: String) {
        guard case .failure(let refusal) = read(text) else { Issue.record("taken: \(text)"); return }
        #expect(refusal.code == .invalidRequest)
        #expect(refusal.parameter == "x-tuppence-tags")
        #expect(refusal.message.contains(reason), "\(refusal.message)")
    }

    @Test(
        "what a client sends of its own accord is added where there is room, and never wins",
        arguments: [
            (nil, "a-b=2,a=1"), ("team=x", "a-b=2,a=1,team=x"), ("a=9", "a-b=2,a=9"),
            ("1=1,2=2,3=3,4=4,5=5,6=6,7=7", "1=1,2=2,3=3,4=4,5=5,6=6,7=7,a=1"),
            ("1=1,2=2,3=3,4=4,5=5,6=6,7=7,8=8", "1=1,2=2,3=3,4=4,5=5,6=6,7=7,8=8"),
        ] as [(String?, String)])
    func added(tags: String?, expected: String) throws {
        let added = RequestTags.adding([("a", "1"), ("a-b", "2"), ("a", "3")], to: tags)
        #expect(added.map { $0.split(separator: ",").sorted() } == expected.split(separator: ",").sorted())
        // As if the caller had written all of it.
        #expect(try read(try #require(added)).get() == added)
    }

    @Test(
        "of a client's own what may be no tag is left out",
        arguments: ["", "a b", "a,b=c", "a=b", "\u{E9}", String(repeating: "x", count: 65)])
    func leftOut(value: String) {
        #expect(RequestTags.adding([("a", value)], to: nil) == nil)
        #expect(RequestTags.adding([("a", value), ("b", "2")], to: "c=3") == "b=2,c=3")
    }

    @Test(
        "a value is found by the whole of its name",
        arguments: [("team", "search"), ("env", "prod"), ("tea", nil), ("eam", nil), ("search", nil)]
            as [(String, String?)])
    func values(name: String, value: String?) {
        #expect(RequestTags.value(of: name, in: "env=prod,team=search") == value)
    }
}
