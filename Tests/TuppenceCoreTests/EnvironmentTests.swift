import Testing

@testable import TuppenceCore

@Suite("Environments")
struct EnvironmentTests {
    @Test(
        "have a variable that is set to something",
        arguments: [("SET", "x"), ("BLANK", " "), ("EMPTY", nil), ("UNSET", nil)] as [(String, String?)])
    func variables(name: String, value: String?) {
        let environment = ["SET": "x", "BLANK": " ", "EMPTY": ""]
        #expect(environment.variable(name) == value)
    }
}
