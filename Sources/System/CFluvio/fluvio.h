/* fluvio.h: Fluvio from C and whatever can call C.
 *
 * Every function blocks until it is done, and may be called from any thread; handles may be shared by threads, except
 * that a consumer is read by one thread at a time, and that nobody uses a handle while it is closed. The library starts
 * threads of its own, which never call back. It leaves signals alone, SIGPIPE too.
 *
 * Texts are UTF-8 and end with a zero byte. Where a function takes a fluvio_error, it may be NULL; it is written when
 * the function fails, and only then.
 *
 * Apache-2.0. */
#ifndef FLUVIO_H
#define FLUVIO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of failure it was. New kinds may come. */
enum {
    FLUVIO_OK = 0,
    FLUVIO_ERROR = 1,          /* Any that has no number of its own: the message tells. */
    FLUVIO_INVALID = 2,        /* An argument, profile or certificate that cannot be. */
    FLUVIO_UNREACHABLE = 3,    /* No connection to the cluster. */
    FLUVIO_BUSY = 4,           /* Another process holds the file. */
    FLUVIO_NOT_FOUND = 5,      /* No such profile, topic, partition or object. */
    FLUVIO_EXISTS = 6,         /* There is one of that name already. */
    FLUVIO_REFUSED = 7,        /* The cluster does not take it. */
    FLUVIO_NOT_READY = 8,      /* A topic or partition that has no leader in time. */
    FLUVIO_TIMEOUT = 9,        /* No answer in time: whether it was done is not known. */
    FLUVIO_CONNECTION_LOST = 10, /* Broken in the middle: whether it was done is not known. */
    FLUVIO_OUT_OF_RANGE = 11,  /* An offset behind the end. */
    FLUVIO_EVICTED = 12,       /* An offset whose records are not kept any more. */
    FLUVIO_CORRUPT = 13,       /* Stored records are damaged. */
    FLUVIO_TOO_LARGE = 14,     /* A record that no server stores. */
    FLUVIO_UNACKNOWLEDGED = 15, /* Records that are not known to be stored. */
    FLUVIO_CLOSED = 16         /* The handle was closed. */
};

/* Why a function has failed: kind, and one line for people, cut to its room. */
typedef struct fluvio_error {
    int32_t code;
    char message[1020];
} fluvio_error;

/* A client of one cluster, a producer of one topic, a consumer of one topic. */
typedef struct fluvio_client fluvio_client;
typedef struct fluvio_producer fluvio_producer;
typedef struct fluvio_consumer fluvio_consumer;

/* The library's version, as in "0.1.0". */
const char *fluvio_version(void);

/* Connects to the cluster of a profile of ~/.fluvio/config (or $FLV_PROFILE_PATH); NULL: of the current one. Returns NULL
 * on failure. */
fluvio_client *fluvio_connect(const char *profile, fluvio_error *error);

/* Connects to the cluster whose controller listens at HOST:PORT, without TLS, or to which a ws:// or wss:// URL leads. Returns NULL on failure. */
fluvio_client *fluvio_connect_address(const char *address, fluvio_error *error);

/* Ends the connections. Producers and consumers of the client must be closed before. NULL does nothing. */
void fluvio_close(fluvio_client *client);

/* Makes a producer. Returns NULL on failure. */
fluvio_producer *fluvio_producer_open(fluvio_client *client, const char *topic, fluvio_error *error);

/* Sends a record: the bytes are copied, and leave with others. key NULL: none. Waits only if there is no room. 0, or -1:
 * the record was not taken, or an earlier one has failed. */
int fluvio_producer_send(
    fluvio_producer *producer, const void *key, size_t key_length, const void *value, size_t value_length,
    fluvio_error *error);

/* Waits until every record sent so far is stored by all replicas. 0, or -1: at least one is not known to be. */
int fluvio_producer_flush(fluvio_producer *producer, fluvio_error *error);

/* As fluvio_producer_flush, and ends the producer in any case. NULL does nothing and returns 0. */
int fluvio_producer_close(fluvio_producer *producer, fluvio_error *error);

/* Where reading begins. */
enum {
    FLUVIO_BEGINNING = 0,       /* The first record that is kept. */
    FLUVIO_END = 1,             /* Behind the last record. */
    FLUVIO_OFFSET = 2,          /* The record of this offset. */
    FLUVIO_AFTER_BEGINNING = 3, /* So many records behind the beginning. */
    FLUVIO_BEFORE_END = 4       /* So many records before the end. */
};

/* What of a topic is read, and how. Zero is the default of every member: all partitions, from the beginning, without
 * end. */
typedef struct fluvio_selection {
    int32_t position;       /* FLUVIO_BEGINNING and so on. */
    int32_t has_partition;  /* Not 0: partition alone; 0: all of them. */
    uint32_t partition;
    int32_t stops_at_end;   /* Not 0: ends where the topic ends now. */
    int32_t reads_uncommitted; /* Not 0: also what not all replicas have. */
    int32_t maximum_bytes;  /* Of one response; 0: as the library thinks best. */
    int64_t offset;         /* For FLUVIO_OFFSET and after it. */
} fluvio_selection;

/* A record. key is NULL if there is none. The bytes are the library's, until the next call with the consumer. */
typedef struct fluvio_record {
    int64_t offset;
    int64_t timestamp;      /* Milliseconds since 1970 UTC; -1: none. */
    uint32_t partition;
    uint32_t reserved;
    const void *key;
    size_t key_length;
    const void *value;
    size_t value_length;
} fluvio_record;

/* Makes a consumer; selection NULL: the defaults. Returns NULL on failure. */
fluvio_consumer *fluvio_consumer_open(
    fluvio_client *client, const char *topic, const fluvio_selection *selection, fluvio_error *error);

/* The next record: waits for it so many milliseconds, without end if negative. 1: there is one; 0: none came in time;
 * 2: the end that was asked for is reached; -1: failure. */
int fluvio_consumer_next(fluvio_consumer *consumer, int timeout, fluvio_record *record, fluvio_error *error);

/* Ends a consumer. NULL does nothing. */
void fluvio_consumer_close(fluvio_consumer *consumer);

/* Called by fluvio_fetch for each record, on the calling thread; the bytes are the library's until it returns. Returns 0
 * to go on. */
typedef int (*fluvio_visitor)(const fluvio_record *record, void *context);

/* Reads up to count records of a partition from an offset on, as far as it reaches now. How many there were, or -1. */
int64_t fluvio_fetch(
    fluvio_client *client, const char *topic, uint32_t partition, int64_t offset, int64_t count, fluvio_visitor visitor,
    void *context, fluvio_error *error);

/* Creates a topic and waits until it can be used. 0, or -1. */
int fluvio_topic_create(
    fluvio_client *client, const char *topic, uint32_t partitions, uint32_t replication, fluvio_error *error);

/* Deletes a topic with all its records. 0, or -1. */
int fluvio_topic_delete(fluvio_client *client, const char *topic, fluvio_error *error);

/* The topics as a JSON array of objects with name, spec and status, as the official tools write them, to be freed with
 * fluvio_free. Returns NULL on failure. */
char *fluvio_topic_list(fluvio_client *client, fluvio_error *error);

/* Frees a text that this library has returned. NULL does nothing. */
void fluvio_free(char *text);

#ifdef __cplusplus
}
#endif

#endif
