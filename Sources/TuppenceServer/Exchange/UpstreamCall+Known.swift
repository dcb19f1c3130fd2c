import TuppenceCore
import TuppenceUpstream

extension UpstreamCall {
    /// What only its connection knows of an attempt, to be told before what may end that; nil if it has left, and all that
    /// has come has been told.
    func known(on loop: LoopContext) -> Exchange.Event? {
        if !hasLeft { return .notLeft }
        return loop.isBehind ? .unread : nil
    }
}
