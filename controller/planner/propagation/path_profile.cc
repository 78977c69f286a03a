#include "controller/planner/propagation/path_profile.h"

#include <cmath>
#include <string>

#include "controller/planner/propagation/profile_kernels.h"

namespace karkara::propagation {
namespace {

constexpr double kLowest = -12'000;  // sea beds in some elevation models
constexpr double kHighest = 12'000;
constexpr std::size_t kFewestHeights = 3;
constexpr std::size_t kMostHeights = 1'000'000;
constexpr double kLongestStep = 100'000;
constexpr double kShortestStep = 0.001;

Error first_fault(const PathProfile& profile) {
  for (std::size_t i = 0; i < profile.heights.size(); ++i) {
    const std::string place = " at " + std::to_string(profile.spacing.value() * static_cast<double>(i)) + " m";
    if (std::isnan(profile.heights[i])) {
      return {ErrorCode::FailedPrecondition, "unknown terrain" + place};
    }
    if (!(profile.heights[i] >= kLowest && profile.heights[i] <= kHighest)) {
      return {ErrorCode::InvalidArgument, "impossible terrain height" + place};
    }
  }
  return {ErrorCode::Internal, "profile without fault"};
}

}  // namespace

Status check_profile(const PathProfile& profile) {
  if (profile.heights.size() < kFewestHeights || profile.heights.size() > kMostHeights) {
    return Error{ErrorCode::InvalidArgument,
                 "a path profile has 3 to 1000000 heights, this one " + std::to_string(profile.heights.size())};
  }
  if (!(profile.spacing.value() >= kShortestStep && profile.spacing.value() <= kLongestStep)) {
    return Error{ErrorCode::InvalidArgument, "the step of a path profile is between 1 mm and 100 km"};
  }
  if (!all_within(profile.heights, kLowest, kHighest)) {
    return first_fault(profile);
  }
  return {};
}

}  // namespace karkara::propagation
