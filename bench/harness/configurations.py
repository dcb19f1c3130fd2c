"""How each proxy is set up."""

KEY = "tp_live_benchbenchbenchbenchbench"

NGINX_CONFIGURATION = """\
daemon off;
{user}
worker_processes {threads};
pid {directory}/nginx.pid;
error_log {directory}/nginx-error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {directory}/client-body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    # The default closes a connection after 1000 requests, which would be measured as connection set-up.
    keepalive_requests 1000000000;
    upstream mock {{
        server 127.0.0.1:{mock};
        keepalive {idle_connections};
        keepalive_requests 1000000000;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://mock;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            # Off for whole answers too: whoever proxies streams has to, and a 1 KB answer is one read either way.
            proxy_buffering off;
        }}
    }}
}}
"""

HAPROXY_CONFIGURATION = """\
global
    nbthread {threads}
    maxconn 4096
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    http-reuse always
    # Without it HAProxy may hold back an event of a stream to fill a packet.
    option http-no-delay
frontend clients
    bind 127.0.0.1:{port}
    default_backend mock
backend mock
    # The default closes half of the idle connections every 5 s, so each round would begin by opening them again.
    server mock 127.0.0.1:{mock} pool-purge-delay 600s
"""

ENVOY_CONFIGURATION = """\
static_resources:
  listeners:
  - address: {{ socket_address: {{ address: 127.0.0.1, port_value: {port} }} }}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: bench
          route_config:
            virtual_hosts:
            - {{ name: all, domains: ["*"], routes: [{{ match: {{ prefix: / }}, route: {{ cluster: mock, timeout: 0s }} }}] }}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{ "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }}
  clusters:
  - name: mock
    type: STATIC
    load_assignment:
      cluster_name: mock
      endpoints:
      - lb_endpoints:
        - endpoint: {{ address: {{ socket_address: {{ address: 127.0.0.1, port_value: {mock} }} }} }}
"""

# Its own defaults: no database, no key, no logging of requests.
LITELLM_CONFIGURATION = """\
model_list:
  - model_name: mock-model
    litellm_params: {{ model: openai/mock-model, api_base: "http://127.0.0.1:{mock}/v1", api_key: none }}
litellm_settings: {{ set_verbose: false, turn_off_message_logging: true, telemetry: false }}
"""

TUPPENCE_CONFIGURATION = """\
server: {{ listen: 127.0.0.1:{port}, console: 127.0.0.1:{console} }}
store: {store}
providers:
  mock: {{ dialect: openai, base_url: http://127.0.0.1:{mock}/v1, api_key: none }}
  claude: {{ dialect: anthropic, base_url: http://127.0.0.1:{mock}/v1, api_key: none }}
prices:
  mock/mock-model: {{ input: 0.15, output: 0.60 }}
  claude/mock-model: {{ input: 0.15, output: 0.60 }}
routes:
  bench: {{ targets: [ mock/mock-model ], max_output_tokens: 1024 }}
  bench-claude: {{ targets: [ claude/mock-model ], max_output_tokens: 1024 }}
loops: off
keys:
  - {{ name: bench, secret: {key} }}
"""

# What stands under `budgets` (and further keys), by the name that the table shows. All but `tuppence` are there to be
# compared with each other in the scenarios `budgets` and `translate`.
TEN_BUDGETS = [
    f"  - {{ name: {name}-{period}, scope: {{ {scope} }}, limit: $1000000, per: {period} }}"
    for name, scope in (("key", "key: bench"), ("route", "route: each"))
    for period in ("minute", "hour", "day", "week", "month")
]


def budgets(lines):
    return "\n".join(["budgets:", *lines]) + "\n"


def many(count):
    """So many further keys, each with a budget of its own."""
    keys = [f"  - {{ name: key-{number}, secret: tp_live_{number:024d} }}" for number in range(count)]
    own = [f"  - {{ name: own-{number}, scope: {{ key: key-{number} }}, limit: $1, per: day }}" for number in range(count)]
    return "\n".join(keys) + "\n" + budgets(TEN_BUDGETS + own)


ONE_BUDGET = ["  - { name: bench-daily, scope: { key: bench }, limit: $1000000, per: day }"]
LEDGER_BUDGETS = [
    "  - { name: each-provider-monthly, scope: { provider: each }, limit: $1000000, per: month }",
    "  - { name: each-key-daily, scope: { key: each }, limit: $1000000, per: day }",
]
VARIANTS = {
    "tuppence": lambda: budgets(ONE_BUDGET),
    "no budgets": lambda: "",
    "10 budgets": lambda: budgets(TEN_BUDGETS),
    "and 10 more keys": lambda: many(10),
    "and 100,000 keys": lambda: many(100_000),
    "passed through": lambda: budgets(ONE_BUDGET),
    "translated": lambda: budgets(ONE_BUDGET),
    "on SQLite": lambda: budgets(ONE_BUDGET),
    "on PostgreSQL": lambda: budgets(ONE_BUDGET),
    # One that is there, with the budgets that bench-ledger has.
    "on a ledger": lambda: budgets(ONE_BUDGET + LEDGER_BUDGETS),
}
STORE_VARIANTS = ["on SQLite", "on PostgreSQL"]
BUDGET_VARIANTS = ["no budgets", "10 budgets", "and 10 more keys", "and 100,000 keys"]
TRANSLATE_VARIANTS = ["passed through", "translated"]
