import Testing
import TuppenceCore

@testable import TuppenceReconciliation

@Suite("Anthropic's and OpenRouter's exports")
struct OtherExportTests {
    @Test("Anthropic's usage has five kinds, and no requests")
    func anthropicUsage() throws {
        let export = try export(
            """
            {"data": [{"starting_at": "2026-11-01T05:00:00Z", "ending_at": "2026-11-01T06:00:00Z", "results": [
              {"uncached_input_tokens": 11, "cache_read_input_tokens": 22, "output_tokens": 33,
               "cache_creation": {"ephemeral_5m_input_tokens": 44, "ephemeral_1h_input_tokens": 55},
               "server_tool_use": {"web_search_requests": 0}, "model": "claude-haiku-4-5-20251001",
               "service_tier": "standard", "context_window": "0-200k", "api_key_id": null, "workspace_id": null}]}],
             "has_more": false, "next_page": null}
            """)
        #expect(export.format == .anthropicUsage)
        #expect(export.usualWidth == .hour && !export.countsRequests && !export.hasCosts)
        var usage = Usage(input: 11, cachedInput: 22, output: 33)
        usage.cacheWrite = 44
        usage.cacheWriteLong = 55
        #expect(export.tally("claude-haiku-4-5-20251001", hours(5)).usage == usage)
    }

    @Test("Anthropic's costs are in cents, and a web search stands under its description")
    func anthropicCosts() throws {
        let export = try export(
            """
            {"data": [{"starting_at": "2026-11-01T00:00:00Z", "ending_at": "2026-11-02T00:00:00Z", "results": [
              {"currency": "USD", "amount": "123.45678", "workspace_id": null, "description": "Claude Haiku 4.5 Usage",
               "cost_type": "tokens", "model": "claude-haiku-4-5-20251001", "token_type": "output_tokens"},
              {"currency": "USD", "amount": "2", "description": "Web Search Usage", "cost_type": "web_search", "model": null}
            ]}], "has_more": false, "next_page": null}
            """)
        #expect(export.format == .anthropicCosts)
        #expect(export.tally("claude-haiku-4-5-20251001").cost.rounded == Money(nanodollars: 1_234_567_800))
        #expect(export.tally("Web Search Usage").cost.rounded == Money(nanodollars: 20_000_000))
    }

    @Test(
        "the console's CSV of tokens goes by the day, or by the hour where it has one",
        arguments: [("2026-11-01", .day), ("2026-11-01 00:00", .hour), ("2026-11-01 00:07", .minute)]
            as [(String, BucketWidth)])
    func anthropicTokensCSV(date: String, width: BucketWidth) throws {
        let export = try export(
            """
            usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count
            \(date),claude-haiku-4-5-20251001,app,Default,message,≤ 200k,1,2,3,4,5,0
            """)
        #expect(export.usualWidth == width)
        let usage = export.tally("claude-haiku-4-5-20251001").usage
        #expect(UsageKind.allCases.map { usage[$0] } == [1, 4, 2, 3, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test("the console's CSV of costs is in dollars and names models as people do")
    func anthropicCostsCSV() throws {
        let export = try export(
            """
            usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,cost_type
            2026-11-01,Claude Haiku 4.5,Default,"app, the first",message,≤ 200k,input_no_cache,0.05,0.05,token
            2026-11-01,Claude Haiku 4.5,Default,app,message,≤ 200k,output,0.02,0.02,token
            2026-11-01,,Default,app,,,,0.01,0.01,web_search
            """)
        #expect(export.tally("Claude Haiku 4.5").cost.rounded == Money(nanodollars: 70_000_000))
        #expect(export.tally("web_search").cost.rounded == Money(nanodollars: 10_000_000))
        let result = try reconcile(
            export, [entry("claude-haiku-4-5-20251001", cost: 70_000_000, provider: "anthropic")], provider: "anthropic"
        )
        #expect(result.lines.map(\.status) == [.matched, .missingInLedger])
    }

    @Test("OpenRouter's activity goes by the day; reasoning is part of the completion")
    func openRouterActivity() throws {
        let json = try export(
            """
            {"data": [{"date": "2026-11-01", "model": "openai/gpt-4.1", "model_permaslug": "openai/gpt-4.1-2025-04-14",
              "endpoint_id": "e", "provider_name": "OpenAI", "usage": 0.015, "byok_usage_inference": 0.012,
              "requests": 5, "prompt_tokens": 50, "completion_tokens": 125, "reasoning_tokens": 25}]}
            """)
        let csv = try export(
            """
            Date,Slug,Usage,BYOK Usage,Requests,Prompt Tokens,Completion Tokens,Reasoning Tokens
            "2026-11-01 00:00:00","openai/gpt-4.1","0.015","0.012","5","50","125","25"
            """)
        for export in [json, csv] {
            #expect(export.format == .openRouterActivity && export.usualWidth == .day)
            let tally = export.tally("openai/gpt-4.1", november)
            #expect(tally.requests == 5)
            #expect(tally.usage == Usage(input: 50, output: 100, reasoning: 25))
            #expect(tally.cost.rounded == Money(nanodollars: 15_000_000))
        }
    }

    @Test("OpenRouter's generations are counted one by one, by the tokens that are billed")
    func openRouterGenerations() throws {
        func generation(_ id: String, _ time: String) -> String {
            """
            {"data": {"id": "\(id)", "created_at": "\(time)", "model": "acme/small", "total_cost": 0.0015, "usage": 0.0015,
              "is_byok": false, "tokens_prompt": 9, "tokens_completion": 24, "native_tokens_prompt": 10,
              "native_tokens_completion": 25, "native_tokens_reasoning": 5, "native_tokens_cached": 3,
              "native_tokens_completion_images": null, "cancelled": false, "upstream_id": null}}
            """
        }
        let export = try export(
            generation("gen-1", "2026-11-01T05:33:19.433273+00:00") + "\n" + generation("gen-2", "2026-11-01T05:59:59Z")
        )
        #expect(export.format == .openRouterGenerations)
        #expect(export.usualWidth == .day && export.finestWidth == .minute)
        #expect(export.tally("acme/small").requests == 2)
        #expect(
            export.tally("acme/small", hours(5) + .seconds(33 * 60)).usage
                == Usage(input: 7, cachedInput: 3, output: 20, reasoning: 5))
    }

    @Test("OpenRouter's CSV of generations says the variant beside the model")
    func openRouterGenerationsCSV() throws {
        let export = try export(
            """
            generation_id,created_at,cost_total,cost_web_search,cost_cache,tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,cancelled
            gen-1,2026-11-01 03:46:57.713,0.0123,0,-0.001,100,20,5,30,acme/small-20260101,Acme,standard,false
            gen-2,2026-11-01 03:46:58.000,0,0,0,1,1,0,0,acme/small-20260101,Acme,free,true
            """)
        #expect(export.models == ["acme/small-20260101", "acme/small-20260101:free"])
        #expect(
            export.tally("acme/small-20260101").usage == Usage(input: 70, cachedInput: 30, output: 15, reasoning: 5))
        #expect(export.tally("acme/small-20260101").cost.rounded == Money(nanodollars: 12_300_000))
    }
}
