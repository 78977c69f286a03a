#include "controller/cli/render/neighbour_view.h"

#include <fmt/format.h>

#include "controller/cli/render/display.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {
namespace {

constexpr const char* kUnknown = "-";
constexpr std::uint64_t kBitsPerKbit = 1000;

bool has_neighbours(const v1::Mesh& mesh) {
  return !mesh.lending().empty() || !mesh.borrowing().empty();
}

Cell role_cell(const std::string& role) {
  return {role, role == "silent" ? Tone::Bad : role == "stands by" ? Tone::Plain : Tone::Good};
}

std::string offer_text(const v1::MeshNeighbour& neighbour) {
  if (neighbour.way() != "up" && neighbour.way() != "leaving") {
    return neighbour.way() == "unproven" ? "not proven" : "nothing";
  }
  const std::string rate = neighbour.spare_kbit() > 0 ? format_rate(neighbour.spare_kbit() * kBitsPerKbit) : "yes";
  const std::string whose = neighbour.hops() > 0 ? fmt::format(", {}'s", neighbour.origin()) : "";
  return rate + whose + (neighbour.way() == "leaving" ? ", not for long" : "");
}

std::string credit_text(const v1::MeshNeighbour& neighbour) {
  return neighbour.has_credit_bytes() ? format_bytes(neighbour.credit_bytes()) : "no limit";
}

std::string battery_text(const v1::MeshNeighbour& neighbour) {
  if (!neighbour.has_charge_percent()) {
    return neighbour.stage() > 0 ? fmt::format("stage {}", neighbour.stage()) : "";
  }
  const std::string stage = neighbour.stage() > 0 ? fmt::format(", stage {}", neighbour.stage()) : "";
  return format_number(neighbour.charge_percent(), 0, "%") + stage;
}

std::string heard_text(const v1::MeshNeighbour& neighbour) {
  return neighbour.has_heard_ms()
             ? fmt::format("{} ago", format_number(static_cast<double>(neighbour.heard_ms()) / 1000, 1, "s"))
             : "";
}

std::string loss_text(const v1::MeshNeighbour& neighbour) {
  return neighbour.has_loss_ratio() ? format_number(neighbour.loss_ratio() * 100, 0, "%") : "";
}

std::string refused_text(const v1::Mesh& mesh) {
  std::string text;
  for (const v1::RefusedHellos& refused : mesh.refused()) {
    if (refused.count() > 0) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", refused.count(), refused.fault());
    }
  }
  return text;
}

Table neighbour_table(const v1::Mesh& mesh) {
  Table table;
  table.columns = {{"SITE"},
                   {"ROLE"},
                   {"OFFERS"},
                   {"HEARD", Align::Right},
                   {"LOSS", Align::Right},
                   {"BATTERY"},
                   {.head = "LENT TODAY", .align = Align::Right},
                   {.head = "ADDRESS", .wide = true},
                   {.head = "VERDICT", .shrinks = true}};
  table.nothing = "No neighbour was met.";
  for (const v1::MeshNeighbour& neighbour : mesh.neighbours()) {
    table.rows.push_back({{neighbour.site(), Tone::Strong},
                          role_cell(neighbour.role()),
                          plain(offer_text(neighbour)),
                          plain(heard_text(neighbour)),
                          plain(loss_text(neighbour)),
                          plain(battery_text(neighbour)),
                          plain(format_bytes(neighbour.lent_today_bytes())),
                          plain(neighbour.transit()),
                          plain(neighbour.verdict())});
  }
  return table;
}

std::string weaker_text(const v1::MeshNeighbour& neighbour) {
  return neighbour.weaker_by_db() == 0
             ? format_age(neighbour.weaker_in_ms())
             : fmt::format("{}, by {} dB", format_age(neighbour.weaker_in_ms()), neighbour.weaker_by_db());
}

Facts neighbour_facts(const v1::MeshNeighbour& neighbour) {
  Facts facts{{"Role", role_cell(neighbour.role())},
              {"Verdict", plain(neighbour.verdict())},
              {"Offers", plain(offer_text(neighbour))},
              {"Credit", plain(credit_text(neighbour))},
              {"Heard", plain(heard_text(neighbour))},
              {"Hellos lost", plain(loss_text(neighbour))},
              {"Battery", plain(battery_text(neighbour))},
              {"Lent", plain(fmt::format("{} today, {} in this month", format_bytes(neighbour.lent_today_bytes()),
                                         format_bytes(neighbour.lent_cycle_bytes())))},
              {"Address", plain(fmt::format("{}, {}", neighbour.transit().empty() ? kUnknown : neighbour.transit(),
                                            neighbour.address()))}};
  if (neighbour.has_quiet_in_ms()) {
    facts.push_back({"Silent in", plain(format_age(neighbour.quiet_in_ms()))});
  }
  if (neighbour.has_weaker_in_ms()) {
    facts.push_back({"Weaker in", plain(weaker_text(neighbour))});
  }
  if (!neighbour.radios().empty()) {
    facts.push_back({"Radios", plain(fmt::format("{}", fmt::join(neighbour.radios(), ", ")))});
  }
  return facts;
}

}  // namespace

void add_neighbours(const v1::Mesh& mesh, View& view) {
  if (!has_neighbours(mesh)) {
    return;
  }
  Facts facts;
  if (!mesh.borrowing().empty()) {
    facts.push_back({"Borrows", plain(mesh.borrowing())});
  }
  if (!mesh.lending().empty()) {
    facts.push_back({"Lending", plain(mesh.lending())});
  }
  facts.push_back({"Address", plain(mesh.transit())});
  if (const std::string refused = refused_text(mesh); !refused.empty()) {
    facts.push_back({"Refused hellos", Cell{refused, Tone::Warn}});
  }
  view.sections.push_back({"Neighbours", std::move(facts)});
  view.sections.push_back({"", neighbour_table(mesh)});
}

void add_neighbour_explanations(const v1::Mesh& mesh, View& view) {
  for (const v1::MeshNeighbour& neighbour : mesh.neighbours()) {
    view.sections.push_back({"Neighbour " + neighbour.site(), neighbour_facts(neighbour)});
  }
}

}  // namespace karkara::cli
