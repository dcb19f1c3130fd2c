// A provider that costs almost nothing, for measuring what stands in front of it.
//
//     mock PORT [PACE_MICROSECONDS]
//
// One thread, one epoll, HTTP/1.1 with keep-alive on 127.0.0.1:PORT. A request whose body contains `"stream":true` is
// answered with a paced OpenAI chat stream, any other POST with a fixed chat completion, GET with a small JSON object.
// A POST to /v1/messages gets the same text in Anthropic's dialect, one to /v1/embeddings a vector of 1,536 numbers.
// Every answer is rendered once at start, so that no proxy's share of the machine depends on work done here.

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { CONTENT_CHUNKS = 100, VECTOR_LENGTH = 1536, MOST_EVENTS = CONTENT_CHUNKS + 5, LARGEST_REQUEST = 1 << 20, NOT_STREAMING = -1 };

struct bytes {
    char *data;
    size_t length, capacity;
};

// The events of a stream, in their order.
struct script {
    struct bytes events[MOST_EVENTS];
    int count;
    int usage;  // the event that only those get who asked for it; -1 if there is none
};

struct connection {
    int fd;
    struct bytes input;   // received and not yet consumed
    struct bytes output;  // answered and not yet accepted by the socket
    const struct script *script;
    int event;            // the stream event that is due next, or NOT_STREAMING
    bool wants_usage;
    uint64_t due;  // in nanoseconds of the monotonic clock
    struct connection *earlier, *later;
};

static int poller, timer, listener;  // the addresses of the last two tell their events apart
static uint64_t pace = 5000000;
static struct connection *first, *last;  // the open streams, by due time
static struct bytes answer, message, embedding, small_answer, stream_head;
static struct script chat = {.usage = -1}, messages = {.usage = -1};

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

// MARK: Bytes

static void reserve(struct bytes *bytes, size_t more) {
    if (bytes->length + more <= bytes->capacity) return;
    size_t capacity = bytes->capacity ? bytes->capacity : 4096;
    while (capacity < bytes->length + more) capacity *= 2;
    bytes->data = realloc(bytes->data, capacity);
    if (!bytes->data) fail("realloc");
    bytes->capacity = capacity;
}

static void append(struct bytes *bytes, const char *data, size_t length) {
    reserve(bytes, length);
    memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
}

static void drop_front(struct bytes *bytes, size_t count) {
    bytes->length -= count;
    memmove(bytes->data, bytes->data + count, bytes->length);
}

// MARK: Answers, rendered once

static void append_text(struct bytes *bytes, const char *text) { append(bytes, text, strlen(text)); }

static struct bytes json_answer(const char *body) {
    struct bytes result = {0};
    char head[128];
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n",
             strlen(body));
    append_text(&result, head);
    append_text(&result, body);
    return result;
}

// Adds one server-sent event as one HTTP chunk. `name` may be NULL.
static void add_event(struct script *script, const char *name, const char *json) {
    struct bytes *event = &script->events[script->count++];
    char line[64] = "";
    if (name) snprintf(line, sizeof line, "event: %s\n", name);
    char size[32];
    snprintf(size, sizeof size, "%zx\r\n", strlen(line) + strlen("data: ") + strlen(json) + strlen("\n\n"));
    append_text(event, size);
    append_text(event, line);
    append_text(event, "data: ");
    append_text(event, json);
    append_text(event, "\n\n\r\n");
}

static void end_events(struct script *script) { append_text(&script->events[script->count - 1], "0\r\n\r\n"); }

#define CHUNK_START                                                                                \
    "{\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\"," \
    "\"created\":1741570283,\"model\":\"mock-model\",\"choices\":["

static void add_delta(const char *delta, const char *finish) {
    char json[512];
    snprintf(json, sizeof json, CHUNK_START "{\"index\":0,\"delta\":{%s},\"finish_reason\":%s}]}", delta, finish);
    add_event(&chat, NULL, json);
}

// As many digits as OpenAI sends; what the numbers are is nobody's business here.
static struct bytes embedding_answer(void) {
    struct bytes body = {0};
    append_text(&body, "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[");
    for (int i = 0; i < VECTOR_LENGTH; i++) {
        char number[32];
        snprintf(number, sizeof number, "%s%.16f", i ? "," : "", (double)((i * 7919) % 2001 - 1000) / 17320.5);
        append_text(&body, number);
    }
    append_text(&body, "]}],\"model\":\"mock-model\",\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}");
    append(&body, "", 1);
    struct bytes result = json_answer(body.data);
    free(body.data);
    return result;
}

static const char *const words[] = {" the", " ledger", " holds", " what", " a", " request", " could", " cost"};

static void render_chat(void) {
    add_delta("\"role\":\"assistant\",\"content\":\"\"", "null");
    for (int i = 1; i <= CONTENT_CHUNKS; i++) {
        char delta[64];
        snprintf(delta, sizeof delta, "\"content\":\"%s\"", words[i % 8]);
        add_delta(delta, "null");
    }
    add_delta("", "\"stop\"");
    chat.usage = chat.count;
    add_event(&chat, NULL,
              CHUNK_START "],\"usage\":{\"prompt_tokens\":210,\"completion_tokens\":100,\"total_tokens\":310}}");
    add_event(&chat, NULL, "[DONE]");
    end_events(&chat);
}

static void render_messages(void) {
    add_event(&messages, "message_start",
              "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_01B9MBs8CjcvOU2jLn4n570S\",\"type\":\"message\","
              "\"role\":\"assistant\",\"model\":\"mock-model\",\"content\":[],\"stop_reason\":null,"
              "\"stop_sequence\":null,\"usage\":{\"input_tokens\":210,\"cache_creation_input_tokens\":0,"
              "\"cache_read_input_tokens\":0,\"output_tokens\":1}}}");
    add_event(&messages, "content_block_start",
              "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
    for (int i = 1; i <= CONTENT_CHUNKS; i++) {
        char json[256];
        snprintf(json, sizeof json,
                 "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}",
                 words[i % 8]);
        add_event(&messages, "content_block_delta", json);
    }
    add_event(&messages, "content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}");
    add_event(&messages, "message_delta",
              "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
              "\"usage\":{\"output_tokens\":100}}");
    add_event(&messages, "message_stop", "{\"type\":\"message_stop\"}");
    end_events(&messages);
}

#define ANSWER_TEXT                                                                                                    \
    "A ledger that settles before the last byte leaves can promise two things. First, what a caller sees answered "    \
    "has been paid for: a crash between the answer and the posting cannot lose it: there is no such moment. "          \
    "Second, the balance shown to the next request is never older than the answer before it, so two requests "         \
    "cannot both spend the same remainder. The price is one durable write on the way out, and it is shared: while "    \
    "the disk is busy with one commit, the settlements that arrive wait together and go out in the next one.\\n\\n"    \
    "For the budget this means that the limit is a limit, and not a number that was true a moment ago."

static void render_answers(void) {
    embedding = embedding_answer();
    small_answer = json_answer("{\"object\":\"list\",\"data\":[{\"id\":\"mock-model\",\"object\":\"model\"}]}");
    answer = json_answer(
        "{\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion\",\"created\":1741570283,"
        "\"model\":\"mock-model\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
        ANSWER_TEXT
        "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":210,"
        "\"completion_tokens\":142,\"total_tokens\":352,\"prompt_tokens_details\":{\"cached_tokens\":0}},"
        "\"system_fingerprint\":\"fp_44709d6fcb\"}");
    message = json_answer(
        "{\"id\":\"msg_01B9MBs8CjcvOU2jLn4n570S\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"mock-model\","
        "\"content\":[{\"type\":\"text\",\"text\":\""
        ANSWER_TEXT
        "\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":210,"
        "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":142}}");
    append_text(&stream_head,
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n"
                "transfer-encoding: chunked\r\n\r\n");
    render_chat();
    render_messages();
}

// MARK: Open streams, by due time

static void enqueue(struct connection *connection) {
    // Nearly always the last place: every stream has the same pace.
    struct connection *before = last;
    while (before && before->due > connection->due) before = before->earlier;
    connection->earlier = before;
    connection->later = before ? before->later : first;
    *(before ? &before->later : &first) = connection;
    *(connection->later ? &connection->later->earlier : &last) = connection;
}

static void dequeue(struct connection *connection) {
    *(connection->earlier ? &connection->earlier->later : &first) = connection->later;
    *(connection->later ? &connection->later->earlier : &last) = connection->earlier;
    connection->earlier = connection->later = NULL;
}

static void arm_timer(void) {
    static uint64_t armed;
    uint64_t due = first ? first->due : 0;  // 0 disarms
    if (due == armed) return;
    armed = due;
    struct itimerspec when = {.it_value = {(time_t)(due / 1000000000), (long)(due % 1000000000)}};
    if (timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL) < 0) fail("timerfd_settime");
}

// MARK: Connections

static void close_connection(struct connection *connection) {
    if (connection->event != NOT_STREAMING) dequeue(connection);
    close(connection->fd);
    free(connection->input.data);
    free(connection->output.data);
    free(connection);
}

static void watch(struct connection *connection, int operation) {
    struct epoll_event event = {.events = EPOLLIN | (connection->output.length ? EPOLLOUT : 0), .data.ptr = connection};
    if (epoll_ctl(poller, operation, connection->fd, &event) < 0) fail("epoll_ctl");
}

// Sends what is waiting; false once the peer is gone.
static bool flush(struct connection *connection) {
    ssize_t sent = send(connection->fd, connection->output.data, connection->output.length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return false;
    if (sent > 0) drop_front(&connection->output, (size_t)sent);
    return true;
}

// Sends `data` in a write() of its own, unless the socket is still full with what came before.
static bool answer_with(struct connection *connection, const struct bytes *data) {
    bool was_waiting = connection->output.length > 0;
    append(&connection->output, data->data, data->length);
    if (was_waiting) return true;
    if (!flush(connection)) return false;
    if (connection->output.length) watch(connection, EPOLL_CTL_MOD);
    return true;
}

static bool asks_for_stream(const char *body, size_t length) {
    const char *end = body + length;
    const char *place = memmem(body, length, "\"stream\"", 8);
    if (!place) return false;
    place += 8;
    while (place < end && (*place == ' ' || *place == ':')) place++;
    return end - place >= 4 && memcmp(place, "true", 4) == 0;
}

static bool start_stream(struct connection *connection, const struct script *script, bool wants_usage) {
    connection->script = script;
    connection->event = 0;
    connection->wants_usage = wants_usage;
    // A random part of the pace, from a fixed seed: otherwise all streams would march in step and every proxy would
    // be measured on bursts of events that real providers do not send.
    connection->due = now() + (uint64_t)((double)rand() / RAND_MAX * (double)pace);
    enqueue(connection);
    return answer_with(connection, &stream_head);
}

// Sends the event that is due and says when the next one is.
static bool continue_stream(struct connection *connection) {
    dequeue(connection);
    const struct script *script = connection->script;
    if (connection->event == script->usage && !connection->wants_usage) connection->event++;
    const struct bytes *chunk = &script->events[connection->event];
    connection->event = connection->event == script->count - 1 ? NOT_STREAMING : connection->event + 1;
    if (connection->event != NOT_STREAMING) {
        // A stream that is late stays late: two events at once would reach the proxy as one read, which is cheaper.
        uint64_t time = now();
        connection->due += pace;
        if (connection->due <= time) connection->due = time + pace;
        enqueue(connection);
    }
    return answer_with(connection, chunk);
}

// The value of a header, or NULL. `name` is in lower case and ends in a colon.
static const char *header(const char *name, const char *head, size_t length) {
    const char *end = head + length;
    size_t name_length = strlen(name);
    for (const char *line = head; line; line = memchr(line, '\n', (size_t)(end - line))) {
        if (*line == '\n' && ++line == end) break;
        if ((size_t)(end - line) > name_length && strncasecmp(line, name, name_length) == 0) return line + name_length;
    }
    return NULL;
}

// -1: a body that is not framed by its length, which every proxy measured here sends on as it came.
static long content_length(const char *head, size_t length) {
    if (header("transfer-encoding:", head, length)) return -1;
    const char *value = header("content-length:", head, length);
    return value ? strtol(value, NULL, 10) : 0;
}

// Answers one whole request and returns its length; 0 if it has not arrived yet, -1 if the connection must close.
static ssize_t answer_request(struct connection *connection) {
    const char *head = connection->input.data;
    if (connection->input.length == 0) return 0;
    const char *blank = memmem(head, connection->input.length, "\r\n\r\n", 4);
    if (!blank) return connection->input.length > LARGEST_REQUEST ? -1 : 0;

    size_t head_length = (size_t)(blank + 4 - head);
    long body_length = content_length(head, head_length);
    if (body_length < 0 || body_length > LARGEST_REQUEST) return -1;
    size_t whole = head_length + (size_t)body_length;
    if (connection->input.length < whole) return 0;

    const char *body = head + head_length;
    bool asks_for_message = head_length > 17 && memcmp(head, "POST /v1/messages", 17) == 0;
    bool answered;
    if (memcmp(head, "GET ", 4) == 0) {
        answered = answer_with(connection, &small_answer);
    } else if (asks_for_stream(body, (size_t)body_length)) {
        bool wants_usage = memmem(body, (size_t)body_length, "include_usage", 13) != NULL;
        answered = start_stream(connection, asks_for_message ? &messages : &chat, wants_usage);
    } else {
        bool asks_for_vector = head_length > 19 && memcmp(head, "POST /v1/embeddings", 19) == 0;
        answered = answer_with(connection, asks_for_message ? &message : asks_for_vector ? &embedding : &answer);
    }
    return answered ? (ssize_t)whole : -1;
}

// Answers what has arrived, in order; a pipelined request waits for the stream before it. False: close.
static bool answer_requests(struct connection *connection) {
    while (connection->event == NOT_STREAMING) {
        ssize_t consumed = answer_request(connection);
        if (consumed < 0) return false;
        if (consumed == 0) return true;
        drop_front(&connection->input, (size_t)consumed);
    }
    return connection->input.length <= LARGEST_REQUEST;
}

static bool receive(struct connection *connection) {
    reserve(&connection->input, 16384);
    size_t room = connection->input.capacity - connection->input.length;
    ssize_t count = recv(connection->fd, connection->input.data + connection->input.length, room, 0);
    if (count < 0) return errno == EAGAIN;
    if (count == 0) return false;
    connection->input.length += (size_t)count;
    return answer_requests(connection);
}

static bool send_waiting(struct connection *connection) {
    if (!flush(connection)) return false;
    if (connection->output.length == 0) watch(connection, EPOLL_CTL_MOD);
    return true;
}

static void serve(struct connection *connection, uint32_t ready) {
    bool open = true;
    if (ready & EPOLLOUT) open = send_waiting(connection);
    if (open && (ready & (EPOLLIN | EPOLLHUP | EPOLLERR))) open = receive(connection);
    if (!open) close_connection(connection);
}

static void send_due_events(void) {
    for (uint64_t time = now(); first && first->due <= time;) {
        struct connection *connection = first;
        bool open = continue_stream(connection);
        if (open && connection->event == NOT_STREAMING) open = answer_requests(connection);
        if (!open) close_connection(connection);
    }
}

// MARK: Listening

static void accept_connections(void) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        struct connection *connection = calloc(1, sizeof *connection);
        if (!connection) fail("calloc");
        connection->fd = fd;
        connection->event = NOT_STREAMING;
        watch(connection, EPOLL_CTL_ADD);
    }
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
    if (listen(fd, 1024) < 0) fail("listen");
    return fd;
}

static void watch_source(int fd, void *source, uint32_t interest) {
    struct epoll_event event = {.events = interest, .data.ptr = source};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static void run(int port) {
    listener = listen_on(port);
    watch_source(listener, &listener, EPOLLIN);
    // Edge-triggered: the expiry count is never read, which saves a system call for each event.
    watch_source(timer, &timer, EPOLLIN | EPOLLET);
    struct epoll_event ready[256];
    for (;;) {
        int count = epoll_wait(poller, ready, 256, -1);
        for (int i = 0; i < count; i++) {
            void *source = ready[i].data.ptr;
            if (source == &listener) accept_connections();
            else if (source != &timer) serve(source, ready[i].events);
        }
        send_due_events();
        arm_timer();
    }
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: mock PORT [PACE_MICROSECONDS]\n");
        return 2;
    }
    if (argc > 2) pace = strtoull(argv[2], NULL, 10) * 1000;
    render_answers();
    poller = epoll_create1(EPOLL_CLOEXEC);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    run(atoi(argv[1]));
}
