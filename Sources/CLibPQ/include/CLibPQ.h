// What is asked of libpq, PostgreSQL's client library, by its own names (https://www.postgresql.org/docs/current/libpq.html).
// It is opened when it is first needed: a gateway whose ledger is in SQLite neither needs it nor pays for the dozen libraries
// that come with it.
#ifndef CLIBPQ_H
#define CLIBPQ_H

#include <stdbool.h>

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef unsigned int Oid;
typedef void (*PQnoticeReceiver)(void *context, const PGresult *result);

// The numbers are part of libpq's ABI, which has been that of libpq.so.5 since PostgreSQL 8.0.
typedef enum { CONNECTION_OK = 0 } ConnStatusType;
typedef enum { PQTRANS_IDLE = 0 } PGTransactionStatusType;
typedef enum {
    PGRES_COMMAND_OK = 1,
    PGRES_TUPLES_OK = 2,
    PGRES_PIPELINE_SYNC = 10,
    PGRES_PIPELINE_ABORTED = 11
} ExecStatusType;

#pragma GCC visibility push(hidden)

/// Opens the library, once. Nothing else may be called unless this says true.
///
/// - Returns: whether it is there, and of PostgreSQL 14 or later.
bool libpq_open(void);

PGconn *PQconnectdbParams(const char *const *keywords, const char *const *values, int expand);
ConnStatusType PQstatus(const PGconn *connection);
PGTransactionStatusType PQtransactionStatus(const PGconn *connection);
char *PQerrorMessage(const PGconn *connection);
int PQsocket(const PGconn *connection);
PQnoticeReceiver PQsetNoticeReceiver(PGconn *connection, PQnoticeReceiver receiver, void *context);
int PQsetnonblocking(PGconn *connection, int isOn);
int PQenterPipelineMode(PGconn *connection);
int PQsendPrepare(PGconn *connection, const char *name, const char *query, int count, const Oid *types);
int PQsendQueryPrepared(
    PGconn *connection, const char *name, int count, const char *const *values, const int *lengths, const int *formats,
    int resultFormat);
int PQpipelineSync(PGconn *connection);
int PQflush(PGconn *connection);
int PQconsumeInput(PGconn *connection);
int PQisBusy(PGconn *connection);
PGresult *PQgetResult(PGconn *connection);
void PQfinish(PGconn *connection);
ExecStatusType PQresultStatus(const PGresult *result);
char *PQresultErrorMessage(const PGresult *result);
char *PQresultErrorField(const PGresult *result, int field);
int PQntuples(const PGresult *result);
char *PQcmdTuples(PGresult *result);
int PQgetisnull(const PGresult *result, int row, int column);
char *PQgetvalue(const PGresult *result, int row, int column);
int PQgetlength(const PGresult *result, int row, int column);
void PQclear(PGresult *result);

#pragma GCC visibility pop

#endif
