#include "controller/planner/outputs/plan_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "controller/planner/outputs/report_words.h"

namespace karkara::planner {
namespace {

constexpr Colour kOutside{225, 232, 238};
constexpr Colour kLand{250, 248, 242};
constexpr Colour kBorder{150, 145, 135};
constexpr Colour kInk{35, 35, 40};
constexpr Colour kServed{53, 155, 58};
constexpr Colour kUnserved{197, 26, 28};
constexpr Colour kUnknown{130, 130, 130};
constexpr Colour kHop{31, 86, 176};
constexpr Colour kUnproven{230, 140, 20};
constexpr Colour kSecondHop{170, 120, 150};
constexpr Colour kVsat{130, 60, 160};
constexpr Colour kSim{20, 140, 150};
constexpr Colour kWhite{255, 255, 255};
constexpr int kLegend = 380;  // pixels
constexpr int kMargin = 24;
constexpr int kTextSize = 2;
constexpr int kLine = 26;

struct Box {
  double south = 91, north = -91, west = 181, east = -181;
  void add(const Place& place) {
    south = std::min(south, place.latitude.value());
    north = std::max(north, place.latitude.value());
    west = std::min(west, place.longitude.value());
    east = std::max(east, place.longitude.value());
  }
  [[nodiscard]] bool empty() const { return north < south; }
  [[nodiscard]] double area() const { return (north - south) * (east - west); }
};

Box box_of_borders(const Borders& borders) {
  Box box;
  for (const Area& area : borders.areas().all()) {
    for (const auto& ring : area.rings) {
      std::for_each(ring.begin(), ring.end(), [&](const Place& place) { box.add(place); });
    }
  }
  return box;
}

Box box_of_plan(const Plan& plan) {
  Box box;
  for (const PlanSite& site : plan.sites) {
    box.add(site.place);
  }
  for (const PlanSettlement& settlement : plan.settlements) {
    box.add(settlement.place);
  }
  return box;
}

// All of the country for a plan of the country; for one of a district, the district with what lies around it.
Box box_of(const Plan& plan, const Borders& borders) {
  constexpr double kSmallShare = 0.25;
  Box planned = box_of_plan(plan);
  Box all = box_of_borders(borders);
  if (planned.empty() || all.empty()) {
    return planned.empty() ? all : planned;
  }
  const bool small = planned.area() < kSmallShare * all.area();
  Box& box = small ? planned : all;
  if (small) {
    const double around = 0.15 * std::max(planned.north - planned.south, planned.east - planned.west) + 0.02;
    box = {planned.south - around, planned.north + around, planned.west - around, planned.east + around};
  } else {
    box.add({Degrees{planned.south}, Degrees{planned.west}});
    box.add({Degrees{planned.north}, Degrees{planned.east}});
  }
  return box;
}

// Equal distances along parallels and meridians in the middle of the map.
class Projection {
 public:
  Projection(const Box& box, int width) : box_{box} {
    squeeze_ = std::max(0.05, std::cos((box.south + box.north) / 2 * (std::numbers::pi / 180)));
    const double wide = std::max((box.east - box.west) * squeeze_, 0.01);
    const double high = std::max(box.north - box.south, 0.01);
    // No map is taller than twice its width.
    scale_ = std::min((width - 2 * kMargin) / wide, 2.0 * width / high);
    height_ = static_cast<int>(std::ceil(high * scale_)) + 2 * kMargin;
  }
  [[nodiscard]] Dot of(const Place& place) const {
    return {kMargin + (place.longitude.value() - box_.west) * squeeze_ * scale_,
            kMargin + (box_.north - place.latitude.value()) * scale_};
  }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] double pixels_a_kilometre() const { return scale_ / 111.195; }

 private:
  Box box_;
  double squeeze_ = 1, scale_ = 1;
  int height_ = 0;
};

Colour colour_of(BackhaulKind kind) {
  switch (kind) {
    case BackhaulKind::Gateway: return kInk;
    case BackhaulKind::Hop: return kHop;
    case BackhaulKind::Sim: return kSim;
    case BackhaulKind::Vsat: return kVsat;
  }
  return kInk;
}

class PlanMap {
 public:
  PlanMap(const Plan& plan, const Borders& borders, const MapOptions& options, const Projection& projection)
      : plan_{plan},
        borders_{borders},
        words_{words_of(options.language)},
        language_{options.language},
        projection_{projection},
        left_{options.width - kLegend},
        canvas_{options.width, std::max(projection.height(), 760), kOutside} {}

  MapCanvas run() {
    draw_borders();
    draw_hops();
    draw_settlements();
    draw_sites();
    draw_scale();
    draw_legend();
    return std::move(canvas_);
  }

 private:
  void draw_borders() {
    std::vector<std::vector<std::vector<Dot>>> areas;
    for (const Area& area : borders_.areas().all()) {
      auto& rings = areas.emplace_back();
      for (const auto& ring : area.rings) {
        auto& dots = rings.emplace_back();
        for (const Place& place : ring) {
          dots.push_back(projection_.of(place));
        }
      }
      canvas_.polygon(rings, kLand);
    }
    for (const auto& rings : areas) {
      for (const auto& dots : rings) {
        for (std::size_t i = 0; i < dots.size(); ++i) {
          canvas_.line(dots[i], dots[(i + 1) % dots.size()], kBorder, 1);
        }
      }
    }
  }

  void draw_hops() {
    for (const PlanSecondWay& way : plan_.second_ways) {
      if (way.site < plan_.sites.size() && way.hop.parent < plan_.sites.size()) {
        canvas_.line(projection_.of(plan_.sites[way.site].place), projection_.of(plan_.sites[way.hop.parent].place),
                     kSecondHop, 1);
      }
    }
    for (const PlanSite& site : plan_.sites) {
      if (site.backhaul == BackhaulKind::Hop && site.hop.parent < plan_.sites.size()) {
        canvas_.line(projection_.of(site.place), projection_.of(plan_.sites[site.hop.parent].place),
                     site.unproven ? kUnproven : kHop, 1.6);
      }
    }
  }

  void draw_settlements() {
    // The unserved lie on top: they are what the map is for.
    for (const bool served : {true, false}) {
      for (const PlanSettlement& settlement : plan_.settlements) {
        if (settlement.server.has_value() != served) {
          continue;
        }
        const bool unknown = !served && settlement.why == WhyUnserved::UnknownTerrain;
        const double people = static_cast<double>(settlement.people.value_or(0));
        const double radius = std::clamp(0.9 + std::sqrt(people) / 45, 1.1, 6.0);
        canvas_.disc(projection_.of(settlement.place), radius, served ? kServed : unknown ? kUnknown : kUnserved);
      }
    }
  }

  void draw_site(Dot at, BackhaulKind kind, bool relay, double size) {
    canvas_.disc(at, size + 1, kWhite);
    canvas_.disc(at, size, colour_of(kind));
    if (relay) {
      canvas_.disc(at, size - 1.8, kWhite);
    }
  }

  void draw_sites() {
    const double size = plan_.sites.size() > 1500 ? 2.6 : plan_.sites.size() > 300 ? 3.4 : 4.6;
    for (const PlanSite& site : plan_.sites) {
      draw_site(projection_.of(site.place), site.backhaul, site.role == SiteRole::Relay, size);
    }
  }

  void draw_scale() {
    double kilometres = 500;
    for (const double fitting : {200.0, 100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0}) {
      kilometres = kilometres * projection_.pixels_a_kilometre() > left_ / 3.0 ? fitting : kilometres;
    }
    const double y = canvas_.height() - kMargin / 2.0;
    const double length = kilometres * projection_.pixels_a_kilometre();
    canvas_.line({kMargin, y}, {kMargin + length, y}, kInk, 3);
    canvas_.text({kMargin, y - 28}, decimal(kilometres, 0) + " km", kInk, kTextSize);
  }

  // --- Legend: one row under the other ---

  [[nodiscard]] Dot next_row(int height) {
    const Dot at{left_ + 20.0, row_ * 1.0};
    row_ += height;
    return at;
  }

  void say(const std::string& text, int size = kTextSize) {
    // What is too long for the panel is cut; the report has it whole.
    std::string shown = text;
    while (MapCanvas::text_width(shown, size) > kLegend - 30 && !shown.empty()) {
      shown.pop_back();
    }
    canvas_.text(next_row(kLine * size / kTextSize), shown, kInk, size);
  }

  void say_dot(Colour colour, const std::string& text) {
    const Dot at = next_row(kLine);
    canvas_.disc({at.x + 8, at.y + 10}, 6, colour);
    canvas_.text({at.x + 26, at.y}, text, kInk, kTextSize);
  }

  void say_site(BackhaulKind kind, bool relay, const std::string& text) {
    const Dot at = next_row(kLine);
    draw_site({at.x + 8, at.y + 10}, kind, relay, 6);
    canvas_.text({at.x + 26, at.y}, text, kInk, kTextSize);
  }

  [[nodiscard]] std::string counted(const std::string& what, std::size_t count) const {
    return what + words_.colon + grouped(static_cast<std::int64_t>(count), language_);
  }

  // As many lines as its words need.
  void say_wrapped(const std::string& text) {
    constexpr int kRoom = kLegend - 2 * kMargin;
    std::string line;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      std::string longer = line;
      longer.append(line.empty() ? "" : " ").append(text, at, end - at);
      if (!line.empty() && MapCanvas::text_width(longer, kTextSize) > kRoom) {
        say(line);
        longer = text.substr(at, end - at);
      }
      line = std::move(longer);
      at = end + 1;
    }
    say(line);
  }

  void draw_legend() {
    canvas_.polygon({{{left_ * 1.0, 0},
                      {canvas_.width() * 1.0, 0},
                      {canvas_.width() * 1.0, canvas_.height() * 1.0},
                      {left_ * 1.0, canvas_.height() * 1.0}}},
                    kWhite);
    say(words_.title, 3);
    say(words_.target);
    say_wrapped(words_.target_text(plan_.target));
    row_ += 8;
    const PlanTotals& totals = plan_.totals;
    const double share =
        totals.people > 0 ? 100.0 * static_cast<double>(totals.people_served) / static_cast<double>(totals.people) : 0;
    say(words_.people_served);
    say(grouped(totals.people_served, language_) + " / " + grouped(totals.people, language_));
    say("= " + decimal(share, 2, language_) + " %");
    say(words_.cost + " (" + clean_utf8(plan_.currency) + ")");
    say(grouped(totals.cost.npv, language_));
    say(words_.gap + words_.colon + (plan_.bound ? decimal(100 * plan_.gap, 2, language_) + " %" : words_.none));
    row_ += 8;
    const auto served = static_cast<std::size_t>(totals.settlements_served);
    const auto unknown = static_cast<std::size_t>(
        std::count_if(plan_.settlements.begin(), plan_.settlements.end(),
                      [](const PlanSettlement& one) { return !one.server && one.why == WhyUnserved::UnknownTerrain; }));
    say(words_.settlements);
    say_dot(kServed, counted(words_.served, served));
    say_dot(kUnserved,
            counted(words_.unserved, plan_.settlements.size() - std::min(plan_.settlements.size(), served + unknown)));
    say_dot(kUnknown, counted(words_.unknown_ground, unknown));
    row_ += 8;
    say(words_.sites);
    draw_site_rows();
    row_ += 8;
    draw_line_rows();
  }

  void draw_site_rows() {
    std::array<std::size_t, 4> count{};
    std::size_t relays = 0;
    for (const PlanSite& site : plan_.sites) {
      ++count[static_cast<std::size_t>(site.backhaul)];
      relays += site.role == SiteRole::Relay ? 1 : 0;
    }
    for (const BackhaulKind kind : {BackhaulKind::Gateway, BackhaulKind::Hop, BackhaulKind::Sim, BackhaulKind::Vsat}) {
      say_site(kind, false, counted(words_.way_out(kind), count[static_cast<std::size_t>(kind)]));
    }
    say_site(BackhaulKind::Hop, true, counted(words_.relays, relays));
  }

  void draw_line_rows() {
    const auto row = [&](Colour colour, const std::string& text) {
      const Dot at = next_row(kLine);
      canvas_.line({at.x, at.y + 10}, {at.x + 18, at.y + 10}, colour, 3);
      canvas_.text({at.x + 26, at.y}, text, kInk, kTextSize);
    };
    row(kHop, words_.hop);
    row(kUnproven, words_.hop_unproven);
    if (plan_.most_cut_off) {
      row(kSecondHop, words_.second_hop);
    }
  }

  const Plan& plan_;
  const Borders& borders_;
  const ReportWords& words_;
  Language language_;
  const Projection& projection_;
  int left_;
  MapCanvas canvas_;
  int row_ = 20;
};

}  // namespace

Result<MapCanvas> draw_map(const Plan& plan, const Borders& borders, const MapOptions& options) {
  if (options.width < 600 || options.width > 8000) {
    return Error{ErrorCode::InvalidArgument, "a map is 600 to 8000 pixels wide"};
  }
  const Box box = box_of(plan, borders);
  if (box.empty()) {
    return Error{ErrorCode::InvalidArgument, "the plan has no places to draw"};
  }
  const Projection projection{box, options.width - kLegend};
  return PlanMap{plan, borders, options, projection}.run();
}

}  // namespace karkara::planner
