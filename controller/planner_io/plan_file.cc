#include "controller/planner_io/plan_file.h"

#include <unistd.h>

#include <charconv>
#include <cmath>
#include <cstdio>

#include "controller/planner_io/text_file.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kMostRows = 2'000'000;

// The fields of one line, taken one after the other; the first that is wrong is remembered.
class Fields {
 public:
  explicit Fields(std::string_view line) : rest_{line} { word_ = take(); }

  [[nodiscard]] std::string_view word() const { return word_; }
  [[nodiscard]] bool fine() const { return fine_ && done_; }

  std::string text() {
    const std::string_view raw = take();
    if (raw == "%") {
      return {};
    }
    std::string value;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '%') {
        value += raw[i];
        continue;
      }
      unsigned code = 0;
      const auto [end, error] = std::from_chars(raw.data() + i + 1, raw.data() + std::min(i + 3, raw.size()), code, 16);
      fine_ = fine_ && error == std::errc{} && end == raw.data() + i + 3;
      value += static_cast<char>(code);
      i += 2;
    }
    fine_ = fine_ && !raw.empty();
    return value;
  }
  template <class Whole>
  Whole whole(Whole low, Whole high) {
    Whole value = low;
    const std::string_view raw = take();
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    const bool good = error == std::errc{} && end == raw.data() + raw.size() && value >= low && value <= high;
    fine_ = fine_ && good;
    return good ? value : low;
  }
  double real(double low = -1e15, double high = 1e15) {
    double value = 0;
    const std::string_view raw = take();
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    const bool good = error == std::errc{} && end == raw.data() + raw.size() && value >= low && value <= high;
    fine_ = fine_ && good;
    return good ? value : low;
  }
  bool flag() {
    const std::string_view raw = take();
    fine_ = fine_ && (raw == "yes" || raw == "no");
    return raw == "yes";
  }
  std::uint32_t number() { return is_dash() ? kNoSite : whole<std::uint32_t>(0, kNoSite - 1); }
  Place place() {
    const double latitude = real(-90, 90);
    return {Degrees{latitude}, Degrees{real(-180, 180)}};
  }
  PlanCost cost() {
    const Money capex = whole<Money>(0, kMostMoney);
    const Money opex = whole<Money>(0, kMostMoney);
    return {capex, opex, whole<Money>(0, kMostMoney)};
  }
  template <class Kind>
  Kind one_of(std::initializer_list<Kind> kinds) {
    const std::string_view raw = take();
    for (const Kind kind : kinds) {
      if (to_string(kind) == raw) {
        return kind;
      }
    }
    fine_ = false;
    return *kinds.begin();
  }
  // Takes the next field if it is "-".
  bool is_dash() {
    const bool dash = rest_ == "-" || rest_.starts_with("-\t");
    if (dash) {
      take();
    }
    return dash;
  }

 private:
  std::string_view take() {
    fine_ = fine_ && !done_;
    const std::size_t tab = rest_.find('\t');
    const std::string_view field = rest_.substr(0, tab);
    done_ = tab == std::string_view::npos;
    rest_ = done_ ? std::string_view{} : rest_.substr(tab + 1);
    return field;
  }

  std::string_view rest_;
  std::string_view word_;
  bool fine_ = true;
  bool done_ = false;  // the last field was taken
};

PlanSite read_site(Fields& fields) {
  PlanSite site;
  site.id = fields.text();
  site.name = fields.text();
  site.place = fields.place();
  site.code = fields.text();
  site.role = fields.one_of({SiteRole::Access, SiteRole::Relay, SiteRole::Existing});
  site.mast = Metres{fields.real(0, 10'000)};
  site.profile = fields.text();
  site.backhaul = fields.one_of({BackhaulKind::Gateway, BackhaulKind::Hop, BackhaulKind::Sim, BackhaulKind::Vsat});
  site.hop.parent = fields.number();
  site.hop.profile = fields.text();
  site.hop.length = Metres{fields.real(0)};
  site.hop.clearance = fields.real();
  site.hop.clearance_low = fields.real();
  site.hop.availability = Percent{fields.real(0, 100)};
  site.hop.rate = BitsPerSecond{fields.real(0)};
  site.chain_rate = BitsPerSecond{fields.real(0)};
  site.mast_cost = fields.cost();
  site.backhaul_cost = fields.cost();
  site.people = fields.whole<std::int64_t>(0, std::int64_t{1} << 40U);
  site.settlements = fields.whole<std::uint32_t>(0, kMostRows);
  site.phase = fields.whole<std::uint32_t>(0, 10'000);
  site.unproven = fields.flag();
  return site;
}

std::optional<PlanServer> read_server(Fields& fields) {
  PlanServer server;
  server.site = fields.number();
  server.distance = Metres{fields.real(0)};
  server.margin = Db{fields.real()};
  server.rate = BitsPerSecond{fields.real(0)};
  return server.site == kNoSite ? std::nullopt : std::optional{server};
}

PlanSettlement read_settlement(Fields& fields) {
  PlanSettlement row;
  row.id = fields.text();
  row.name = fields.text();
  row.place = fields.place();
  if (!fields.is_dash()) {
    row.people = fields.whole<std::int64_t>(0, std::int64_t{1} << 40U);
  }
  row.code = fields.text();
  row.eligible = fields.flag();
  row.server = read_server(fields);
  row.second = read_server(fields);
  row.why = fields.one_of({WhyUnserved::Served, WhyUnserved::NoCandidate, WhyUnserved::TooFar, WhyUnserved::Obstructed,
                           WhyUnserved::UnknownTerrain, WhyUnserved::TooDear});
  row.nearest_site = fields.number();
  row.missing = Db{fields.real()};
  if (!fields.is_dash()) {
    row.obstruction = fields.place();
  } else if (!fields.is_dash()) {
    fields.real(1, 0);  // nothing fits
  }
  row.height_needed = Metres{fields.real(0)};
  row.unproven = fields.flag();
  return row;
}

void read_head(Fields& fields, Plan& plan, bool& known) {
  const std::string_view word = fields.word();
  if (word == "currency") {
    plan.currency = fields.text();
  } else if (word == "target") {
    plan.target = fields.text();
  } else if (word == "years") {
    plan.years = fields.whole<std::uint32_t>(0, 1'000);
  } else if (word == "discount") {
    plan.discount = fields.real(0, 1);
  } else if (word == "seed") {
    plan.seed = fields.whole<std::uint64_t>(0, UINT64_MAX);
  } else if (word == "input") {
    plan.input_hash = fields.whole<std::uint64_t>(0, UINT64_MAX);
  } else if (word == "bound") {
    plan.bound = fields.whole<std::int64_t>(0, INT64_MAX);
  } else if (word == "gap") {
    plan.gap = fields.real(-1e9, 1);
  } else if (word == "by-budget") {
    plan.by_budget = fields.flag();
  } else if (word == "cancelled") {
    plan.cancelled = fields.flag();
  } else if (word == "mark") {
    plan.marks.push_back(fields.text());
  } else {
    known = false;
  }
}

// Parents exist, and whoever follows them comes to a way out.
bool hangs_together(const Plan& plan) {
  std::vector<char> state(plan.sites.size(), 0);  // 1: on this walk, 2: comes to a way out
  for (std::size_t start = 0; start < plan.sites.size(); ++start) {
    std::vector<std::size_t> walk;
    for (std::size_t at = start; state[at] == 0;) {
      state[at] = 1;
      walk.push_back(at);
      const PlanSite& site = plan.sites[at];
      const bool hop = site.backhaul == BackhaulKind::Hop;
      if (hop != (site.hop.parent != kNoSite) || (hop && site.hop.parent >= plan.sites.size())) {
        return false;
      }
      at = hop ? site.hop.parent : at;
      if (hop && state[at] == 1) {
        return false;
      }
    }
    for (const std::size_t at : walk) {
      state[at] = 2;
    }
  }
  return true;
}

bool points_somewhere(const Plan& plan) {
  const auto fits = [&](std::uint32_t site) { return site == kNoSite || site < plan.sites.size(); };
  for (const PlanSettlement& row : plan.settlements) {
    const bool served = row.server.has_value();
    if (served != (row.why == WhyUnserved::Served) || (row.second && !served) || !fits(row.nearest_site) ||
        (row.server && !fits(row.server->site)) || (row.second && !fits(row.second->site))) {
      return false;
    }
  }
  return true;
}

Error in_line(std::size_t line, const char* what) {
  return {ErrorCode::InvalidArgument, "line " + std::to_string(line) + ": " + what};
}

}  // namespace

Result<Plan> parse_plan(std::string_view text) {
  Plan plan;
  bool ended = false;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (end == std::string_view::npos || ended) {
      return in_line(number, ended ? "text behind the end" : "is torn");
    }
    text.remove_prefix(end + 1);
    if (number == 1) {
      if (line != kPlanFirstLine) {
        return in_line(1, "is no plan of this version");
      }
      continue;
    }
    Fields fields{line};
    bool known = true;
    if (fields.word() == "site") {
      plan.sites.push_back(read_site(fields));
    } else if (fields.word() == "settlement") {
      plan.settlements.push_back(read_settlement(fields));
    } else if (fields.word() == "end") {
      ended = fields.whole<std::size_t>(0, kMostRows) == plan.sites.size();
      ended = fields.whole<std::size_t>(0, kMostRows) == plan.settlements.size() && ended;
      known = ended;
    } else {
      read_head(fields, plan, known);
    }
    if (!known || !fields.fine() || plan.sites.size() > kMostRows || plan.settlements.size() > kMostRows) {
      return in_line(number, known ? "has a field too few, too many or out of range" : "is not known, or counts wrong");
    }
  }
  if (!ended) {
    return Error{ErrorCode::DataLoss, "the end of the plan is missing"};
  }
  if (!hangs_together(plan) || !points_somewhere(plan)) {
    return Error{ErrorCode::InvalidArgument, "a number points to no site, or hops go around in a circle"};
  }
  plan.totals = totals_of(plan);
  return plan;
}

Status write_plan(const Plan& plan, const std::string& path) {
  const std::string beside = path + ".new";
  const std::string text = to_text(plan);
  std::FILE* file = std::fopen(beside.c_str(), "wb");
  bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  written = written && std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
  if (file != nullptr) {
    written = std::fclose(file) == 0 && written;
  }
  if (!written || std::rename(beside.c_str(), path.c_str()) != 0) {
    std::remove(beside.c_str());
    return Error{ErrorCode::Unavailable, path + ": cannot be written"};
  }
  return {};
}

Result<Plan> read_plan(const std::string& path) {
  const auto text = read_text(path);
  if (!text) {
    return text.error();
  }
  auto plan = parse_plan(*text);
  return plan ? std::move(plan) : plan.error().in(path);
}

}  // namespace karkara::planner
