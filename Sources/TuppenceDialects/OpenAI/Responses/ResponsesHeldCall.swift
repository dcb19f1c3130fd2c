/// A call that has not begun, as its name has not come.
struct ResponsesHeldCall {
    var id: JSONString?
    var isCustom = false
    var arguments = JSONStringBuilder()
}
