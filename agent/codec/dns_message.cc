#include "agent/codec/dns_message.h"

#include <algorithm>
#include <string_view>

namespace karkara {
namespace {

constexpr std::size_t kHeaderSize = 12;
constexpr std::uint16_t kClassInternet = 1;
constexpr unsigned kResponse = 0x8000;
constexpr unsigned kOpcode = 0x7800;
constexpr unsigned kTruncated = 0x0200;
constexpr unsigned kRecursionWanted = 0x0100;
constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

std::uint16_t type_of(IpFamily family) {
  return family == IpFamily::V4 ? 1 : 28;  // A, AAAA
}

std::size_t address_size(IpFamily family) {
  return family == IpFamily::V4 ? 4 : 16;
}

void put16(std::vector<std::byte>& out, unsigned number) {
  out.push_back(static_cast<std::byte>(number >> 8U));
  out.push_back(static_cast<std::byte>(number));
}

Error crooked(const char* what) {
  return {ErrorCode::InvalidArgument, what};
}

// Walks forward through a message and never back; once it would leave the end it says no to everything.
class Walk {
 public:
  explicit Walk(std::span<const std::byte> message) : left_{message} {}

  bool skip(std::size_t size) {
    good_ = good_ && size <= left_.size();
    left_ = good_ ? left_.subspan(size) : std::span<const std::byte>{};
    return good_;
  }
  std::span<const std::byte> take(std::size_t size) {
    const auto front = size <= left_.size() ? left_.first(size) : std::span<const std::byte>{};
    return skip(size) ? front : std::span<const std::byte>{};
  }
  unsigned take16() {
    const auto bytes = take(2);
    return bytes.empty() ? 0U : std::to_integer<unsigned>(bytes[0]) << 8U | std::to_integer<unsigned>(bytes[1]);
  }
  // A name is labels up to an empty one or to a pointer, which is not followed.
  bool skip_name() {
    while (good_) {
      const auto length = take(1);
      if (length.empty() || length[0] == std::byte{0}) {
        return good_;
      }
      const unsigned first = std::to_integer<unsigned>(length[0]);
      if (first >= 0xC0U) {
        return skip(1);
      }
      good_ = good_ && first < 0x40U;
      skip(first);
    }
    return false;
  }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::span<const std::byte> left_;
  bool good_ = true;
};

char small_letter(std::byte letter) {
  const char c = std::to_integer<char>(letter);
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

DnsCode code_of(unsigned number) {
  return number <= 3 ? static_cast<DnsCode>(number) : DnsCode::Other;
}

// Adds the address of one record, when it is of the wanted kind. False when the message ends before the record does.
bool take_record(Walk& walk, IpFamily family, std::vector<IpAddress>& addresses) {
  walk.skip_name();
  const unsigned type = walk.take16();
  const unsigned record_class = walk.take16();
  walk.skip(4);  // how long it may be kept
  const unsigned size = walk.take16();
  const auto content = walk.take(size);
  if (walk.good() && type == type_of(family) && record_class == kClassInternet &&
      content.size() == address_size(family)) {
    addresses.push_back(*IpAddress::from_bytes(content));
  }
  return walk.good();
}

}  // namespace

Result<std::vector<std::byte>> encode_dns_query(const DnsQuestion& question) {
  std::vector<std::byte> query;
  for (const unsigned number : {unsigned{question.id}, kRecursionWanted, 1U, 0U, 0U, 0U}) {
    put16(query, number);
  }
  std::string_view name = question.name;
  if (name.ends_with('.')) {
    name.remove_suffix(1);
  }
  if (name.empty() || name.size() > 253 || name.ends_with('.')) {
    return crooked("not a host name");
  }
  while (!name.empty()) {
    const auto label = name.substr(0, name.find('.'));
    if (label.empty() || label.size() > 63 || label.find_first_not_of(kNameCharacters) != label.npos) {
      return crooked("not a host name");
    }
    query.push_back(static_cast<std::byte>(label.size()));
    std::ranges::copy(std::as_bytes(std::span{label}), std::back_inserter(query));
    name.remove_prefix(std::min(label.size() + 1, name.size()));
  }
  query.push_back(std::byte{0});
  put16(query, type_of(question.family));
  put16(query, kClassInternet);
  return query;
}

Result<DnsAnswer> decode_dns_answer(std::span<const std::byte> message, const DnsQuestion& question) {
  const auto query = encode_dns_query(question);
  if (!query) {
    return query.error();
  }
  Walk walk{message};
  const unsigned id = walk.take16();
  const unsigned flags = walk.take16();
  const unsigned questions = walk.take16();
  const unsigned records = walk.take16();
  walk.skip(4);
  if (!walk.good() || id != question.id || (flags & kResponse) == 0 || (flags & kOpcode) != 0) {
    return crooked("not an answer to this question");
  }
  DnsAnswer answer{code_of(flags & 0xFU), (flags & kTruncated) != 0, {}};
  if (questions == 0 && records == 0 && answer.code != DnsCode::Good) {
    return answer;  // a refusal need not repeat the question
  }
  const auto asked = std::span{*query}.subspan(kHeaderSize);
  const auto repeated = walk.take(asked.size());
  if (questions != 1 || !std::ranges::equal(asked, repeated, {}, small_letter, small_letter)) {
    return crooked("an answer to another question");
  }
  for (unsigned i = 0; i < records; ++i) {
    if (!take_record(walk, question.family, answer.addresses)) {
      if (answer.truncated) {
        return answer;  // cut, as it says
      }
      return crooked("ends before its records do");
    }
  }
  return answer;
}

}  // namespace karkara
