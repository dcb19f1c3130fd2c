import Testing
import TuppenceConfiguration
import TuppenceCore

@Suite("Customers and their terms")
struct CustomerTests {
    @Test("have a markup, rates of their own, a wallet, or none of it")
    func terms() throws {
        let customers = try read(
            """
            customers:
              - { name: acme, markup: 20%, prepaid: true }
              - { name: beta, rates: { "gpt-4o*": { input: 5, output: 15 } } }
              - { name: each, markup: 30% }
            """
        ).policy.customers
        #expect(customers.terms(of: "acme")?.pricing?.markup == Markup(partsPerMillion: 200_000))
        #expect(customers.terms(of: "acme")?.wallet?.account.name == "wallet:acme")
        #expect(customers.terms(of: "beta")?.wallet == nil)
        #expect(customers.terms(of: "beta")?.pricing?.rates.first?.pattern == "gpt-4o*")
        #expect(customers.terms(of: "anybody")?.pricing?.markup == Markup(partsPerMillion: 300_000))
        #expect(try read("customers: [{ name: acme }]").policy.customers.terms(of: "other") == nil)
    }

    @Test("a key may belong to one, and have a markup of its own")
    func keys() throws {
        let keys = try read(
            """
            keys:
              - { name: a, secret: 0123456789abcdef, customer: acme }
              - { name: b, secret: 1123456789abcdef, markup: 12.5% }
            """
        ).keys
        #expect(keys[0].key.customer == "acme" && keys[0].key.terms == nil)
        #expect(keys[1].key.terms?.pricing?.markup == Markup(partsPerMillion: 125_000))
    }

    @Test(
        "mistakes are told where they stand",
        arguments: [
            (
                "customers: [{ name: a }, { name: a }]",
                "1:34: there are two customers called 'a'. Give each a name of its own."
            ),
            (
                "customers: [{ name: '*' }]",
                "1:21: '*' is no customer: names have no patterns. Write 'each' for all others."
            ),
            (
                "customers: [{ name: a, markup: 20 }]",
                "1:32: '20' is not a markup from 0% to 10000% such as 15% or 12.5%."
            ),
            (
                "customers: [{ name: a, prepayed: true }]",
                "1:24: unknown key 'prepayed' in a customer. Did you mean 'prepaid'?"
            ),
            (
                "customers: [{ markup: 1% }]",
                "1:13: a customer has no 'name'. Add 'name: acme', or 'name: each' for all others."
            ),
            (
                "customers: [{ name: a, rates: { '*x': { input: 1, output: 1 } } }]",
                "1:33: '*x' is not a model. Write a model, provider/model, or begin* for all that begin so."
            ),
            (
                "customers: [{ name: a, rates: { x: { input: 1 } } }]",
                "1:33: 'x' has no 'output'. Add it; for models without output: 'output: 0'."
            ),
            (
                "budgets: [{ name: 'wallet:a', scope: { user: each }, limit: 1, per: day }]",
                "1:19: names that begin with 'wallet:' are those of wallets. Choose another."
            ),
        ])
    func mistakes(yaml: String, problem: String) { #expect(problems(yaml) == [problem]) }
}
