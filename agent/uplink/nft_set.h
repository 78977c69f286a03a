// A list as nft reads a set: "{ a, b }". Called where rules are written.
#pragma once

#include <string>

namespace karkara {

template <class List, class Print>
std::string nft_set_of(const List& list, Print print) {
  std::string text;
  for (const auto& item : list) {
    text += (text.empty() ? "" : ", ") + print(item);
  }
  return "{ " + text + " }";
}

}  // namespace karkara
