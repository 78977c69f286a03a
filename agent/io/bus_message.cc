#include "agent/io/bus_message.h"

#include <systemd/sd-bus.h>

#include <string>
#include <utility>

namespace karkara {
namespace {

constexpr int kMostDepth = 10;
constexpr int kMostValues = 20'000;  // of one message

class Reader {
 public:
  explicit Reader(sd_bus_message* message) : message_{message} {}

  std::optional<BusValue> value(int depth) {
    char type = 0;
    const char* contents = nullptr;
    if (depth > kMostDepth || ++values_ > kMostValues || sd_bus_message_peek_type(message_, &type, &contents) <= 0) {
      return std::nullopt;
    }
    switch (type) {
      case SD_BUS_TYPE_ARRAY: return array(contents, depth);
      case SD_BUS_TYPE_STRUCT:
      case SD_BUS_TYPE_DICT_ENTRY: return list(type, contents, depth);
      case SD_BUS_TYPE_VARIANT: return variant(contents, depth);
      default: return basic(type);  // foreign: the types of the protocol
    }
  }

 private:
  template <class T>
  std::optional<T> raw(char type) {
    T out{};
    return sd_bus_message_read_basic(message_, type, &out) > 0 ? std::optional{out} : std::nullopt;
  }
  template <class T>
  std::optional<BusValue> natural(char type) {
    const auto number = raw<T>(type);
    return number ? std::optional{BusValue{static_cast<std::uint64_t>(*number)}} : std::nullopt;
  }
  template <class T>
  std::optional<BusValue> integer(char type) {
    const auto number = raw<T>(type);
    return number ? std::optional{BusValue{static_cast<std::int64_t>(*number)}} : std::nullopt;
  }

  std::optional<BusValue> basic(char type) {
    switch (type) {
      case SD_BUS_TYPE_BYTE: return natural<std::uint8_t>(type);
      case SD_BUS_TYPE_UINT16: return natural<std::uint16_t>(type);
      case SD_BUS_TYPE_UINT32: return natural<std::uint32_t>(type);
      case SD_BUS_TYPE_UINT64: return natural<std::uint64_t>(type);
      case SD_BUS_TYPE_INT16: return integer<std::int16_t>(type);
      case SD_BUS_TYPE_INT32: return integer<std::int32_t>(type);
      case SD_BUS_TYPE_INT64: return integer<std::int64_t>(type);
      case SD_BUS_TYPE_BOOLEAN: {
        const auto flag = raw<int>(type);
        return flag ? std::optional{BusValue{*flag != 0}} : std::nullopt;
      }
      case SD_BUS_TYPE_DOUBLE: {
        const auto number = raw<double>(type);
        return number ? std::optional{BusValue{*number}} : std::nullopt;
      }
      case SD_BUS_TYPE_STRING: {
        const auto text = raw<const char*>(type);
        return text ? std::optional{BusValue{std::string{*text}}} : std::nullopt;
      }
      case SD_BUS_TYPE_OBJECT_PATH: {
        const auto path = raw<const char*>(type);
        return path ? std::optional{BusValue{BusPath{*path}}} : std::nullopt;
      }
      default:  // foreign: signatures and file descriptors, which nobody asks for
        return sd_bus_message_skip(message_, nullptr) >= 0 ? std::optional{BusValue{}} : std::nullopt;
    }
  }

  // Until the container's end; false when something in it could not be read.
  template <class Take>
  bool each(int depth, Take take) {
    while (sd_bus_message_at_end(message_, 0) == 0) {
      auto next = value(depth + 1);
      if (!next) {
        return false;
      }
      take(std::move(*next));
    }
    return sd_bus_message_exit_container(message_) >= 0;
  }

  std::optional<BusValue> list(char type, const char* contents, int depth) {
    BusList out;
    if (sd_bus_message_enter_container(message_, type, contents) <= 0 ||
        !each(depth, [&](BusValue next) { out.push_back(std::move(next)); })) {
      return std::nullopt;
    }
    return BusValue{std::move(out)};
  }

  std::optional<BusValue> variant(const char* contents, int depth) {
    std::optional<BusValue> out;
    if (sd_bus_message_enter_container(message_, SD_BUS_TYPE_VARIANT, contents) <= 0) {
      return std::nullopt;
    }
    out = value(depth + 1);
    return out && sd_bus_message_exit_container(message_) >= 0 ? std::move(out) : std::nullopt;
  }

  std::optional<BusValue> array(const char* contents, int depth) {
    const std::string_view inside = contents ? contents : "";
    if (!inside.starts_with("{s") && !inside.starts_with("{o")) {
      return list(SD_BUS_TYPE_ARRAY, contents, depth);
    }
    BusDict out;
    const auto put = [&](BusValue entry) {
      auto* pair = std::get_if<BusList>(&entry.is);
      if (!pair || pair->size() != 2) {
        return;
      }
      if (const auto* key = (*pair)[0].as<std::string>()) {
        out.insert_or_assign(*key, std::move((*pair)[1]));
      } else if (const auto* path = (*pair)[0].as<BusPath>()) {
        out.insert_or_assign(path->text, std::move((*pair)[1]));
      }
    };
    if (sd_bus_message_enter_container(message_, SD_BUS_TYPE_ARRAY, contents) < 0 || !each(depth, put)) {
      return std::nullopt;
    }
    return BusValue{std::move(out)};
  }

  sd_bus_message* message_;
  int values_ = 0;
};

}  // namespace

std::optional<BusValue> read_bus_value(sd_bus_message* message) {
  return Reader{message}.value(0);
}

}  // namespace karkara
