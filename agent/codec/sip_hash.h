// SipHash-2-4 (Aumasson, Bernstein 2012): a short hash with a secret, so that who chooses the input cannot choose the
// place in a table. Refuses to sign anything: 64 bits are too few. Called for tables that strangers fill.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace karkara {

struct SipKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

class SipHash {
 public:
  explicit constexpr SipHash(const SipKey& key)
      : a_{key.low ^ 0x736f'6d65'7073'6575U},
        b_{key.high ^ 0x646f'7261'6e64'6f6dU},
        c_{key.low ^ 0x6c79'6765'6e65'7261U},
        d_{key.high ^ 0x7465'6462'7974'6573U} {}

  [[nodiscard]] constexpr std::uint64_t of(std::span<const std::byte> input) {
    const std::size_t whole = input.size() / 8 * 8;
    for (std::size_t at = 0; at < whole; at += 8) {
      take(word(input.subspan(at, 8)));
    }
    take(word(input.subspan(whole)) | static_cast<std::uint64_t>(input.size()) << 56U);
    c_ ^= 0xff;
    for (int i = 0; i < 4; ++i) {
      mix();
    }
    return a_ ^ b_ ^ c_ ^ d_;
  }

 private:
  static constexpr std::uint64_t word(std::span<const std::byte> bytes) {  // at most 8, the lowest first
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      all |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    }
    return all;
  }
  constexpr void take(std::uint64_t input) {
    d_ ^= input;
    mix();
    mix();
    a_ ^= input;
  }
  constexpr void mix() {
    a_ += b_;
    c_ += d_;
    b_ = std::rotl(b_, 13) ^ a_;
    d_ = std::rotl(d_, 16) ^ c_;
    a_ = std::rotl(a_, 32);
    c_ += b_;
    a_ += d_;
    b_ = std::rotl(b_, 17) ^ c_;
    d_ = std::rotl(d_, 21) ^ a_;
    c_ = std::rotl(c_, 32);
  }

  std::uint64_t a_;
  std::uint64_t b_;
  std::uint64_t c_;
  std::uint64_t d_;
};

[[nodiscard]] constexpr std::uint64_t sip_hash(const SipKey& key, std::span<const std::byte> input) {
  return SipHash{key}.of(input);
}

}  // namespace karkara
