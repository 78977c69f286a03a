#include "common/truth.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

#include "common/hmac_sha256.h"

namespace karkara {
namespace {

constexpr std::string_view kPrefix = "/karkara/truth/";
constexpr std::string_view kLabel = "karkara-truth-v1";
constexpr std::size_t kMacBytes = 16;
constexpr std::string_view kDigits = "0123456789abcdef";

std::string hex(std::uint64_t number, unsigned digits) {
  std::string text(digits, '0');
  for (unsigned i = 0; i < digits; ++i) {
    text[digits - 1 - i] = kDigits[number >> (4 * i) & 15U];
  }
  return text;
}

// Exactly so many small digits: one text for each number.
std::optional<std::uint64_t> from_hex(std::string_view text, std::size_t digits) {
  if (text.size() != digits || text.find_first_not_of(kDigits) != text.npos) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  for (const char digit : text) {
    number = number << 4U | kDigits.find(digit);
  }
  return number;
}

std::string mac_text(std::uint64_t nonce, const EchoKey& key) {
  std::array<std::byte, sizeof(nonce)> content{};
  for (std::size_t i = 0; i < content.size(); ++i) {
    content[i] = static_cast<std::byte>(nonce >> (56 - 8 * i));
  }
  std::string text;
  const auto mac = hmac_sha256(key.bytes, kLabel, content);
  for (const std::byte byte : std::span{mac}.first(kMacBytes)) {
    text += hex(std::to_integer<std::uint64_t>(byte), 2);
  }
  return text;
}

// Takes what is in front of the next '/', and that one.
std::string_view next_part(std::string_view& path) {
  const auto part = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(part.size() + 1, path.size()));
  return part;
}

}  // namespace

std::string truth_path(const TruthRequest& request) {
  return std::string{kPrefix} + hex(request.key_id, 8) + "/" + std::to_string(request.generation) + "/" +
         hex(request.nonce, 16);
}

Result<TruthRequest> parse_truth_path(std::string_view path) {
  const Error error{ErrorCode::InvalidArgument, "not a path of ours"};
  if (!path.starts_with(kPrefix)) {
    return error;
  }
  const std::string_view whole = path;
  path.remove_prefix(kPrefix.size());
  const auto key_id = from_hex(next_part(path), 8);
  const auto generation = next_part(path);
  const auto nonce = from_hex(path, 16);
  TruthRequest request;
  const auto [end, wrong] =
      std::from_chars(generation.data(), generation.data() + generation.size(), request.generation);
  if (!key_id || !nonce || wrong != std::errc{} || end != generation.data() + generation.size()) {
    return error;
  }
  request.key_id = static_cast<std::uint32_t>(*key_id);
  request.nonce = *nonce;
  if (truth_path(request) != whole) {  // "01" as a generation
    return error;
  }
  return request;
}

std::string truth_body(std::uint64_t nonce, const EchoKey& key) {
  return std::string{kLabel} + " " + hex(nonce, 16) + " " + mac_text(nonce, key) + "\n";
}

Status verify_truth_body(std::string_view body, std::uint64_t nonce, const EchoKey& key) {
  const std::string wanted = truth_body(nonce, key);
  if (body.size() != wanted.size() || !body.starts_with(kLabel)) {
    return Error{ErrorCode::InvalidArgument, "not signed content"};
  }
  if (CRYPTO_memcmp(body.data(), wanted.data(), wanted.size()) != 0) {
    return Error{ErrorCode::Unauthenticated, "another nonce or a wrong MAC"};
  }
  return {};
}

}  // namespace karkara
