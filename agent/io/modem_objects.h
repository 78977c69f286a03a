// What ModemManager shows on the bus, kept up to date: modems come in the object manager's list, SIMs and bearers one
// by one. Knows which objects still have to be asked for; refuses to ask itself. Called by ModemManagerAdapter.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/codec/bus_value.h"
#include "agent/facts/modem.h"

namespace karkara {

class ModemObjects {
 public:
  struct Wanted {
    std::string path;
    std::string interface;
  };

  void replace_all(const BusValue& managed);                         // a{oa{sa{sv}}}
  void add(const std::string& path, const BusValue& interfaces);     // a{sa{sv}}
  void remove(const std::string& path, const BusValue& interfaces);  // as
  void change(const std::string& path, const std::string& interface, const BusValue& changed,
              const BusValue& invalidated);                                              // a{sv}, as
  void put(const std::string& path, const std::string& interface, const BusValue& all);  // a{sv}, of a SIM or bearer
  void clear();

  // SIMs and bearers that modems name and that were not asked for yet; they count as asked from then on.
  [[nodiscard]] std::vector<Wanted> take_wanted();
  void ask_again(const std::string& path) { asked_.erase(path); }  // the question failed

  // Each modem that differs from what was told before; and what is gone.
  [[nodiscard]] std::vector<ModemFacts> take_changed();
  [[nodiscard]] std::vector<ModemGone> take_gone();

  [[nodiscard]] const BusObjects& all() const { return objects_; }
  [[nodiscard]] std::string path_of(std::string_view device) const;  // of the modem told last; empty: none

 private:
  void merge(const std::string& path, const BusValue& interfaces);
  [[nodiscard]] std::vector<std::string> modems() const;

  BusObjects objects_;
  std::set<std::string> asked_;
  std::map<std::string, ModemFacts> told_;  // by path
};

}  // namespace karkara
