#include "agent/uplink/decision_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace karkara {

namespace {

constexpr std::size_t kMostKey = 64;
constexpr std::size_t kMostTold = 100;
constexpr std::string_view kAt = "at=";

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= kMostKey && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

bool is_plain(char c) {
  return c > ' ' && c <= '~' && c != '\\';
}

Error bad(std::string text) {
  return {ErrorCode::InvalidArgument, std::move(text)};
}

std::string escape(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (is_plain(c)) {
      text += c;
    } else {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

Result<std::string> unescape(std::string_view text) {
  std::string value;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_plain(text[at])) {
      value += text[at];
      continue;
    }
    unsigned byte = 0;
    const std::string_view code = text.substr(at, 4);
    const auto* const digits = code.data() + std::min<std::size_t>(code.size(), 2);
    const auto* const end = code.data() + code.size();
    const bool whole = code.size() == 4 && code.starts_with("\\x") && std::from_chars(digits, end, byte, 16).ptr == end;
    // One byte has one spelling: plain ones are not written as a code, nor codes in capitals.
    if (!whole || code != escape(std::string{static_cast<char>(byte)})) {
      return bad(fmt::format("bad escape at '{}'", escape(code)));
    }
    value += static_cast<char>(byte);
    at += 3;
  }
  return value;
}

Result<Instant> parse_at(std::string_view word) {
  Duration::rep nanoseconds = 0;
  const std::string_view digits = word.substr(std::min(kAt.size(), word.size()));
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), nanoseconds);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  if (!word.starts_with(kAt) || !whole || fmt::format("{}", nanoseconds) != digits) {
    return bad("it does not begin with at=NANOSECONDS");
  }
  return Instant{Duration{nanoseconds}};
}

DecisionRecord with_prefix(const DecisionRecord& record, std::string_view prefix) {
  DecisionRecord part{record.at, {}};
  std::copy_if(record.fields.begin(), record.fields.end(), std::back_inserter(part.fields),
               [prefix](const auto& field) { return field.first.starts_with(prefix); });
  return part;
}

std::string told(const DecisionRecord& record) {
  std::string text;
  for (const auto& [key, value] : record.fields) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, escape(value));
  }
  return text;
}

}  // namespace

Result<std::string> decision_line(const DecisionRecord& record) {
  std::string line = fmt::format("{}{}", kAt, record.at.since_boot().count());
  for (const auto& [key, value] : record.fields) {
    if (!is_key(key)) {
      return bad(fmt::format("'{}' cannot be a key", escape(key)));
    }
    line += fmt::format(" {}={}", key, escape(value));
    if (line.size() > kMostDecisionLine) {
      return bad(fmt::format("it would be longer than {} bytes", kMostDecisionLine));
    }
  }
  return line + '\n';
}

Result<DecisionRecord> parse_decision(std::string_view line) {
  if (line.size() > kMostDecisionLine) {
    return bad(fmt::format("it is longer than {} bytes", kMostDecisionLine));
  }
  std::size_t end = std::min(line.find(' '), line.size());
  const auto at = parse_at(line.substr(0, end));
  if (!at) {
    return at.error();
  }
  DecisionRecord record{*at, {}};
  while (end < line.size()) {
    const std::size_t begin = end + 1;
    end = std::min(line.find(' ', begin), line.size());
    const std::string_view word = line.substr(begin, end - begin);
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos || !is_key(word.substr(0, equals))) {
      return bad(fmt::format("'{}' is not KEY=VALUE", escape(word.substr(0, kMostKey))));
    }
    auto value = unescape(word.substr(equals + 1));
    if (!value) {
      return value.error();
    }
    record.fields.emplace_back(word.substr(0, equals), std::move(value).value());
  }
  return record;
}

DecisionsFound parse_decisions(std::string_view text) {
  DecisionsFound found;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    ++number;
    auto record = parse_decision(text.substr(at, end - at));
    if (record) {
      found.records.push_back(std::move(record).value());
    } else if (found.refused.size() < kMostTold) {
      found.refused.push_back(fmt::format("line {}: {}", number, record.error().text));
    }
    at = end + 1;
  }
  return found;
}

Status DecisionLog::append(const DecisionRecord& record) {
  auto line = decision_line(record);
  if (!line) {
    return line.error();
  }
  if (line->size() > most_bytes_) {
    return Error{ErrorCode::ResourceExhausted, "one decision is larger than the whole log"};
  }
  bytes_ += line->size();
  lines_.push_back(std::move(line).value());
  while (bytes_ > most_bytes_) {
    bytes_ -= lines_.front().size();
    lines_.pop_front();
  }
  return {};
}

std::string DecisionLog::text() const {
  std::string text;
  text.reserve(bytes_);
  for (const std::string& line : lines_) {
    text += line;
  }
  return text;
}

std::vector<Divergence> replay(std::span<const DecisionRecord> records,
                               const std::function<DecisionRecord(const DecisionRecord& given)>& decide) {
  std::vector<Divergence> divergences;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const DecisionRecord recorded = with_prefix(records[i], "out.");
    const DecisionRecord replayed = with_prefix(decide(with_prefix(records[i], "in.")), "out.");
    if (recorded.fields != replayed.fields) {
      divergences.push_back({i, told(recorded), told(replayed)});
    }
  }
  return divergences;
}

}  // namespace karkara
