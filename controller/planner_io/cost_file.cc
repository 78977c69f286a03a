#include "controller/planner_io/cost_file.h"

#include "controller/planner_io/marked_values.h"
#include "controller/planner_io/text_file.h"

namespace karkara::planner {
namespace {

constexpr NumberRule kPrice{"", 0, 1e8};
constexpr NumberRule kLoad{"W", 0, 100'000};
constexpr NumberRule kRate{"Mbit", 0.001, 100'000};

WayOutPrice read_way_out(MarkedSection section) {
  WayOutPrice price;
  price.capex = section.marked("capex", kPrice);
  price.opex = section.marked("opex", kPrice);
  price.load = Watts{section.marked("load", kLoad)};
  price.rate = BitsPerSecond{section.marked("rate", kRate, false, 0) * 1e6};
  section.end();
  return price;
}

void read_masts(MarkedSection& root, CostBook& book) {
  for (MarkedSection& section : root.list("masts")) {
    MastPrice mast;
    mast.height = Metres{section.plain("height", {"m", 1, 300})};
    mast.capex = section.marked("capex", kPrice);
    section.end();
    book.masts.push_back(mast);
  }
}

void read_hops(MarkedSection& root, CostBook& book) {
  for (MarkedSection& section : root.list("hops", false)) {
    HopPrice hop;
    hop.profile = section.text("profile");
    hop.capex = section.marked("capex", kPrice);
    hop.opex = section.marked("opex", kPrice);
    hop.load = Watts{section.marked("load", kLoad)};
    section.end();
    book.hops.push_back(std::move(hop));
  }
}

PowerPrice read_power(MarkedSection section) {
  PowerPrice power;
  power.fixed = section.marked("fixed", kPrice);
  power.per_panel_watt = section.marked("per_panel_watt", kPrice);
  power.per_battery_wh = section.marked("per_battery_wh", kPrice);
  power.battery_years = section.marked("battery_years", {"", 1, 50});
  power.days_alone = section.marked("days_alone", {"", 0.1, 30});
  power.depth = section.marked("depth", {"", 0.05, 1});
  power.efficiency = section.marked("efficiency", {"", 0.1, 1});
  power.clearness = section.marked("clearness", {"", 0.1, 0.9});
  section.end();
  return power;
}

void read_book(MarkedSection& root, CostBook& book) {
  book.id = root.text("id");
  book.currency = root.text("currency");
  book.years = root.marked("years", {"", 1, 40});
  book.discount = root.marked("discount", {"", 0, 0.5});
  read_masts(root, book);
  MarkedSection site = root.section("site");
  book.preparation = site.marked("preparation", kPrice);
  book.access_radio = site.marked("access_radio", kPrice);
  book.access_load = Watts{site.marked("access_load", kLoad)};
  book.site_opex = site.marked("opex", kPrice);
  book.existing_opex = site.marked("existing_mast_opex", kPrice);
  site.end();
  MarkedSection relay = root.section("relay");
  book.relay_preparation = relay.marked("preparation", kPrice);
  book.relay_load = Watts{relay.marked("load", kLoad)};
  book.relay_opex = relay.marked("opex", kPrice);
  relay.end();
  read_hops(root, book);
  book.sim_reach = Metres{root.marked("sim_reach", {"km", 0, 100}) * 1000};
  book.sim = read_way_out(root.section("sim"));
  MarkedSection vsat = root.section("vsat");
  if (vsat.has("standby_opex")) {
    book.vsat_standby_opex = vsat.marked("standby_opex", kPrice);
  }
  book.vsat = read_way_out(std::move(vsat));
  if (root.has("gateway")) {
    MarkedSection gateway = root.section("gateway");
    book.gateway_rate = BitsPerSecond{gateway.marked("rate", kRate) * 1e6};
    gateway.end();
  }
  book.power = read_power(root.section("power"));
}

}  // namespace

Result<CostBook> parse_costs(std::string_view file, std::string_view text) {
  const YamlTree tree = read_yaml(file, text);
  MarkedReading reading{std::string{file}, tree.problems, {}};
  CostBook book;
  if (reading.problems.empty()) {
    MarkedSection root{reading, tree.root, ""};
    read_book(root, book);
    root.end();
  }
  if (const Status read = outcome(reading); !read.ok()) {
    return read.error();
  }
  book.origins = std::move(reading.origins);
  if (const Status whole = check(book); !whole.ok()) {
    return whole.error().in(file);
  }
  return book;
}

Result<CostBook> read_costs(const std::string& path) {
  const auto text = read_text(path);
  return text ? parse_costs(path, *text) : text.error();
}

}  // namespace karkara::planner
