// Reads what a topic holds at the moment and counts it by key.
//
//     c++ -std=c++17 records.cpp $(pkg-config --cflags --libs fluvioclient) -o records && ./records localhost:9003 logs
#include <fluvio.h>

#include <iostream>
#include <map>
#include <memory>
#include <string>

int main(int argc, char **argv)
{
    if (argc != 3) {
        std::cerr << "usage: records HOST:PORT TOPIC\n";
        return 2;
    }
    fluvio_error error{};
    std::unique_ptr<fluvio_client, decltype(&fluvio_close)> client(fluvio_connect_address(argv[1], &error), fluvio_close);
    if (!client) {
        std::cerr << error.message << '\n';
        return 1;
    }
    fluvio_selection selection{};
    selection.stops_at_end = 1;
    std::unique_ptr<fluvio_consumer, decltype(&fluvio_consumer_close)> consumer(
        fluvio_consumer_open(client.get(), argv[2], &selection, &error), fluvio_consumer_close);
    if (!consumer) {
        std::cerr << error.message << '\n';
        return 1;
    }
    std::map<std::string, int> counts;
    fluvio_record record{};
    int step;
    while ((step = fluvio_consumer_next(consumer.get(), 10000, &record, &error)) == 1)
        ++counts[record.key ? std::string(static_cast<const char *>(record.key), record.key_length) : "(none)"];
    if (step != 2) {
        std::cerr << (step == 0 ? "nothing came in time" : error.message) << '\n';
        return 1;
    }
    for (const auto &[key, count] : counts) std::cout << key << ' ' << count << '\n';
}
