import Testing
import TuppenceCore

@testable import TuppenceReconciliation

@Suite("OpenAI's exports")
struct OpenAIExportTests {
    @Test("usage is split into kinds without overlap, and its buckets are days")
    func usage() throws {
        let export = try export(
            openAIPage(
                openAIBucket(0, openAIUsage(input: 1_000, cached: 800, output: 50, requests: 5)), openAIBucket(1),
                openAIBucket(2, openAIUsage("gpt-4.1-2025-04-14", input: 7, output: 1))))
        #expect(export.format == .openAIUsage)
        #expect(export.usualWidth == .day)
        #expect(export.span == november..<(november + .seconds(3 * 86_400)))
        #expect(export.countsRequests && !export.hasCosts)
        let tally = export.tally("gpt-4o-mini-2024-07-18", november)
        #expect(tally.requests == 5)
        #expect(tally.usage == Usage(input: 200, cachedInput: 800, output: 50))
        #expect(export.tally("gpt-4.1-2025-04-14").usage == Usage(input: 7, output: 1))
    }

    @Test("tokens written to the cache are a kind of their own where the export tells them")
    func cacheWrites() throws {
        let with = try export(
            openAIPage(
                openAIBucket(0, openAIUsage(input: 100, cached: 30, extra: ", \"input_cache_write_tokens\": 20"))))
        #expect(with.grain.kinds == [.input, .cachedInput, .cacheWrite, .output])
        #expect(with.tally("gpt-4o-mini-2024-07-18").usage[.cacheWrite] == 20)
        #expect(with.tally("gpt-4o-mini-2024-07-18").usage[.input] == 50)
        let without = try export(openAIPage(openAIBucket(0, openAIUsage())))
        #expect(without.grain.kinds == [.input, .cachedInput, .output])
    }

    @Test(
        "a bucket is as wide as its ends say",
        arguments: [(60, .minute), (61, .hour), (3_600, .hour), (3_601, .day), (86_400, .day)] as [(Int64, BucketWidth)]
    )
    func width(seconds: Int64, width: BucketWidth) throws {
        let export = try export(openAIPage(openAIBucket(0, seconds: seconds, openAIUsage())))
        #expect(export.usualWidth == width)
    }

    @Test("costs are added up by the model of their line items, and what is no model stands for itself")
    func costs() throws {
        let export = try export(
            openAIPage(
                openAIBucket(
                    0, openAICost("0.1", "gpt-4o-mini-2024-07-18, input"),
                    openAICost("0.02", "gpt-4o-mini-2024-07-18, cached input"),
                    openAICost("\"0.003\"", "priority | gpt-5.6-sol, output, long context"),
                    openAICost("1e-3", "gpt-audio-mini-2025-12-15 audio, input"),
                    openAICost("0.5", "web search tool calls"))))
        #expect(export.format == .openAICosts)
        #expect(export.hasCosts && !export.countsRequests && export.grain.kinds.isEmpty)
        #expect(export.tally("gpt-4o-mini-2024-07-18").cost.rounded == Money(nanodollars: 120_000_000))
        #expect(export.tally("gpt-5.6-sol").cost.rounded == Money(nanodollars: 3_000_000))
        #expect(export.tally("gpt-audio-mini-2025-12-15").cost.rounded == Money(nanodollars: 1_000_000))
        #expect(export.tally("web search tool calls").cost.rounded == Money(nanodollars: 500_000_000))
    }

    @Test("without a grouping whole buckets are compared, and that is said")
    func ungrouped() throws {
        let export = try export(openAIPage(openAIBucket(0, openAIUsage(nil), openAIUsage())))
        #expect(export.models == [nil])
        #expect(export.notices.contains { $0.contains("whole buckets") })
    }

    @Test("pages may stand in an array, or one after the other")
    func pages() throws {
        let first = openAIPage(openAIBucket(0, openAIUsage()), hasMore: true)
        let second = openAIPage(openAIBucket(1, openAIUsage()))
        for text in ["[\(first),\(second)]", "\(first)\n\(second)\n", first + second] {
            let export = try export(text)
            #expect(export.tally("gpt-4o-mini-2024-07-18").requests == 2)
            #expect(export.notices.isEmpty)
        }
    }

    @Test("a page after which others should follow is not taken for all of it")
    func furtherPages() throws {
        let export = try export(openAIPage(openAIBucket(0, openAIUsage()), hasMore: true))
        #expect(export.notices.contains { $0.contains("has_more") })
    }

    @Test("embeddings and all else are told apart, as OpenAI exports them apart")
    func embeddings() throws {
        let result =
            "{\"object\": \"organization.usage.embeddings.result\", \"input_tokens\": 5, \"num_model_requests\": 1, \"model\": \"text-embedding-3-small\"}"
        let export = try export(openAIPage(openAIBucket(0, result)))
        #expect(export.coversEmbeddings && !export.coversOthers)
        let chat = try TuppenceReconciliationTests.export(openAIPage(openAIBucket(0, openAIUsage())))
        #expect(!chat.coversEmbeddings && chat.coversOthers)
    }

    @Test("results that are no tokens are passed over, and that is said")
    func images() throws {
        let images = "{\"object\": \"organization.usage.images.result\", \"images\": 3, \"num_model_requests\": 1}"
        let export = try export(openAIPage(openAIBucket(0, images, openAIUsage())))
        #expect(export.models == ["gpt-4o-mini-2024-07-18"])
        #expect(export.notices.contains { $0.contains("images") })
    }

    @Test("the dashboard's CSV of usage has fractions, and rows without anything")
    func usageCSV() throws {
        let end = november.seconds + 86_400
        let export = try export(
            """
            start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens
            \(november.seconds),\(end),2026-11-01T00:00:00+00:00,2026-11-02T00:00:00+00:00,proj_a,10.0,,,gpt-4o-2024-08-06,FALSE,default,5920.0,1064.0,576.0,5344.0
            \(end),\(end + 86_400),2026-11-02T00:00:00+00:00,2026-11-03T00:00:00+00:00,,,,,,,,,,,

            """)
        #expect(export.format == .openAIUsage)
        #expect(export.span == november..<(november + .seconds(2 * 86_400)))
        #expect(export.models == ["gpt-4o-2024-08-06"])
        #expect(export.tally("gpt-4o-2024-08-06").usage == Usage(input: 5_344, cachedInput: 576, output: 1_064))
        #expect(export.tally("gpt-4o-2024-08-06").requests == 10)
    }

    @Test("the dashboard's CSV of costs is exact to more decimals than a nanodollar has")
    func costsCSV() throws {
        let end = november.seconds + 86_400
        let row = "\(november.seconds),\(end),2026-11-01T00:00:00+00:00,2026-11-02T00:00:00+00:00"
        let export = try export(
            """
            start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id
            \(row),0.0000000004,usd,"gpt-4o-2024-08-06, input",
            \(row),0.0000000004,usd,"gpt-4o-2024-08-06, output",
            \(row),,,,
            """)
        #expect(export.tally("gpt-4o-2024-08-06").cost.rounded == Money(nanodollars: 1))
        #expect(export.models == ["gpt-4o-2024-08-06"])
    }

    @Test(
        "what is wrong is told with its place",
        arguments: [
            (
                "{\"data\": [{\"start_time\": 1793491200, \"end_time\": 1793577600,\n \"results\": [{\"object\": \"organization.usage.completions.result\",\n  \"input_tokens\": -5}]}]}",
                "line 3, column 19, at data[0].results[0].input_tokens: "
            ),
            (openAIPage(openAIBucket(0, "{\"amount\": {\"value\": 1, \"currency\": \"eur\"}}")), "'eur'"),
            (
                openAIPage(openAIBucket(0, "{\"amount\": {\"value\": \"1,5\"}}")),
                "at data[0].results[0].amount.value: this is no amount"
            ),
            (openAIPage(openAIBucket(0, seconds: 86_401, openAIUsage())), "within a day"),
            (openAIPage(openAIBucket(0, seconds: 0, openAIUsage())), "within a day"),
            (openAIPage(openAIBucket(0, openAIUsage(), openAICost("1"))), "'openai-usage' is expected"),
            ("{\"data\": [", "line 1, column 11, at data[0]: the text ends"), ("{\"data\": []}", "no line of usage"),
            ("{\"error\": {\"message\": \"no\"}}", "no page, bucket or line"), ("[1]", "at [0]: an object"),
            ("", "empty"),
            ("a,b\n1,2", "line 1: the columns (a, b)"),
            (
                "start_time,end_time,amount_value\n1793491200,1793577600,abc",
                "line 2: 'abc' in the column 'amount_value'"
            ),
            ("start_time,end_time,amount_value\nx,1793577600,1", "line 2: 'x' in the column 'start_time'"),
            ("start_time,end_time,amount_value,amount_value\n", "two columns are named"),
        ])
    func troubles(text: String, part: String) throws {
        let said = try #require(trouble(text))
        #expect(said.contains(part))
    }

    @Test("a file that is not what it is said to be is refused")
    func otherFormat() {
        #expect(trouble(openAIPage(openAIBucket(0, openAIUsage())), as: .openAICosts) != nil)
        #expect(trouble(openAIPage(openAIBucket(0, openAIUsage())), as: .openAIUsage) == nil)
        #expect(
            trouble(openAIPage(openAIBucket()), as: .openAIUsage) == nil, "an empty month is no trouble if it is named")
    }
}
