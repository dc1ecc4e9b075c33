// Calls every function of the library once: what stands here is what wrappers in C++ are made of.
//
//     c++ -std=c++17 everything.cpp $(pkg-config --cflags --libs fluvioclient) -o everything && ./everything localhost:9003 tour
#include <fluvio.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

// A failed call as an exception.
struct failure : std::runtime_error {
    explicit failure(const fluvio_error &error) : std::runtime_error(error.message), code(error.code) {}
    int code;
};

template <class T> T *checked(T *handle, const fluvio_error &error)
{
    if (!handle) throw failure(error);
    return handle;
}

void checked(int result, const fluvio_error &error)
{
    if (result < 0) throw failure(error);
}

using client = std::unique_ptr<fluvio_client, decltype(&fluvio_close)>;
using consumer = std::unique_ptr<fluvio_consumer, decltype(&fluvio_consumer_close)>;
using text = std::unique_ptr<char, decltype(&fluvio_free)>;

std::string value(const fluvio_record &record) { return {static_cast<const char *>(record.value), record.value_length}; }

} // namespace

int main(int argc, char **argv)
try {
    fluvio_error error{};
    // Without an address, the current profile's cluster.
    client cluster(
        checked(argc > 1 ? fluvio_connect_address(argv[1], &error) : fluvio_connect(nullptr, &error), error), fluvio_close);
    const std::string topic = argc > 2 ? argv[2] : "everything";
    checked(fluvio_topic_create(cluster.get(), topic.c_str(), 2, 1, &error), error);
    text topics(checked(fluvio_topic_list(cluster.get(), &error), error), fluvio_free);
    std::cout << (std::string(topics.get()).find('"' + topic + '"') != std::string::npos ? "listed\n" : "not listed\n");

    fluvio_producer *producer = checked(fluvio_producer_open(cluster.get(), topic.c_str(), &error), error);
    for (const std::string line : {"one", "two", "three", "four"})
        checked(fluvio_producer_send(producer, nullptr, 0, line.data(), line.size(), &error), error);
    checked(fluvio_producer_flush(producer, &error), error);
    checked(fluvio_producer_close(producer, &error), error);

    fluvio_selection selection{};
    selection.stops_at_end = 1;
    selection.reads_uncommitted = 1;
    consumer reader(checked(fluvio_consumer_open(cluster.get(), topic.c_str(), &selection, &error), error),
                    fluvio_consumer_close);
    fluvio_record record{};
    int step, count = 0;
    while ((step = fluvio_consumer_next(reader.get(), 10000, &record, &error)) == 1) ++count;
    checked(step, error);
    std::cout << "read " << count << '\n';

    // Records without keys go round the partitions.
    std::string fetched;
    checked(static_cast<int>(fluvio_fetch(
                cluster.get(), topic.c_str(), 1, 0, 10,
                [](const fluvio_record *record, void *all) {
                    *static_cast<std::string *>(all) += value(*record) + ' ';
                    return 0;
                },
                &fetched, &error)), error);
    std::cout << "fetched " << fetched << '\n';
    checked(fluvio_topic_delete(cluster.get(), topic.c_str(), &error), error);
    std::cout << "version " << fluvio_version() << '\n';
} catch (const failure &error) {
    std::cerr << "everything: " << error.what() << " (" << error.code << ")\n";
    return 1;
}
