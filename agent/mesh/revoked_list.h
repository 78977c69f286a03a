// The certificates of the fleet's that count no more, as the controller last told them: kept over restarts, since masts
// prove each other without it. Refuses to forget one by itself, and lists longer than the fleet could have. Pure; owned
// by the neighbour feature.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace karkara {

class RevokedList {
 public:
  // False: nothing changed.
  bool replace(const std::vector<std::string>& serials);
  [[nodiscard]] const std::vector<std::string>& serials() const { return serials_; }  // in order
  [[nodiscard]] std::uint64_t hash() const;

  [[nodiscard]] std::string text() const;
  void restore(std::string_view text);  // lines that are no serial are left out

 private:
  std::vector<std::string> serials_;
};

}  // namespace karkara
