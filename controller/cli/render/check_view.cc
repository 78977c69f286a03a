#include "controller/cli/render/check_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "controller/cli/render/display.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {
namespace {

Cell verdict_cell(v1::CheckVerdict verdict) {
  switch (verdict) {
    case v1::CHECK_VERDICT_PASS: return {"pass", Tone::Good};
    case v1::CHECK_VERDICT_WARN: return {"warn", Tone::Warn};
    case v1::CHECK_VERDICT_FAIL: return {"FAIL", Tone::Bad};
    case v1::CHECK_VERDICT_UNSPECIFIED:
    case v1::CheckVerdict_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::CheckVerdict_INT_MAX_SENTINEL_DO_NOT_USE_: break;
  }
  return {"FAIL?", Tone::Bad};
}

bool is_failure(const v1::CheckItem& item) {
  return item.verdict() != v1::CHECK_VERDICT_PASS && item.verdict() != v1::CHECK_VERDICT_WARN;
}

Cell summary_of(const v1::SiteCheck& check) {
  const int failed = failures_in(check);
  const auto warned = std::count_if(check.items().begin(), check.items().end(),
                                    [](const v1::CheckItem& item) { return item.verdict() == v1::CHECK_VERDICT_WARN; });
  if (failed == 0 && warned == 0) {
    return {"all passed", Tone::Good};
  }
  return {fmt::format("{} failed, {} to look at, {} passed", failed, warned, check.items_size() - failed - warned),
          failed > 0 ? Tone::Bad : Tone::Warn};
}

}  // namespace

int failures_in(const v1::SiteCheck& check) {
  return static_cast<int>(std::count_if(check.items().begin(), check.items().end(), is_failure));
}

View check_view(const v1::SiteCheck& check) {
  View view{.kind = "SiteCheck", .value = value_of(check), .list = "items", .item = "CheckItem", .sections = {}};
  Table table;
  table.columns = {{"RESULT"}, {"ITEM"}, {.head = "DETAIL", .shrinks = true}};
  table.nothing = "Nothing was checked.";
  Facts advice;
  for (const v1::CheckItem& item : check.items()) {
    table.rows.push_back({verdict_cell(item.verdict()), plain(item.name()), plain(item.detail())});
    if (item.verdict() != v1::CHECK_VERDICT_PASS && !item.advice().empty()) {
      advice.push_back({clean_text(item.name()), {item.advice()}});
    }
  }
  const bool empty = table.rows.empty();
  view.sections.push_back({"", std::move(table)});
  if (!advice.empty()) {
    view.sections.push_back({"What to do", std::move(advice)});
  }
  if (!empty) {
    view.sections.push_back({"", Facts{{"Result", summary_of(check)}}});
  }
  return view;
}

View decisions_view(const v1::Done& done) {
  Lines record{{}, "No decision is recorded."};
  const std::string& text = done.text();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    record.lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return {.kind = "Decisions", .value = value_of(done), .list = "", .item = "", .sections = {{"", std::move(record)}}};
}

}  // namespace karkara::cli
