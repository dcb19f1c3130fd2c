import Testing

@testable import TuppenceDialects

@Suite("A message of a conversation")
struct ChatMessageTests {
    private static let image = Block.media(Media(.image, .url("https://x.example/a.png")))

    @Test("one plain text is the same message, however it was put in")
    func plainText() {
        let whole = ChatMessage(.user, [.text("Hi")])
        var added = ChatMessage(.user)
        added.append("Hi")
        var set = ChatMessage(.user, [Self.image])
        set.content = [.text("Hi")]
        var cut = ChatMessage(.user, [.text("Hi"), Self.image])
        cut.content.removeLast()
        for message in [added, set, cut] {
            #expect(message == whole)
            #expect(message.hashValue == whole.hashValue)
            #expect(message.plainText == "Hi" && message.content == [.text("Hi")])
        }
    }

    @Test("no text is not an empty text")
    func nothing() {
        #expect(ChatMessage(.user) == ChatMessage(.user, []))
        #expect(ChatMessage(.user).content.isEmpty && ChatMessage(.user).plainText == nil)
        #expect(ChatMessage(.user, [.text("")]) != ChatMessage(.user))
        #expect(ChatMessage(.user, [.text("")]).plainText == "")
    }

    @Test("a text that says more than its words is no plain one")
    func more() {
        var marked = TextBlock("Hi")
        marked.cache = CacheMark()
        var cited = TextBlock("Hi")
        cited.citations = [Citation(url: "https://x.example")]
        for block in [marked, cited] {
            var message = ChatMessage(.user, [.text(block)])
            #expect(message.plainText == nil)
            #expect(message.content == [.text(block)])
            message.content[0] = .text("Hi")
            #expect(message.plainText == "Hi")
        }
    }

    @Test("texts are added behind what is there")
    func order() {
        var message = ChatMessage(.user)
        message.append("a")
        message.append("b")
        #expect(message.content == [.text("a"), .text("b")] && message.plainText == nil)
        message.content.insert(Self.image, at: 0)
        message.append("c")
        #expect(message.content == [Self.image, .text("a"), .text("b"), .text("c")])
    }
}
