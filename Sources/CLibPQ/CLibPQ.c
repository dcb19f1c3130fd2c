#include "CLibPQ.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

// Each function stands here once, by its result, its name, its parameters and what they are called with.
#define FUNCTIONS(F) \
    F(PGconn *, PQconnectdbParams, (const char *const *keywords, const char *const *values, int expand), \
      (keywords, values, expand)) \
    F(ConnStatusType, PQstatus, (const PGconn *connection), (connection)) \
    F(PGTransactionStatusType, PQtransactionStatus, (const PGconn *connection), (connection)) \
    F(char *, PQerrorMessage, (const PGconn *connection), (connection)) \
    F(int, PQsocket, (const PGconn *connection), (connection)) \
    F(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn *connection, PQnoticeReceiver receiver, void *context), \
      (connection, receiver, context)) \
    F(int, PQsetnonblocking, (PGconn *connection, int isOn), (connection, isOn)) \
    F(int, PQenterPipelineMode, (PGconn *connection), (connection)) \
    F(int, PQsendPrepare, \
      (PGconn *connection, const char *name, const char *query, int count, const Oid *types), \
      (connection, name, query, count, types)) \
    F(int, PQsendQueryPrepared, \
      (PGconn *connection, const char *name, int count, const char *const *values, const int *lengths, \
       const int *formats, int resultFormat), \
      (connection, name, count, values, lengths, formats, resultFormat)) \
    F(int, PQpipelineSync, (PGconn *connection), (connection)) \
    F(int, PQflush, (PGconn *connection), (connection)) \
    F(int, PQconsumeInput, (PGconn *connection), (connection)) \
    F(int, PQisBusy, (PGconn *connection), (connection)) \
    F(PGresult *, PQgetResult, (PGconn *connection), (connection)) \
    F(void, PQfinish, (PGconn *connection), (connection)) \
    F(ExecStatusType, PQresultStatus, (const PGresult *result), (result)) \
    F(char *, PQresultErrorMessage, (const PGresult *result), (result)) \
    F(char *, PQresultErrorField, (const PGresult *result, int field), (result, field)) \
    F(int, PQntuples, (const PGresult *result), (result)) \
    F(char *, PQcmdTuples, (PGresult *result), (result)) \
    F(int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column)) \
    F(char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column)) \
    F(int, PQgetlength, (const PGresult *result, int row, int column), (result, row, column)) \
    F(void, PQclear, (PGresult *result), (result))

#define POINTER(result, name, parameters, arguments) static result(*found_##name) parameters;
FUNCTIONS(POINTER)

#define FORWARD(result, name, parameters, arguments) \
    result name parameters { return found_##name arguments; }
FUNCTIONS(FORWARD)

static const char *const names[] = {
#ifdef __APPLE__
    "libpq.5.dylib", "/opt/homebrew/opt/libpq/lib/libpq.5.dylib", "/usr/local/opt/libpq/lib/libpq.5.dylib",
#else
    "libpq.so.5",
#endif
    NULL,
};

static bool is_open = false;

static void open_once(void) {
    void *library = NULL;
    for (const char *const *name = names; *name && !library; name++) library = dlopen(*name, RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    bool has_all = true;
#define FIND(result, name, parameters, arguments) \
    found_##name = (result(*) parameters)dlsym(library, #name); \
    has_all = has_all && found_##name;
    FUNCTIONS(FIND)
    is_open = has_all;
}

bool libpq_open(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_once);
    return is_open;
}
