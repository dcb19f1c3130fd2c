/// Well-formed messages, header fields and files of configuration.
enum HTTPSeeds {
    static let requests = [
        "POST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: a.b:80\r\nContent-Length: 5\r\nX-Api-Key: k\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n5;x=\"y\"\r\nhello\r\n0\r\nT: v\r\n\r\n",
        "GET http://a.b/c HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET /v1/responses HTTP/1.1\r\nHost: [::1]\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    ].map(\.bytes)

    static let responses = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 204 \r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.0 429 Too Many\r\nRetry-After: 1\r\n\r\n{}",
    ].map(\.bytes)

    static let proxyHeaders =
        [
            "PROXY TCP4 192.0.2.1 198.51.100.2 56106 443\r\nGET / HTTP/1.1\r\n",
            "PROXY TCP6 2001:db8::1 ::ffff:192.0.2.1 1 65535\r\n", "PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n",
        ].map(\.bytes) + binaryProxyHeaders

    private static let binaryProxyHeaders: [[UInt8]] = [
        (0x21, 0x11, 12), (0x21, 0x21, 43), (0x21, 0x31, 216), (0x20, 0, 0),
    ]
    .map { (command: UInt8, family: UInt8, length: UInt8) -> [UInt8] in
        let start: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10, command, family, 0, length]
        return start + Array(repeating: 7, count: Int(length) + 3)
    }

    static let forwarded = [
        "192.0.2.1, 2001:db8::1, [2001:db8::2]:80, 192.0.2.2:4711, unknown",
        #"for=192.0.2.60;proto=http;by=203.0.113.43, For="[2001:db8:cafe::17]:4711", for="_a\"b,;""#,
    ].map(\.bytes)

    static let proxyWords = [
        "PROXY ", "TCP4", "TCP6", "UNKNOWN", " ", "\r\n", "\r", "65536", "00", "256", "::", ":", ".", ",", ";", "=",
        "\"", "\\",
        "[", "]", "for=", "%eth0", "\0", "QUIT\n", "1.2.3.4", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
    ].map(\.bytes)

    static let headroom = [
        """
        x-ratelimit-limit-requests: 1000
        x-ratelimit-remaining-tokens: 149000
        x-ratelimit-reset-requests: 1h36m16.107s
        retry-after-ms: 1500
        """,
        """
        anthropic-ratelimit-input-tokens-remaining: 40000
        anthropic-ratelimit-requests-reset: 2026-02-27T17:15:31Z
        retry-after: Fri, 27 Feb 2026 17:15:31 GMT
        """, "x-ratelimit-limit-req-10-second: 60\nx-ratelimit-reset: 1760000000000\nretry-after: 12\n",
    ].map(\.bytes)

    static let words =
        [
            "\r\n", "\n", "\r", " ", "\t", ":", ";", ",", "0", "-1", "+5", "0x5", "99999999999999999999", "1e308",
            "nan",
            "inf", "chunked", "Content-Length: 0\r\n", "Content-Length: 7\r\n", "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: identity\r\n", "Host: b\r\n", "HTTP/1.2", "HTTP/1.1", "\0", "\u{B}", "ffffffffffffffff",
            "0\r\n\r\n", "Connection: close\r\n", "x-ratelimit-remaining-requests-day: ", "retry-after: ", "µs", "ns",
            "1e15", "9999-99-99T99:99:99Z", " GMT",
        ].map(\.bytes) + [[0xFF], [0x80]]

    static let configurations = [
        """
        server: { listen: 127.0.0.1:8080 }
        store: sqlite:tuppence.db
        providers:
          local: { dialect: openai, base_url: http://127.0.0.1:9001/v1, api_key: ${KEY} }
        prices:
          local/m: { input: 0.80, cached_input: 0.08, output: 0.80 }
        routes:
          fast:
            strategy: weighted
            targets:
              - { target: local/m, weight: 80 }
            max_output_tokens: 4096
        keys:
          - { name: app, secret: tp_live_0123456789abcdef0123, routes: [fast] }
        budgets:
          - { name: app-daily, scope: { key: app }, limit: $20, per: day, timezone: UTC, hard: reject }
        """, "server: &a { listen: \"127.0.0.1:0\" }\nstore: *a\n", "providers: { openai: { api_key: ${KEY:-x} } }\n",
    ].map(\.bytes)

    static let configurationWords = [
        "\n", "  ", "- ", ": ", "{", "}", "[", "]", "\"", "'", "&a ", "*a", "<<: *a", "!!binary ", "|\n", ">\n", "#",
        "${KEY}", "${", "null", "~", "true", "-1", "1e999", "$20", "99999999999999999999", "per: minute", "\t", "---\n",
        "\u{FEFF}", "?", "%",
    ].map(\.bytes)
}
