import TuppenceCore
import TuppenceGateway

/// What a running gateway knows of how targets do, and of the room that they have.
package struct TargetBoards: Sendable {
    package let health: HealthBoard?
    package let headroom: HeadroomBoard?

    /// Where no gateway runs: nothing is known.
    package static let none = TargetBoards(health: nil, headroom: nil)

    package init(health: HealthBoard?, headroom: HeadroomBoard?) {
        self.health = health
        self.headroom = headroom
    }

    package init(_ gateway: Gateway) { self.init(health: gateway.plane.health, headroom: gateway.plane.headroom) }
}
