// What was set up on an interface, one small file each in a folder that a boot empties: it lives as long as what it
// tells of. And the configurations of daemons beside them, for their owner only: they hold passphrases. Refuses names
// with a slash and files of others' making. Used by WifiLook and WifiSteps.
#pragma once

#include <map>
#include <string>

#include "agent/facts/wifi.h"
#include "common/result.h"

namespace karkara {

class WifiMarks {
 public:
  explicit WifiMarks(std::string folder) : folder_{std::move(folder)} {}

  [[nodiscard]] std::map<std::string, WifiMark> all() const;
  [[nodiscard]] WifiMark of(const std::string& interface) const;
  [[nodiscard]] Status put(const std::string& interface, const WifiMark& mark);
  void remove(const std::string& interface);

  [[nodiscard]] std::string configuration_path(const std::string& interface) const;
  [[nodiscard]] std::string pid_path(const std::string& interface) const;
  [[nodiscard]] Status write_configuration(const std::string& interface, const std::string& text);
  void remove_configuration(const std::string& interface);

 private:
  std::string folder_;
};

}  // namespace karkara
