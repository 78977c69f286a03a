// SplitMix64 (Steele, Lea, Flood 2014): numbers that differ from one another, from any seed. Refuses to be a secret:
// who knows one knows the next. Called for nonces that a MAC protects, and for padding.
#pragma once

#include <cstdint>

namespace karkara {

[[nodiscard]] constexpr std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9e37'79b9'7f4a'7c15U;
  std::uint64_t mixed = (state ^ (state >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d0'49bb'1331'11ebU;
  return mixed ^ (mixed >> 31U);
}

}  // namespace karkara
