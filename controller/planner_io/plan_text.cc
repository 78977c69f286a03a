#include <charconv>
#include <cstdio>

#include "controller/planner_io/plan_file.h"

namespace karkara::planner {
namespace {

class Line {
 public:
  Line(std::string& into, std::string_view word) : into_{into} { into_ += word; }
  ~Line() { into_ += '\n'; }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  // Tabs, line ends and the percent sign stand as %09, %0A, %25; an empty text as %.
  Line& text(std::string_view value) {
    into_ += '\t';
    if (value.empty()) {
      into_ += '%';
    }
    for (const char c : value) {
      if (static_cast<unsigned char>(c) < 0x20 || c == '%' || c == 0x7F) {
        char code[4];
        std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
        into_ += code;
      } else {
        into_ += c;
      }
    }
    return *this;
  }
  template <class Whole>
  Line& whole(Whole value) {
    return text(std::to_string(value));
  }
  // The shortest that reads back the same.
  Line& real(double value) {
    char digits[40];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
    return text({digits, error == std::errc{} ? static_cast<std::size_t>(end - digits) : 0});
  }
  Line& flag(bool value) { return text(value ? "yes" : "no"); }
  Line& number(std::uint32_t value) { return value == kNoSite ? text("-") : whole(value); }
  Line& place(const Place& value) { return real(value.latitude.value()).real(value.longitude.value()); }
  Line& cost(const PlanCost& value) { return whole(value.capex).whole(value.opex).whole(value.npv); }

 private:
  std::string& into_;
};

void write_head(const Plan& plan, std::string& text) {
  Line{text, "currency"}.text(plan.currency);
  Line{text, "target"}.text(plan.target);
  Line{text, "years"}.whole(plan.years);
  Line{text, "discount"}.real(plan.discount);
  Line{text, "seed"}.whole(plan.seed);
  Line{text, "input"}.whole(plan.input_hash);
  if (plan.bound) {
    Line{text, "bound"}.whole(*plan.bound);
  }
  Line{text, "gap"}.real(plan.gap);
  Line{text, "by-budget"}.flag(plan.by_budget);
  Line{text, "cancelled"}.flag(plan.cancelled);
  if (plan.most_cut_off) {
    Line{text, "n-1"}.whole(*plan.most_cut_off);
  }
  for (const std::string& mark : plan.marks) {
    Line{text, "mark"}.text(mark);
  }
  for (const Metres height : plan.antennas) {
    Line{text, "antenna"}.real(height.value());
  }
}

void write_site(const PlanSite& site, std::string& text) {
  Line line{text, "site"};
  line.text(site.id).text(site.name).place(site.place).text(site.code).text(to_string(site.role));
  line.real(site.mast.value()).text(site.profile).text(to_string(site.backhaul));
  line.number(site.hop.parent).text(site.hop.profile).real(site.hop.length.value()).real(site.hop.clearance);
  line.real(site.hop.clearance_low).real(site.hop.availability.value()).real(site.hop.rate.value());
  line.real(site.chain_rate.value()).cost(site.mast_cost).cost(site.backhaul_cost);
  line.whole(site.people).whole(site.settlements).whole(site.phase).flag(site.unproven);
}

// Whose masts and networks sites rest on: lines of their own, so that plans without them stay as they were.
void write_owners(const Plan& plan, std::string& text) {
  for (std::uint32_t number = 0; number < plan.sites.size(); ++number) {
    const PlanSite& site = plan.sites[number];
    if (!site.owner.empty()) {
      Line{text, "owner"}.number(number).text(site.owner);
    }
    for (const PlanNetwork& network : site.networks) {
      Line{text, "network"}.number(number).text(network.owner).text(network.tower).real(network.distance.value());
    }
  }
}

void write_load(std::uint32_t site, const PlanLoad& load, std::string& text) {
  Line line{text, "load"};
  line.number(site).real(load.served.value()).real(load.airtime).real(load.passing.value());
  line.real(load.carried.value()).whole(load.ways_out);
}

void write_second_ways(const Plan& plan, std::string& text) {
  for (const PlanSecondWay& way : plan.second_ways) {
    Line line{text, "second-way"};
    line.number(way.site).text(to_string(way.kind)).number(way.hop.parent).text(way.hop.profile);
    line.real(way.hop.length.value()).real(way.hop.clearance).real(way.hop.clearance_low);
    line.real(way.hop.availability.value()).real(way.hop.rate.value());
    line.cost(way.cost).whole(way.phase).flag(way.unproven);
  }
}

void write_server(const std::optional<PlanServer>& server, Line& line) {
  const PlanServer value = server.value_or(PlanServer{});
  line.number(value.site).real(value.distance.value()).real(value.margin.value()).real(value.rate.value());
}

void write_settlement(const PlanSettlement& row, std::string& text) {
  Line line{text, "settlement"};
  line.text(row.id).text(row.name).place(row.place).text(row.people ? std::to_string(*row.people) : "-");
  line.text(row.code).flag(row.eligible);
  write_server(row.server, line);
  write_server(row.second, line);
  line.text(to_string(row.why)).number(row.nearest_site).real(row.missing.value());
  if (row.obstruction) {
    line.place(*row.obstruction);
  } else {
    line.text("-").text("-");
  }
  line.real(row.height_needed.value()).flag(row.unproven);
}

void write_margin_bands(const Plan& plan, std::string& text) {
  for (std::size_t number = 0; number < plan.settlements.size(); ++number) {
    if (const auto& band = plan.settlements[number].margin_band) {
      Line{text, "margin-band"}.whole(number).real(band->low.value()).real(band->high.value());
    }
  }
}

// Lines of their own: few settlements have any.
void write_doubts(const Plan& plan, std::string& text) {
  for (std::size_t number = 0; number < plan.settlements.size(); ++number) {
    for (const std::string& doubt : plan.settlements[number].doubts) {
      Line{text, "doubt"}.whole(number).text(doubt);
    }
  }
}

}  // namespace

std::string to_text(const Plan& plan) {
  std::string text{kPlanFirstLine};
  text += '\n';
  write_head(plan, text);
  for (const PlanSite& site : plan.sites) {
    write_site(site, text);
  }
  write_owners(plan, text);
  write_second_ways(plan, text);
  for (std::uint32_t number = 0; number < plan.loads.size(); ++number) {
    write_load(number, plan.loads[number], text);
  }
  for (const PlanSettlement& row : plan.settlements) {
    write_settlement(row, text);
  }
  write_margin_bands(plan, text);
  write_doubts(plan, text);
  Line{text, "end"}.whole(plan.sites.size()).whole(plan.settlements.size());
  return text;
}

}  // namespace karkara::planner
