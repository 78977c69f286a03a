#include "controller/planner_io/radio_file.h"

#include "controller/planner/propagation/p837.h"
#include "controller/planner_io/marked_values.h"
#include "controller/planner_io/text_file.h"

namespace karkara::planner {
namespace {

constexpr NumberRule kGain{"dBi", -20, 60};
constexpr NumberRule kLoss{"dB", 0, 60};
constexpr NumberRule kLevel{"dBm", -60, 90};
constexpr NumberRule kMegahertz{"MHz", 0.1, 100'000};
constexpr NumberRule kPart{"", 0.001, 1};
constexpr NumberRule kPercent{"%", 0.1, 99.9999};
constexpr NumberRule kDegrees{"deg", 0.1, 360};
constexpr NumberRule kRainRate{"mm/h", 0, 250};
constexpr std::size_t kMostRainRows = 100;

void read_antenna(MarkedSection section, Antenna& antenna) {
  antenna.gain = Db{section.marked("gain", kGain)};
  antenna.sectors = static_cast<int>(section.marked("sectors", {"", 1, 12}, false, 1));
  antenna.horizontal_width = Degrees{section.marked("horizontal_width", kDegrees, false, 360)};
  antenna.vertical_width = Degrees{section.marked("vertical_width", {"deg", 0.1, 180}, false, 90)};
  antenna.tilt = Degrees{section.marked("tilt", {"deg", -30, 30}, false, 0)};
  antenna.azimuth = Degrees{section.marked("azimuth", {"deg", 0, 360}, false, 0)};
  section.end();
}

void read_terminal(MarkedSection section, Terminal& terminal) {
  terminal.power = Dbm{section.marked("power", kLevel)};
  terminal.gain = Db{section.marked("gain", kGain)};
  terminal.loss = Db{section.marked("loss", kLoss)};
  terminal.noise_figure = Db{section.marked("noise_figure", kLoss)};
  terminal.height = Metres{section.marked("height", {"m", 0.5, 100})};
  terminal.channel = Megahertz{section.marked("channel", kMegahertz)};
  section.end();
}

void read_access(MarkedSection& root, RadioProfile& profile) {
  profile.use = RadioUse::Access;
  profile.up_share = root.marked("up_share", kPart);
  profile.least_up = BitsPerSecond{root.marked("least_up", {"Mbit", 0.001, 100'000}) * 1e6};
  const std::string model = root.text("model", false);
  if (!model.empty() && model != "itm" && model != "p1812") {
    root.refuse("model", "must be itm or p1812");
  }
  profile.model = model == "p1812" ? LossModel::P1812 : LossModel::Itm;
  profile.time = Percent{root.marked("time", kPercent)};
  profile.location = Percent{root.marked("location", kPercent)};
  read_terminal(root.section("terminal"), profile.terminal);
}

// The rate of 0.01 % of the year: told, or by ITU-R P.837 from what a gauge's months were like.
double read_rain(MarkedSection& section) {
  if (!section.has("months")) {
    return section.marked("rain", kRainRate);
  }
  const auto months = section.steps("months", {"C", -90, 60}, {"mm", 0, 20'000});
  propagation::p837::Year year;
  if (months.size() != year.size()) {
    section.refuse("months", "must be 12 pairs of mean temperature and rainfall, January first");
    return 0;
  }
  for (std::size_t i = 0; i < year.size(); ++i) {
    year[i] = {Celsius{months[i].first}, months[i].second};
  }
  const auto rate = propagation::p837::rain_rate(year, Percent{0.01});
  if (!rate || rate->mm_per_hour > kRainRate.high) {
    section.refuse("months", rate ? "give more than 250mm/h" : rate.error().text);
    return 0;
  }
  return rate->mm_per_hour;
}

void read_climate(MarkedSection section, HopClimate& climate) {
  climate.log10_k = section.marked("log10_k", {"", -10, 0});
  climate.dn75 = section.marked("dn75", {"", 0, 500});
  if (section.has("rain_by_latitude")) {
    for (MarkedSection& row : section.list("rain_by_latitude")) {
      const Degrees latitude{row.plain("latitude", {"deg", -90, 90})};
      if (!climate.rain_by_latitude.empty() && latitude <= climate.rain_by_latitude.back().latitude) {
        row.refuse("latitude", "must be north of the row before");
      }
      climate.rain_by_latitude.push_back({latitude, read_rain(row)});
      row.end();
    }
    if (climate.rain_by_latitude.empty() || climate.rain_by_latitude.size() > kMostRainRows) {
      section.refuse("rain_by_latitude", "must have 1 to 100 rows");
    }
  } else {
    climate.rain_mm_per_hour = read_rain(section);
  }
  section.end();
}

void read_clearance(MarkedSection section, propagation::p530::ClearanceRule& rule) {
  namespace p530 = propagation::p530;
  const auto one_of = [&](const char* key, const char* first, const char* second) {
    const std::string word = section.text(key, false);
    if (!word.empty() && word != first && word != second) {
      section.refuse(key, std::string{"must be "} + first + " or " + second);
    }
    return word == second;
  };
  rule.climate =
      one_of("climate", "tropical", "temperate") ? p530::ClearanceClimate::Temperate : p530::ClearanceClimate::Tropical;
  rule.obstacle = one_of("obstacle", "extended", "isolated") ? p530::Obstacle::Isolated : p530::Obstacle::Extended;
  rule.median_k = section.marked("median_k", {"", 0.3, 10}, false, rule.median_k);
  rule.low_k = section.marked("low_k", {"", 0.3, 10}, false, rule.low_k);
  if (rule.low_k > rule.median_k) {
    section.refuse("low_k", "must not be over median_k");
  }
  section.end();
}

void read_backhaul(MarkedSection& root, RadioProfile& profile) {
  profile.use = RadioUse::Backhaul;
  profile.availability = Percent{root.marked("availability", kPercent)};
  read_climate(root.section("climate"), profile.climate);
  if (root.has("clearance")) {
    read_clearance(root.section("clearance"), profile.clearance);
  }
}

void read_profile(MarkedSection& root, RadioProfile& profile) {
  profile.id = root.text("id");
  profile.title = root.text("title");
  profile.frequency = Megahertz{root.marked("frequency", {"MHz", 20, 100'000})};
  profile.channel = Megahertz{root.marked("channel", kMegahertz)};
  const std::string polarization = root.text("polarization", false);
  if (!polarization.empty() && polarization != "vertical" && polarization != "horizontal") {
    root.refuse("polarization", "must be vertical or horizontal");
  }
  profile.polarization =
      polarization == "horizontal" ? propagation::Polarization::Horizontal : propagation::Polarization::Vertical;
  profile.power = Dbm{root.marked("power", kLevel)};
  profile.feeder_loss = Db{root.marked("feeder_loss", kLoss)};
  read_antenna(root.section("antenna"), profile.antenna);
  profile.eirp_limit = Dbm{root.marked("eirp_limit", kLevel)};
  profile.noise_figure = Db{root.marked("noise_figure", kLoss)};
  profile.interference = Db{root.marked("interference", kLoss)};
  profile.share = root.marked("share", kPart);
  for (const auto& [snr, bits] : root.steps("rates", {"dB", -30, 60}, {"", 0.001, 40})) {
    profile.rates.push_back({Db{snr}, bits});
  }
  profile.least_down = BitsPerSecond{root.marked("least_down", {"Mbit", 0.001, 100'000}) * 1e6};
  profile.reach = Metres{root.marked("reach", {"km", 0.1, 100}) * 1000};
}

}  // namespace

Result<RadioProfile> parse_radio(std::string_view file, std::string_view text) {
  const YamlTree tree = read_yaml(file, text);
  MarkedReading reading{std::string{file}, tree.problems, {}};
  RadioProfile profile;
  if (reading.problems.empty()) {
    MarkedSection root{reading, tree.root, ""};
    read_profile(root, profile);
    const std::string use = root.text("use");
    if (use == "access") {
      read_access(root, profile);
    } else if (use == "backhaul") {
      read_backhaul(root, profile);
    } else {
      root.refuse("use", "must be access or backhaul");
    }
    root.end();
  }
  if (const Status read = outcome(reading); !read.ok()) {
    return read.error();
  }
  profile.origins = std::move(reading.origins);
  if (const Status whole = check(profile); !whole.ok()) {
    return whole.error().in(file);
  }
  return profile;
}

Result<RadioProfile> read_radio(const std::string& path) {
  const auto text = read_text(path);
  return text ? parse_radio(path, *text) : text.error();
}

}  // namespace karkara::planner
