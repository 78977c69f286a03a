// What a planning job leaves and what a planner's folder and an operator say: all of it is read or refused, and no
// value becomes an option of karkara-plan.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "controller/planner/live/division_table.h"
#include "controller/planner/live/job_progress.h"
#include "controller/planning/plan_order.h"

namespace {

void must(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void progress(std::string_view text) {
  if (const auto read = karkara::planner::parse_progress(text)) {
    const auto again = karkara::planner::parse_progress(to_text(*read));
    must(again.ok() && again->best == read->best && again->ended == read->ended);
  }
}

void order(const std::string& options, std::string_view bytes) {
  karkara::v1::StartPlanRequest request;
  if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !karkara::check_request(request)) {
    request.Clear();
  }
  karkara::PlanFolder folder;
  folder.settlements = "/p/settlements.csv";
  folder.options = options;
  const auto steps = steps_of(folder, request, {"/job", "", 1U << 30U});
  if (!steps) {
    return;
  }
  for (const auto& step : *steps) {
    int outputs = 0;
    for (const std::string& word : step.words()) {
      const std::string_view name = std::string_view{word}.substr(0, word.find('='));
      must(word.find('\n') == std::string::npos && word.find('\0') == std::string::npos);
      must(name != "--memory" || word == "--memory=1024");
      outputs += name == "--output" ? 1 : 0;
    }
    must(outputs == 1 && step.words(step.words_size() - 1).starts_with("--output=/job/"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  progress(text);
  const auto divisions = karkara::planner::parse_divisions(text, {"1", "2"});
  must(!divisions || divisions->size() == 2);
  order(std::string{text}, text);
  order("", text);
  return 0;
}
