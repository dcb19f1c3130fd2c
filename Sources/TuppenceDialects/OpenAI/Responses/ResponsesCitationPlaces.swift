/// Where in an answer its citations are: Responses counts from the beginning of the part that they stand at, the hub from that of all
/// text.
enum ResponsesCitationPlaces {
    enum Direction: Int {
        case intoHub = 1
        case outOfHub = -1
    }

    static func moved(_ blocks: [Block], _ direction: Direction) -> [Block] {
        let cites = blocks.contains { if case .text(let text) = $0 { !text.citations.isEmpty } else { false } }
        guard cites else { return blocks }
        var position = 0
        return blocks.map { block in
            guard case .text(var text) = block else { return block }
            let start = position
            position += text.text.characterCount
            text.citations = text.citations.map { $0.moved(by: direction.rawValue * start) }
            return .text(text)
        }
    }
}
