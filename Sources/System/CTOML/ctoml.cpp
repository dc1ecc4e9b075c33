#include "ctoml.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <jansson.h>

// Errors come back as values: nothing of toml++ throws. What the standard library throws is caught at the border.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace {

struct Release {
    void operator()(json_t *value) const { json_decref(value); }
    void operator()(char *text) const { std::free(text); }
};
using JSON = std::unique_ptr<json_t, Release>;
using Text = std::unique_ptr<char, Release>;

void say(ctoml_error *error, unsigned line, unsigned column, std::string_view text)
{
    error->line = line;
    error->column = column;
    auto const count = std::min(text.size(), sizeof error->text - 1);
    std::memcpy(error->text, text.data(), count);
    error->text[count] = 0;
}

char *copy(std::string_view bytes)
{
    auto const text = static_cast<char *>(std::malloc(bytes.size() + 1));
    if (!text)
        throw std::bad_alloc();
    std::memcpy(text, bytes.data(), bytes.size());
    text[bytes.size()] = 0;
    return text;
}

JSON checked(json_t *value)
{
    if (!value)
        throw std::runtime_error("no memory, or text that is not UTF-8");
    return JSON(value);
}

JSON literal(toml::node const &node)
{
    std::ostringstream text;
    text << toml::node_view<toml::node const>(node);
    auto const bytes = text.str();
    return checked(json_pack("{s:s%}", CTOML_LITERAL, bytes.data(), bytes.size()));
}

JSON json(toml::node const &node);

JSON json(toml::table const &table)
{
    // toml++ sorts by name; people find their file again if it keeps the order that they wrote.
    using Entry = std::pair<toml::key const *, toml::node const *>;
    std::vector<Entry> entries;
    for (auto const &[key, value] : table)
        entries.emplace_back(&key, &value);
    std::sort(entries.begin(), entries.end(), [](Entry const &one, Entry const &other) {
        auto const &a = one.first->source().begin, &b = other.first->source().begin;
        return a.line != b.line ? a.line < b.line : a.column < b.column;
    });
    auto object = checked(json_object());
    for (auto const &[key, value] : entries) {
        auto const name = key->str();
        // jansson reads no such key back.
        if (name.find('\0') != name.npos)
            throw std::runtime_error("a key with a zero byte");
        if (json_object_setn_new(object.get(), name.data(), name.size(), json(*value).release()) != 0)
            throw std::runtime_error("no memory, or a key that is not UTF-8");
    }
    return object;
}

JSON json(toml::node const &node)
{
    if (auto const table = node.as_table())
        return json(*table);
    if (auto const array = node.as_array()) {
        auto list = checked(json_array());
        for (auto const &item : *array)
            if (json_array_append_new(list.get(), json(item).release()) != 0)
                throw std::bad_alloc();
        return list;
    }
    if (auto const string = node.as_string())
        return checked(json_stringn(string->get().data(), string->get().size()));
    if (auto const integer = node.as_integer())
        return checked(json_integer(integer->get()));
    if (auto const boolean = node.as_boolean())
        return checked(json_boolean(boolean->get()));
    if (auto const real = node.as_floating_point(); real && std::isfinite(real->get()))
        return checked(json_real(real->get()));
    return literal(node);
}

char *to_json(char const *toml, size_t length, size_t *json_length, ctoml_error *error)
{
    auto const parsed = toml::parse(std::string_view(toml, length));
    if (!parsed) {
        auto const &problem = parsed.error();
        auto const &place = problem.source().begin;
        say(error, place.line, place.column, problem.description());
        return nullptr;
    }
    Text const text(json_dumps(json(parsed.table()).get(), JSON_COMPACT));
    if (!text)
        throw std::bad_alloc();
    *json_length = std::strlen(text.get());
    return copy(text.get());
}

// Writes TOML. The formatter of toml++ 3.3 leaves keys like "it's" unquoted and loses a line feed at the start of a
// text; this one is tested by reading back what it wrote.
class Writer {
public:
    std::string text;

    void table(json_t *object, std::string const &path)
    {
        char const *key;
        size_t length;
        json_t *item;
        json_object_keylen_foreach(object, key, length, item)
        {
            if (json_is_null(item) || is_table(item) || is_table_list(item))
                continue;
            text += name({key, length}) + " = ";
            value(item, true);
            text += '\n';
        }
        json_object_keylen_foreach(object, key, length, item)
        {
            auto const here = path.empty() ? name({key, length}) : path + "." + name({key, length});
            if (is_table(item)) {
                // A table with nothing but tables in it needs no line of its own.
                if (json_object_size(item) == 0 || has_values(item))
                    header("[" + here + "]");
                table(item, here);
            } else if (is_table_list(item)) {
                size_t index;
                json_t *element;
                json_array_foreach(item, index, element)
                {
                    header("[[" + here + "]]");
                    table(element, here);
                }
            }
        }
    }

private:
    static bool is_literal(json_t *value)
    {
        return json_is_object(value) && json_object_size(value) == 1
            && json_is_string(json_object_get(value, CTOML_LITERAL));
    }

    static bool is_table(json_t *value) { return json_is_object(value) && !is_literal(value); }

    static bool is_table_list(json_t *value)
    {
        size_t index;
        json_t *item;
        json_array_foreach(value, index, item) if (!is_table(item)) return false;
        return json_array_size(value) > 0;
    }

    static bool has_values(json_t *object)
    {
        char const *key;
        json_t *item;
        json_object_foreach(object, key, item) if (!is_table(item) && !is_table_list(item)) return true;
        return false;
    }

    void header(std::string const &line) { text += (text.empty() ? "" : "\n") + line + "\n"; }

    static std::string name(std::string_view key)
    {
        auto const bare = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        };
        if (!key.empty() && std::all_of(key.begin(), key.end(), bare))
            return std::string(key);
        return '"' + escaped(key, false) + '"';
    }

    static std::string escaped(std::string_view string, bool lines)
    {
        std::string result;
        for (char const c : string) {
            auto const byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\') {
                result += '\\';
                result += c;
            } else if (c == '\n') {
                result += lines ? "\n" : "\\n";
            } else if (c == '\t') {
                result += "\\t";
            } else if (byte < 0x20 || byte == 0x7f) {
                char code[8];
                std::snprintf(code, sizeof code, "\\u%04X", byte);
                result += code;
            } else {
                result += c;
            }
        }
        return result;
    }

    void value(json_t *value, bool lines)
    {
        switch (json_typeof(value)) {
        case JSON_OBJECT:
            if (is_literal(value))
                literal(json_object_get(value, CTOML_LITERAL));
            else
                inline_table(value);
            return;
        case JSON_ARRAY: {
            size_t index;
            json_t *item;
            auto separator = "";
            text += '[';
            json_array_foreach(value, index, item)
            {
                if (json_is_null(item))
                    continue;
                text += separator;
                this->value(item, false);
                separator = ", ";
            }
            text += ']';
            return;
        }
        case JSON_STRING: {
            std::string_view const string(json_string_value(value), json_string_length(value));
            // Keys and certificates are read by people. A line feed right after the opening is not part of the text.
            if (lines && string.find('\n') != string.npos)
                text += "\"\"\"\n" + escaped(string, true) + "\"\"\"";
            else
                text += '"' + escaped(string, false) + '"';
            return;
        }
        default: {
            // Integers, reals and booleans look the same in both languages; jansson writes a real with a point or an
            // exponent.
            Text const scalar(json_dumps(value, JSON_ENCODE_ANY));
            if (!scalar)
                throw std::bad_alloc();
            text += scalar.get();
        }
        }
    }

    void literal(json_t *value)
    {
        std::string const string(json_string_value(value), json_string_length(value));
        auto const parsed = toml::parse("x = " + string);
        if (!parsed || parsed.table().size() != 1 || string.find('\n') != string.npos)
            throw std::runtime_error("'" + string + "' is no TOML value");
        text += string;
    }

    void inline_table(json_t *object)
    {
        char const *key;
        size_t length;
        json_t *item;
        auto separator = "";
        text += '{';
        json_object_keylen_foreach(object, key, length, item)
        {
            if (json_is_null(item))
                continue;
            text += separator + name({key, length}) + " = ";
            value(item, false);
            separator = ", ";
        }
        text += '}';
    }
};

char *from_json(char const *json, size_t length, size_t *toml_length, ctoml_error *error)
{
    json_error_t problem;
    JSON const document(json_loadb(json, length, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &problem));
    if (!document) {
        say(error, problem.line > 0 ? problem.line : 0, problem.column > 0 ? problem.column : 0, problem.text);
        return nullptr;
    }
    if (!json_is_object(document.get())) {
        say(error, 0, 0, "a TOML document is a table");
        return nullptr;
    }
    Writer writer;
    writer.table(document.get(), "");
    *toml_length = writer.text.size();
    return copy(writer.text);
}

template <typename Convert>
char *guarded(Convert const &convert, char const *text, size_t length, size_t *result, ctoml_error *error)
{
    try {
        return convert(text, length, result, error);
    } catch (std::exception const &problem) {
        say(error, 0, 0, problem.what());
    } catch (...) {
        say(error, 0, 0, "unknown error");
    }
    return nullptr;
}

}  // namespace

char *ctoml_to_json(const char *toml, size_t length, size_t *json_length, ctoml_error *error)
{
    return guarded(to_json, toml, length, json_length, error);
}

char *ctoml_from_json(const char *json, size_t length, size_t *toml_length, ctoml_error *error)
{
    return guarded(from_json, json, length, toml_length, error);
}

void ctoml_free(char *text) { std::free(text); }
