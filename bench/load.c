// A load generator. Without RATE every connection sends its next request when the last answer has wholly arrived. With it
// so many requests a second are due whatever becomes of them: one for which no connection is free waits, and its time runs
// from when it was due; an answer of 503 is counted as refused and is no error.
//
//     load PORT CONNECTIONS SECONDS KEY BODY_FILE [RATE]
//
// Posts the file's content to 127.0.0.1:PORT/v1/chat/completions, or to /v1/embeddings where it has no messages, until SECONDS have passed, waits for the answers
// still under way, so that no half-done request is left out of the count, and prints one JSON object. An answer counts
// only if its status is 200, its framing is right to the last byte and its body ends as a completion or stream should.

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
#include <time.h>
#include <unistd.h>

enum { HEAD_LIMIT = 16384, SNIPPET = 400, TAIL = 16, GRACE_SECONDS = 10, MOST_ERRORS = 1000 };

enum state { IN_HEAD, IN_BODY, IN_CHUNK_SIZE, IN_CHUNK, AFTER_CHUNK, IN_TRAILERS, COMPLETE, MALFORMED };

// What is known of one answer. Cleared for each request.
struct answer {
    enum state state;
    int status;
    bool closes;           // the server will close the connection after this answer
    uint64_t left;         // bytes of the body or chunk still to come
    uint64_t body_length;  // body bytes seen so far, without framing
    size_t line_length;    // of the chunk size or trailer being read
    size_t head_length;
    char tail[TAIL];       // the last body bytes seen
    size_t tail_length;
    char snippet[SNIPPET]; // the first body bytes, to show if something is wrong
    size_t snippet_length;
};

struct connection {
    int fd;
    bool open, waiting;    // waiting: a request was sent and its answer is not complete
    bool resting;          // among the idle
    size_t sent;           // bytes of the request that the socket has accepted
    uint64_t started;
    struct answer answer;
    char head[HEAD_LIMIT];
};

static int poller, port;
static char *request;
static size_t request_length;
static bool expects_stream;
static uint64_t deadline;
static size_t waiting;  // connections with an answer under way

static uint64_t errors, refused, reads, body_bytes;
static double rate;              // requests a second; 0 where every connection sends as soon as it can
static uint64_t first_due, due;  // when the first request is due, and how many have been sent since
static struct connection **idle;
static size_t idle_count;
static uint32_t *latencies;  // in microseconds, one for each good answer
static size_t answered, latency_capacity;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

// MARK: Reading answers

static void parse_header(struct answer *answer, const char *line, size_t length, bool *chunked, bool *has_length) {
    if (length > 15 && strncasecmp(line, "content-length:", 15) == 0) {
        answer->left = strtoull(line + 15, NULL, 10);
        *has_length = true;
    } else if (length > 18 && strncasecmp(line, "transfer-encoding:", 18) == 0) {
        *chunked = memmem(line, length, "chunked", 7) != NULL;
    } else if (length > 11 && strncasecmp(line, "connection:", 11) == 0) {
        answer->closes = memmem(line, length, "close", 5) != NULL;
    }
}

// `head` is a whole head, blank line included. Returns the state that its body begins in.
static enum state parse_head(struct answer *answer, const char *head, size_t length) {
    if (length < 13 || memcmp(head, "HTTP/1.1 ", 9) != 0) return MALFORMED;
    answer->status = atoi(head + 9);
    if (answer->status < 200) return answer->status == 100 ? IN_HEAD : MALFORMED;
    bool chunked = false, has_length = false;
    const char *end = head + length;
    for (const char *line = head; line < end;) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        parse_header(answer, line, (size_t)(next - line), &chunked, &has_length);
        line = next + 1;
    }
    if (chunked == has_length) return MALFORMED;  // both, or delimited by close: wrong on a connection kept alive
    if (chunked) return IN_CHUNK_SIZE;
    return answer->left ? IN_BODY : COMPLETE;
}

// Moves bytes into `connection->head` until it is whole. Returns how many were taken.
static size_t take_head(struct connection *connection, const char *data, size_t length) {
    struct answer *answer = &connection->answer;
    for (size_t i = 0; i < length; i++) {
        if (answer->head_length == HEAD_LIMIT - 1) {
            answer->state = MALFORMED;
            return i;
        }
        connection->head[answer->head_length++] = data[i];
        connection->head[answer->head_length] = 0;
        if (data[i] != '\n' || answer->head_length < 4) continue;
        if (memcmp(connection->head + answer->head_length - 4, "\r\n\r\n", 4) != 0) continue;
        answer->state = parse_head(answer, connection->head, answer->head_length);
        answer->head_length = 0;
        return i + 1;
    }
    return length;
}

static void remember_tail(struct answer *answer, const char *data, size_t length) {
    if (length >= TAIL) {
        memcpy(answer->tail, data + length - TAIL, TAIL);
        answer->tail_length = TAIL;
        return;
    }
    size_t kept = answer->tail_length + length > TAIL ? TAIL - length : answer->tail_length;
    memmove(answer->tail, answer->tail + answer->tail_length - kept, kept);
    memcpy(answer->tail + kept, data, length);
    answer->tail_length = kept + length;
}

// Takes body bytes up to the end of the body or chunk.
static size_t take_body(struct answer *answer, const char *data, size_t length, enum state after) {
    size_t count = length < answer->left ? length : answer->left;
    size_t shown = SNIPPET - answer->snippet_length < count ? SNIPPET - answer->snippet_length : count;
    memcpy(answer->snippet + answer->snippet_length, data, shown);
    answer->snippet_length += shown;
    remember_tail(answer, data, count);
    answer->body_length += count;
    answer->left -= count;
    if (answer->left == 0) answer->state = after;
    return count;
}

static int hex_digit(char byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    return -1;
}

// One byte of a chunk's size line: hexadecimal digits, then CRLF. No proxy measured here sends extensions.
static enum state take_chunk_size(struct answer *answer, char byte) {
    if (byte == '\r') return IN_CHUNK_SIZE;
    if (byte == '\n') {
        if (answer->line_length == 0) return MALFORMED;
        answer->line_length = 0;
        return answer->left ? IN_CHUNK : IN_TRAILERS;
    }
    int digit = hex_digit(byte);
    if (digit < 0 || ++answer->line_length > 8) return MALFORMED;
    answer->left = answer->left * 16 + (uint64_t)digit;
    return IN_CHUNK_SIZE;
}

static enum state take_chunk_end(char byte) {
    if (byte == '\r') return AFTER_CHUNK;
    return byte == '\n' ? IN_CHUNK_SIZE : MALFORMED;
}

static enum state take_trailer(struct answer *answer, char byte) {
    if (byte == '\n') {
        if (answer->line_length == 0) return COMPLETE;
        answer->line_length = 0;
    } else if (byte != '\r') {
        answer->line_length++;
    }
    return IN_TRAILERS;
}

static size_t take(struct connection *connection, const char *data, size_t length) {
    struct answer *answer = &connection->answer;
    switch (answer->state) {
        case IN_HEAD: return take_head(connection, data, length);
        case IN_BODY: return take_body(answer, data, length, COMPLETE);
        case IN_CHUNK: return take_body(answer, data, length, AFTER_CHUNK);
        case IN_CHUNK_SIZE: answer->state = take_chunk_size(answer, *data); return 1;
        case AFTER_CHUNK: answer->state = take_chunk_end(*data); return 1;
        case IN_TRAILERS: answer->state = take_trailer(answer, *data); return 1;
        case COMPLETE:  // bytes nobody asked for
        case MALFORMED: answer->state = MALFORMED; return length;
    }
    return length;
}

static bool ends_as_expected(const struct answer *answer) {
    size_t length = answer->tail_length;
    while (length && (answer->tail[length - 1] == '\n' || answer->tail[length - 1] == '\r')) length--;
    if (!expects_stream) return length && answer->tail[length - 1] == '}';
    return length >= 12 && memcmp(answer->tail + length - 12, "data: [DONE]", 12) == 0;
}

// MARK: Connections

static void watch(struct connection *connection, int operation, uint32_t interest) {
    struct epoll_event event = {.events = interest, .data.ptr = connection};
    if (epoll_ctl(poller, operation, connection->fd, &event) < 0) fail("epoll_ctl");
}

static void open_connection(struct connection *connection) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // Blocking: on the loopback interface a connection is accepted at once or refused at once.
    if (connect(connection->fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    connection->open = true;
    watch(connection, EPOLL_CTL_ADD, EPOLLIN);
}

static void close_connection(struct connection *connection) {
    close(connection->fd);
    connection->open = false;
    if (connection->waiting) waiting--;
    connection->waiting = false;
}

static bool send_rest(struct connection *connection) {
    ssize_t sent = send(connection->fd, request + connection->sent, request_length - connection->sent,
                        MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) return false;
    bool was_partial = connection->sent > 0;
    if (sent > 0) connection->sent += (size_t)sent;
    bool partial = connection->sent < request_length;
    if (partial || was_partial) watch(connection, EPOLL_CTL_MOD, EPOLLIN | (partial ? EPOLLOUT : 0));
    return true;
}

static void report_error(const struct connection *connection, const char *what) {
    const struct answer *answer = &connection->answer;
    // The first one says what is wrong; the rest would only say it again.
    if (errors++ == 0) {
        fprintf(stderr, "load: %s (status %d): %.*s\n", what, answer->status, (int)answer->snippet_length,
                answer->snippet);
    }
    if (errors < MOST_ERRORS) return;
    fprintf(stderr, "load: gave up after %d errors\n", MOST_ERRORS);
    exit(1);
}

static uint64_t next_due(void) { return first_due + (uint64_t)((double)due * 1e9 / rate); }

// Sends the next request, on a new connection if the last was closed; nothing once time is up.
static void start_request(struct connection *connection) {
    while (now() < deadline) {
        uint64_t started = now();
        if (rate > 0) {
            if (next_due() > started || next_due() >= deadline) {
                // One that the server closes while it rests comes by here again.
                if (!connection->resting) idle[idle_count++] = connection;
                connection->resting = true;
                return;
            }
            started = next_due();
            due++;
        }
        if (!connection->open) open_connection(connection);
        memset(&connection->answer, 0, sizeof connection->answer);
        connection->sent = 0;
        connection->started = started;
        connection->waiting = true;
        waiting++;
        if (send_rest(connection)) return;
        close_connection(connection);
        report_error(connection, "the connection broke while sending");
    }
}

static void record_latency(uint64_t nanoseconds) {
    if (answered == latency_capacity) {
        latency_capacity = latency_capacity ? latency_capacity * 2 : 65536;
        latencies = realloc(latencies, latency_capacity * sizeof *latencies);
        if (!latencies) fail("realloc");
    }
    latencies[answered++] = (uint32_t)(nanoseconds / 1000);
}

static void finish_request(struct connection *connection) {
    const struct answer *answer = &connection->answer;
    bool good = answer->state == COMPLETE && answer->status == 200 && ends_as_expected(answer);
    if (good) {
        record_latency(now() - connection->started);
        body_bytes += answer->body_length;
    } else if (rate > 0 && answer->state == COMPLETE && answer->status == 503) {
        refused++;
    } else {
        report_error(connection, answer->state == MALFORMED ? "malformed answer" : "unexpected answer");
    }
    waiting--;
    connection->waiting = false;
    if (answer->closes || answer->state == MALFORMED) close_connection(connection);
    start_request(connection);
}

static void receive(struct connection *connection) {
    static char buffer[65536];
    ssize_t count = recv(connection->fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
        bool lost = connection->waiting;
        close_connection(connection);
        if (lost) report_error(connection, "the connection closed before the answer was complete");
        start_request(connection);
        return;
    }
    reads++;
    if (!connection->waiting) connection->answer.state = MALFORMED;
    for (size_t used = 0; used < (size_t)count;) {
        used += take(connection, buffer + used, (size_t)count - used);
    }
    if (connection->answer.state >= COMPLETE && connection->waiting) finish_request(connection);
}

static void serve(struct connection *connection, uint32_t ready) {
    if ((ready & EPOLLOUT) && !send_rest(connection)) ready |= EPOLLHUP;
    if (ready & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(connection);
}

// MARK: The run

static void build_request(const char *key, const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    char body[65536];
    size_t length = fread(body, 1, sizeof body - 1, file);
    fclose(file);
    body[length] = 0;
    expects_stream = memmem(body, length, "\"stream\":true", 13) != NULL;
    const char *endpoint = memmem(body, length, "\"messages\":", 11) ? "chat/completions" : "embeddings";
    int total = asprintf(&request,
                         "POST /v1/%s HTTP/1.1\r\nhost: 127.0.0.1:%d\r\nauthorization: Bearer %s\r\n"
                         "content-type: application/json\r\naccept: */*\r\nuser-agent: bench\r\ncontent-length: %zu\r\n"
                         "\r\n%s",
                         endpoint, port, key, length, body);
    if (total < 0) fail("asprintf");
    request_length = (size_t)total;
}

static void run(size_t count) {
    struct connection *connections = calloc(count, sizeof *connections);
    if (!connections) fail("calloc");
    idle = calloc(count, sizeof *idle);
    if (!idle) fail("calloc");
    first_due = now();
    for (size_t i = 0; i < count; i++) start_request(&connections[i]);
    uint64_t give_up = deadline + (uint64_t)GRACE_SECONDS * 1000000000;
    struct epoll_event ready[256];
    while ((waiting > 0 || (rate > 0 && now() < deadline)) && now() < give_up) {
        int events = epoll_wait(poller, ready, 256, rate > 0 && now() < deadline ? 1 : 1000);
        for (int i = 0; i < events; i++) serve(ready[i].data.ptr, ready[i].events);
        // Each of them either sends one or lies down again.
        for (size_t left = idle_count; rate > 0 && left > 0 && next_due() <= now(); left--) {
            struct connection *next = idle[--idle_count];
            next->resting = false;
            start_request(next);
        }
    }
    for (size_t i = 0; i < count && waiting > 0; i++) {
        if (connections[i].waiting) report_error(&connections[i], "no complete answer in time");
    }
    free(idle);
    free(connections);
}

static int by_size(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static uint32_t percentile(double part) {
    return answered ? latencies[(size_t)((double)(answered - 1) * part)] : 0;
}

static void print_result(double seconds) {
    if (answered) qsort(latencies, answered, sizeof *latencies, by_size);
    double each = answered ? (double)answered : 1;
    printf("{\"requests\": %zu, \"errors\": %llu, \"refused\": %llu, \"seconds\": %.4f, \"p50_us\": %u, \"p99_us\": %u, "
           "\"reads_per_request\": %.1f, \"body_bytes_per_request\": %.1f}\n",
           answered, (unsigned long long)errors, (unsigned long long)refused, seconds, percentile(0.5), percentile(0.99), (double)reads / each,
           (double)body_bytes / each);
}

int main(int argc, char **argv) {
    if (argc != 6 && argc != 7) {
        fprintf(stderr, "usage: load PORT CONNECTIONS SECONDS KEY BODY_FILE [RATE]\n");
        return 2;
    }
    if (argc == 7) rate = atof(argv[6]);
    port = atoi(argv[1]);
    build_request(argv[4], argv[5]);
    poller = epoll_create1(EPOLL_CLOEXEC);
    uint64_t started = now();
    deadline = started + (uint64_t)(atof(argv[3]) * 1e9);
    run((size_t)atoi(argv[2]));
    print_result((double)(now() - started) / 1e9);
}
