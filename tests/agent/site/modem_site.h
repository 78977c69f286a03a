// A site with a satellite terminal's uplink and a modem with two SIM slots, in numeric time. The modem obeys at once,
// and its bearer has another interface than the configuration names; a test decides what the network does.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/agent/site/site_bench.h"

namespace karkara {

class ModemSite : public SiteBench {
 protected:
  explicit ModemSite(SiteSettings settings = ModemSite::settings());

  // lte is preferred and, unless a test says else, costs nothing: what becomes of it is seen within seconds.
  [[nodiscard]] static SiteSettings settings();
  void answer_device(const Effect& effect) override;
  void power_up();                // the modem is there, under a new path
  void tell();                    // what the modem is now
  void lose_cell();               // no network: the session is gone
  void find_cell();               // and back
  void use(std::uint64_t bytes);  // over the bearer, seen by the kernel at once
  void begin();                   // until the village is on the SIM

  [[nodiscard]] UplinkReport explained(const std::string& uplink);
  [[nodiscard]] UsageReport used(const std::string& uplink);
  [[nodiscard]] bool alarm(MessageId id, const std::string& uplink) const;
  [[nodiscard]] std::string active() const { return site_->status(at_).state.active_uplink; }
  [[nodiscard]] std::string carries(const std::string& service_class) const;
  [[nodiscard]] double sample(SeriesId series, const std::string& uplink);
  [[nodiscard]] long count(const std::string& deed) const;
  [[nodiscard]] std::vector<std::string> notes_of(MessageId id, const std::string& field) const;

  ModemFacts facts_;
  bool cell_ = true;
  std::string ussd_ = "Solde: 1 250 FCFA. Internet: 2,5 Go";
  std::vector<std::string> deeds_;  // "connect", "switch-slot"
  std::vector<Note> notes_;
  std::map<std::string, std::string> disk_;
  const UplinkId vsat_ = *UplinkId::parse("vsat");
  const UplinkId lte_ = *UplinkId::parse("lte");

 private:
  void obey(const ModemCommand& command);
  void recreate();
  void drop();
  unsigned life_ = 0;
};

}  // namespace karkara
