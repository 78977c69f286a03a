#include "controller/planner_io/plan/plan_names.h"

#include <algorithm>
#include <vector>

#include "common/host/nearest_name.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kIdsTold = 5;

template <class Rows>
Result<std::uint32_t> row_called(const Rows& rows, const std::string& word, const std::string& what) {
  std::vector<std::string> named;  // ids of those that are called so
  std::uint32_t first = kNoSite;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    if (rows[i].id == word) {
      return i;
    }
    if (rows[i].name == word) {
      first = named.empty() ? i : first;
      named.push_back(rows[i].id);
    }
  }
  if (named.size() == 1) {
    return first;
  }
  if (!named.empty()) {
    std::string ids;
    for (std::size_t i = 0; i < std::min(kIdsTold, named.size()); ++i) {
      ids += (i == 0 ? "" : ", ") + named[i];
    }
    return Error{ErrorCode::InvalidArgument, std::to_string(named.size()) + " " + what + "s are called '" + word +
                                                 "'; their ids tell them apart: " + ids +
                                                 (named.size() > kIdsTold ? ", ..." : "")};
  }
  std::vector<std::string> known;
  for (const auto& row : rows) {
    known.push_back(row.id);
    known.push_back(row.name);
  }
  return Error{ErrorCode::NotFound,
               "the plan has no " + what + " with the id or name '" + word + "'" + did_you_mean(word, known)};
}

Status check_names(const std::vector<std::string>& words, const std::vector<std::string>& known, const char* what) {
  for (const std::string& word : words) {
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      return Error{ErrorCode::NotFound,
                   "no site of the plan rests on " + std::string{what} + " '" + word + "'" + did_you_mean(word, known)};
    }
  }
  return {};
}

}  // namespace

Result<std::uint32_t> site_called(const Plan& plan, const std::string& word) {
  return row_called(plan.sites, word, "site");
}

Result<std::uint32_t> settlement_called(const Plan& plan, const std::string& word) {
  return row_called(plan.settlements, word, "settlement");
}

Status check_known(const Plan& plan, const LostNetworks& lost) {
  const Status towers = check_names(lost.towers, towers_named(plan), "a tower");
  return towers.ok() ? check_names(lost.operators, operators_named(plan), "the operator") : towers;
}

}  // namespace karkara::planner
