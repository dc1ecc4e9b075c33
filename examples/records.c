/* Sends three records to a topic of its own, reads them back, and deletes it.
 *
 *     cc records.c $(pkg-config --cflags --libs fluvioclient) -o records && ./records localhost:9003
 */
#include <fluvio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static fluvio_error error;

static void die(const char *what)
{
    fprintf(stderr, "%s: %s (%d)\n", what, error.message, (int)error.code);
    exit(1);
}

static int print(const fluvio_record *record, void *count)
{
    printf("fetched %lld: %.*s\n", (long long)record->offset, (int)record->value_length, (const char *)record->value);
    ++*(int *)count;
    return 0;
}

int main(int argc, char **argv)
{
    const char *topic = argc > 2 ? argv[2] : "from-c";
    fluvio_client *client = argc > 1 ? fluvio_connect_address(argv[1], &error) : fluvio_connect(NULL, &error);
    if (!client) die("connect");
    if (fluvio_topic_create(client, topic, 1, 1, &error)) die("create");

    fluvio_producer *producer = fluvio_producer_open(client, topic, &error);
    if (!producer) die("producer");
    const char *lines[] = {"one", "two", ""};
    for (int i = 0; i < 3; i++)
        if (fluvio_producer_send(producer, i ? "key" : NULL, i ? 3 : 0, lines[i], strlen(lines[i]), &error)) die("send");
    if (fluvio_producer_flush(producer, &error)) die("flush");
    if (fluvio_producer_close(producer, &error)) die("close");

    fluvio_selection selection = {.stops_at_end = 1};
    fluvio_consumer *consumer = fluvio_consumer_open(client, topic, &selection, &error);
    if (!consumer) die("consumer");
    fluvio_record record;
    int step;
    while ((step = fluvio_consumer_next(consumer, 10000, &record, &error)) == 1)
        printf("%lld %s %.*s\n", (long long)record.offset, record.key ? "with a key:" : "without a key:",
               (int)record.value_length, (const char *)record.value);
    if (step != 2) die("next");
    fluvio_consumer_close(consumer);

    int count = 0;
    if (fluvio_fetch(client, topic, 0, 1, 1, print, &count, &error) != 1 || count != 1) die("fetch");

    char *topics = fluvio_topic_list(client, &error);
    if (!topics) die("list");
    puts(strstr(topics, topic) ? "listed" : "not listed");
    fluvio_free(topics);

    if (fluvio_topic_delete(client, topic, &error)) die("delete");
    if (fluvio_producer_open(client, topic, &error) || error.code != FLUVIO_NOT_FOUND) die("a topic that is gone");
    fluvio_close(client);
    printf("version %s\n", fluvio_version());
    return 0;
}
