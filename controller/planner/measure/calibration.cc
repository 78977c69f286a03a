#include "controller/planner/measure/calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace karkara::planner {
namespace {

constexpr std::size_t kFewest = 10;  // measurements for any correction
constexpr std::size_t kFewestForSlope = 30;
constexpr double kLeastSpan = 0.6;  // decades: distances that differ by four
constexpr std::size_t kStretches = 5;
constexpr double kWorthwhile = 0.1;  // dB that a correction must gain

double decades(Metres away) {
  return std::log10(std::max(away.value(), 1.0) / 1000);
}

double residual(const Compared& one) {
  return (one.measured - one.predicted).value();
}

using Group = std::vector<const Compared*>;

bool spans_enough(const Group& group) {
  const auto [least, most] = std::minmax_element(
      group.begin(), group.end(), [](const Compared* a, const Compared* b) { return a->away < b->away; });
  return group.size() >= kFewestForSlope && decades((*most)->away) - decades((*least)->away) >= kLeastSpan;
}

Correction fit_offset(const Group& group) {
  double sum = 0;
  for (const Compared* one : group) {
    sum += residual(*one);
  }
  return {.offset = Db{group.empty() ? 0 : sum / static_cast<double>(group.size())}, .per_decade = Db{0}};
}

// Least squares about the means.
Correction fit_slope(const Group& group) {
  const double count = static_cast<double>(group.size());
  double mean_x = 0;
  double mean_y = 0;
  for (const Compared* one : group) {
    mean_x += decades(one->away) / count;
    mean_y += residual(*one) / count;
  }
  double xx = 0;
  double xy = 0;
  for (const Compared* one : group) {
    const double x = decades(one->away) - mean_x;
    xx += x * x;
    xy += x * (residual(*one) - mean_y);
  }
  const double slope = xx > 0 ? xy / xx : 0;
  return {.offset = Db{mean_y - slope * mean_x}, .per_decade = Db{slope}};
}

// Parts of which one at a time is left out: sites, or stretches of distance of the one site.
std::vector<std::size_t> parts_of(const Group& group, std::size_t& parts) {
  std::map<std::string, std::size_t> sites;
  for (const Compared* one : group) {
    sites.emplace(one->site, 0);
  }
  std::size_t next = 0;
  for (auto& [site, number] : sites) {
    number = next++;
  }
  std::vector<std::size_t> part(group.size());
  if (sites.size() > 1) {
    parts = sites.size();
    for (std::size_t i = 0; i < group.size(); ++i) {
      part[i] = sites[group[i]->site];
    }
    return part;
  }
  std::vector<std::size_t> order(group.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return group[a]->away < group[b]->away; });
  parts = std::min(kStretches, group.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    part[order[i]] = i * parts / order.size();
  }
  return part;
}

struct UnseenErrors {
  double none = 0, offset = 0, slope = 0;
};

UnseenErrors errors_on_unseen(const Group& group) {
  std::size_t parts = 0;
  const std::vector<std::size_t> part = parts_of(group, parts);
  UnseenErrors squares;
  for (std::size_t out = 0; out < parts; ++out) {
    Group seen;
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (part[i] != out) {
        seen.push_back(group[i]);
      }
    }
    const Correction offset = fit_offset(seen);
    const Correction slope = fit_slope(seen);
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (part[i] == out) {
        const double error = residual(*group[i]);
        squares.none += error * error;
        squares.offset += std::pow(error - offset.at(group[i]->away).value(), 2);
        squares.slope += std::pow(error - slope.at(group[i]->away).value(), 2);
      }
    }
  }
  const double count = static_cast<double>(group.size());
  return {std::sqrt(squares.none / count), std::sqrt(squares.offset / count), std::sqrt(squares.slope / count)};
}

std::vector<Compared> corrected(const Group& group, const Correction& correction) {
  std::vector<Compared> all;
  for (const Compared* one : group) {
    all.push_back(*one);
    all.back().predicted = one->predicted + correction.at(one->away);
  }
  return all;
}

std::vector<Compared> plain_copy(const Group& group) {
  return corrected(group, Correction{});
}

ProfileCalibration calibrate_profile(const std::string& profile, const Group& group, std::size_t sites) {
  ProfileCalibration found;
  found.profile = profile;
  found.sites = sites;
  found.before = model_error(plain_copy(group));
  const UnseenErrors unseen = errors_on_unseen(group);
  const double slope = spans_enough(group) ? unseen.slope : std::numeric_limits<double>::infinity();
  found.rmse_unseen_none = Db{unseen.none};
  found.rmse_unseen_offset = Db{unseen.offset};
  found.rmse_unseen_slope = Db{slope};
  if (group.size() >= kFewest && unseen.offset < unseen.none - kWorthwhile) {
    found.kind = CorrectionKind::Offset;
    found.correction = fit_offset(group);
  }
  if (group.size() >= kFewest && slope < std::min(unseen.none, unseen.offset) - kWorthwhile) {
    found.kind = CorrectionKind::OffsetAndSlope;
    found.correction = fit_slope(group);
  }
  if (found.kind != CorrectionKind::None) {
    const auto [nearest, farthest] = std::minmax_element(
        group.begin(), group.end(), [](const Compared* a, const Compared* b) { return a->away < b->away; });
    found.correction.nearest = (*nearest)->away;
    found.correction.farthest = (*farthest)->away;
  }
  found.after = model_error(corrected(group, found.correction));
  return found;
}

}  // namespace

ModelError model_error(const std::vector<Compared>& compared) {
  ModelError error;
  error.count = compared.size();
  if (compared.empty()) {
    return error;
  }
  const double count = static_cast<double>(compared.size());
  double sum = 0;
  double worst = 0;
  for (const Compared& one : compared) {
    sum += residual(one);
    worst = std::max(worst, std::abs(residual(one)));
  }
  const double bias = sum / count;
  double spread = 0;  // about the bias: no difference of large squares
  for (const Compared& one : compared) {
    spread += std::pow(residual(one) - bias, 2) / count;
  }
  error.bias = Db{bias};
  error.deviation = Db{std::sqrt(spread)};
  error.rmse = Db{std::hypot(bias, std::sqrt(spread))};
  error.worst = Db{worst};
  return error;
}

Calibration calibrate(const std::vector<Compared>& compared) {
  std::map<std::string, Group> by_profile;
  std::map<std::pair<std::string, std::string>, Group> by_site;
  std::map<std::string, std::size_t> sites;
  for (const Compared& one : compared) {
    by_profile[one.profile].push_back(&one);
    by_site[{one.profile, one.site}].push_back(&one);
  }
  Calibration result;
  for (const auto& [key, group] : by_site) {
    ++sites[key.first];
    result.sites.push_back({key.second, key.first, model_error(plain_copy(group)), group.front()->mast,
                            calibrate_profile(key.first, group, 1)});
  }
  for (const auto& [profile, group] : by_profile) {
    result.profiles.push_back(calibrate_profile(profile, group, sites[profile]));
  }
  return result;
}

Db rmse_of_choice(const ProfileCalibration& calibration) {
  switch (calibration.kind) {
    case CorrectionKind::None: break;
    case CorrectionKind::Offset: return calibration.rmse_unseen_offset;
    case CorrectionKind::OffsetAndSlope: return calibration.rmse_unseen_slope;
  }
  return calibration.rmse_unseen_none;
}

const char* to_string(CorrectionKind kind) {
  switch (kind) {
    case CorrectionKind::None: return "none";
    case CorrectionKind::Offset: return "offset";
    case CorrectionKind::OffsetAndSlope: return "offset and slope";
  }
  return "";
}

}  // namespace karkara::planner
