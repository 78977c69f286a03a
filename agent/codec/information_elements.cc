#include "agent/codec/information_elements.h"

#include <algorithm>
#include <cstring>

namespace karkara::nl80211 {
namespace {

// IEEE 802.11, table 9-92.
enum ElementId : std::uint8_t {
  kSsid = 0,
  kDsssParameters = 3,
  kCountry = 7,
  kRsn = 48,
  kHtOperation = 61,
  kMeshConfiguration = 113,
  kMeshId = 114,
  kVhtOperation = 192,
};

constexpr std::size_t kHeaderSize = 2;
constexpr std::size_t kLongestName = 32;
constexpr std::size_t kCountrySize = 2;

using Bytes = std::span<const std::byte>;

std::uint8_t number_at(Bytes content, std::size_t at) {
  return std::to_integer<std::uint8_t>(content[at]);
}

void take_name(Bytes content, std::optional<std::string>& into) {
  if (into || content.size() > kLongestName) {
    return;
  }
  into.emplace(content.size(), '\0');
  if (!content.empty()) {
    std::memcpy(into->data(), content.data(), content.size());
  }
}

void take_country(Bytes content, std::string& into) {
  const bool fits =
      content.size() >= kCountrySize && std::all_of(content.begin(), content.begin() + kCountrySize, [](std::byte b) {
        const auto c = std::to_integer<char>(b);
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      });
  if (into.empty() && fits) {
    into.assign({std::to_integer<char>(content[0]), std::to_integer<char>(content[1])});
  }
}

void take_mesh(Bytes content, std::optional<MeshFormation>& into) {
  MeshFormation mesh;
  if (into || content.size() < sizeof mesh) {
    return;
  }
  static_assert(sizeof mesh == 7);
  std::memcpy(&mesh, content.data(), sizeof mesh);
  into = mesh;
}

void take_ht_operation(Bytes content, InformationElements& elements) {
  if (content.size() < 2 || elements.ht_offset) {
    return;
  }
  elements.channel = elements.channel.value_or(number_at(content, 0));
  elements.ht_offset = static_cast<std::uint8_t>(number_at(content, 1) & 0x3U);
}

void take_element(std::uint8_t id, Bytes content, InformationElements& elements) {
  switch (id) {
    case kSsid: take_name(content, elements.ssid); break;
    case kMeshId: take_name(content, elements.mesh_id); break;
    case kMeshConfiguration: take_mesh(content, elements.mesh); break;
    case kCountry: take_country(content, elements.country); break;
    case kDsssParameters:
      if (!content.empty() && !elements.channel) {
        elements.channel = number_at(content, 0);
      }
      break;
    case kHtOperation: take_ht_operation(content, elements); break;
    case kVhtOperation:
      if (!content.empty() && !elements.vht_width) {
        elements.vht_width = number_at(content, 0);
      }
      break;
    case kRsn: elements.rsn = true; break;
    default: break;  // foreign: the air has many more
  }
}

}  // namespace

InformationElements decode_information_elements(std::span<const std::byte> bytes) {
  InformationElements elements;
  while (!bytes.empty()) {
    if (bytes.size() < kHeaderSize || bytes.size() - kHeaderSize < number_at(bytes, 1)) {
      elements.cut = true;
      break;
    }
    const std::size_t length = number_at(bytes, 1);
    take_element(number_at(bytes, 0), bytes.subspan(kHeaderSize, length), elements);
    bytes = bytes.subspan(kHeaderSize + length);
  }
  return elements;
}

}  // namespace karkara::nl80211
