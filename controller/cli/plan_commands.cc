// The planner: what the controller knows of plans, and what karkara-plan does with files of this machine.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <ostream>

#include "controller/cli/handlers.h"
#include "controller/cli/invocation.h"
#include "controller/cli/noc_client.h"
#include "controller/cli/render/display.h"
#include "controller/cli/render/plan_view.h"

namespace karkara::cli {
namespace {

constexpr Duration kPlanTimeout = std::chrono::seconds{15};
constexpr Duration kFileTimeout = std::chrono::seconds{120};
constexpr Duration kBetweenLooks = std::chrono::seconds{2};
constexpr std::uint64_t kMostMoney = 1'000'000'000'000;
constexpr std::uint64_t kMostSitePeople = 1'000'000'000;
constexpr std::uint64_t kMostCutOff = 1'000'000'000;
constexpr std::uint64_t kMostBonus = 1'000'000;  // of a school or health centre
constexpr double kMostBusyKbit = 1e6;

Exit become_planner(Invocation& invocation, std::vector<std::string> words) {
  words.insert(words.begin(), "karkara-plan");
  const auto& become = invocation.around().become;
  const std::string why = become ? become(words) : "karkara-plan cannot be started from here";
  return why.empty() ? Exit::Ok : invocation.fail({ErrorCode::Unavailable, why});
}

std::vector<std::string> in_list(const std::optional<std::string>& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; text && at <= text->size();) {
    const std::size_t end = std::min(text->find(',', at), text->size());
    words.push_back(text->substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::optional<double> number_up_to(const std::string& text, double most) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && number >= 0 && number <= most ? std::optional{number} : std::nullopt;
}

// Nobody is a number, too.
Result<std::uint64_t> people_in(const std::string& option, const std::string& text, std::uint64_t most) {
  return text == "0" ? Result<std::uint64_t>{std::uint64_t{0}} : parse_count(option, text, most);
}

Status read_counts(const Invocation& invocation, v1::StartPlanRequest& request) {
  struct Count {
    const char* name;
    std::uint64_t most;
    void (v1::StartPlanRequest::*set)(std::uint64_t);
  };
  for (const Count& count : {Count{"site-people", kMostSitePeople, &v1::StartPlanRequest::set_site_people},
                             Count{"school", kMostBonus, &v1::StartPlanRequest::set_school_people},
                             Count{"health", kMostBonus, &v1::StartPlanRequest::set_health_people},
                             Count{"n-1", kMostCutOff, &v1::StartPlanRequest::set_n_1_people}}) {
    if (const auto text = invocation.option(count.name)) {
      const auto number = people_in(std::string{"--"} + count.name, *text, count.most);
      if (!number) {
        return number.error();
      }
      (request.*count.set)(*number);
    }
  }
  return {};
}

// MONEY of all regions, or REGION=MONEY.
Status read_budgets(const Invocation& invocation, v1::StartPlanRequest& request) {
  for (const std::string& text : in_list(invocation.option("budget"))) {
    const std::size_t sign = text.rfind('=');
    const auto budget = parse_count("--budget", sign == std::string::npos ? text : text.substr(sign + 1), kMostMoney);
    if (!budget) {
      return budget.error();
    }
    if (sign == std::string::npos) {
      request.add_budgets(*budget);
      continue;
    }
    v1::RegionBudget& of_region = *request.add_region_budgets();
    of_region.set_region(text.substr(0, sign));
    of_region.set_money(*budget);
  }
  return {};
}

// What the options say; the controller looks at words that only it knows.
Status read_numbers(const Invocation& invocation, v1::StartPlanRequest& request) {
  if (const auto text = invocation.option("time")) {
    const auto time = parse_duration("time", *text);
    if (!time) {
      return time.error();
    }
    request.set_time_seconds(static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(*time).count()));
  }
  if (const auto text = invocation.option("gap")) {
    const auto gap = number_up_to(*text, 100);
    if (!gap) {
      return Error{ErrorCode::InvalidArgument, fmt::format("--gap: '{}' is not a number from 0 to 100", *text)};
    }
    request.set_gap_percent(*gap);
  }
  if (const auto text = invocation.option("seed")) {
    const auto seed = parse_count("--seed", *text, UINT64_MAX);
    if (!seed) {
      return seed.error();
    }
    request.set_seed(*seed);
  }
  if (const auto text = invocation.option("busy-kbit")) {
    const auto kbit = number_up_to(*text, kMostBusyKbit);
    if (!kbit) {
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("--busy-kbit: '{}' is not a number from 0 to 1000000", *text)};
    }
    request.set_busy_kbit(*kbit);
  }
  const Status counted = read_counts(invocation, request);
  return counted ? read_budgets(invocation, request) : counted;
}

// Until it ends; a controller that goes away ends the waiting, not the job.
Exit wait_for(Invocation& invocation, NocClient& noc, v1::PlanJob job) {
  std::string told;
  while (job.state() == v1::PLAN_JOB_STATE_RUNNING) {
    if (const std::string line = progress_line(job); line != told) {
      invocation.say(line);
      told = line;
    }
    invocation.around().pause(kBetweenLooks);
    const auto now = noc.plan_job(invocation.timeout_or(kPlanTimeout));
    if (!now) {
      return invocation.fail(now.error());
    }
    job = *now;
  }
  const Exit shown = invocation.show(plan_job_view(job));
  return job.state() == v1::PLAN_JOB_STATE_FAILED ? Exit::Failed : shown;
}

Status write_whole(const std::string& path, const std::string& content) {
  const std::string beside = path + ".new";
  std::ofstream file{beside, std::ios::binary};
  file << content << std::flush;
  if (!file || std::rename(beside.c_str(), path.c_str()) != 0) {
    std::remove(beside.c_str());
    return Error{ErrorCode::Internal, path + ": cannot be written"};
  }
  return {};
}

std::optional<v1::PlanFileKind> file_kind(const std::string& word) {
  return word == "plan"     ? std::optional{v1::PLAN_FILE_KIND_PLAN}
         : word == "so-far" ? std::optional{v1::PLAN_FILE_KIND_SO_FAR}
         : word == "masts"  ? std::optional{v1::PLAN_FILE_KIND_MASTS}
         : word == "links"  ? std::optional{v1::PLAN_FILE_KIND_LINKS}
         : word == "map"    ? std::optional{v1::PLAN_FILE_KIND_MAP}
         : word == "log"    ? std::optional{v1::PLAN_FILE_KIND_LOG}
                            : std::nullopt;
}

// Asks the controller and shows what it says.
template <class Ask, class ViewOf>
Exit ask_and_show(Invocation& invocation, Ask ask, ViewOf view_of) {
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  const auto reply = ask(**noc, invocation.timeout_or(kPlanTimeout));
  return reply ? invocation.show(view_of(*reply)) : invocation.fail(reply.error());
}

}  // namespace

Exit plan_run(Invocation& invocation) {
  if (invocation.passes_on()) {
    return plan_passed_on(invocation);
  }
  v1::StartPlanRequest request;
  request.set_target(invocation.option("target").value_or(""));
  request.set_eligible(invocation.option("eligible").value_or(""));
  request.set_without_fleet(invocation.has("without-fleet"));
  request.set_resume(invocation.has("resume"));
  for (const std::string& id : in_list(invocation.option("fixed"))) {
    request.add_fixed(id);
  }
  for (const std::string& id : in_list(invocation.option("forbidden"))) {
    request.add_forbidden(id);
  }
  if (const Status read = read_numbers(invocation, request); !read) {
    return invocation.fail(read.error());
  }
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  const auto job = (*noc)->start_plan(request, invocation.timeout_or(kPlanTimeout));
  if (!job) {
    return invocation.fail(job.error());
  }
  return invocation.has("wait") ? wait_for(invocation, **noc, *job) : invocation.show(plan_job_view(*job));
}

Exit plan_status(Invocation& invocation) {
  return ask_and_show(
      invocation, [](NocClient& noc, Duration timeout) { return noc.plan_job(timeout); }, plan_job_view);
}

Exit plan_cancel(Invocation& invocation) {
  return ask_and_show(
      invocation, [](NocClient& noc, Duration timeout) { return noc.cancel_plan(timeout); }, plan_job_view);
}

Exit plan_show(Invocation& invocation) {
  if (const auto file = invocation.option("plan")) {
    return become_planner(invocation, {"show", "--", *file});
  }
  return ask_and_show(
      invocation, [](NocClient& noc, Duration timeout) { return noc.plan(timeout); }, plan_summary_view);
}

Exit plan_explain(Invocation& invocation) {
  const std::string& settlement = invocation.argument(0);
  if (const auto file = invocation.option("plan")) {
    return become_planner(invocation, {"explain", "--", *file, settlement});
  }
  return ask_and_show(
      invocation, [&](NocClient& noc, Duration timeout) { return noc.explain_plan(settlement, timeout); },
      plan_explanation_view);
}

Exit plan_fetch(Invocation& invocation) {
  const auto noc = invocation.noc();
  const auto kind = file_kind(invocation.argument(0));
  if (!noc || !kind) {
    return noc ? Exit::Usage : invocation.fail(noc.error());
  }
  const auto file = (*noc)->plan_file(*kind, invocation.timeout_or(kFileTimeout));
  if (!file) {
    return invocation.fail(file.error());
  }
  const auto path = invocation.option("out");
  if (!path) {
    invocation.around().out << file->content() << std::flush;
    return invocation.around().out ? Exit::Ok : Exit::Failed;
  }
  const Status written = write_whole(*path, file->content());
  return written ? Exit::Ok : invocation.fail(written.error());
}

// karkara-plan's words for it: what is imported is what a check keeps.
Exit plan_passed_on(Invocation& invocation) {
  std::vector<std::string> words = invocation.passed();
  const std::string verb{invocation.command().verb};
  words.insert(words.begin(), verb == "import" ? "check" : verb);
  return become_planner(invocation, std::move(words));
}

Exit coverage_show(Invocation& invocation) {
  const std::string region = invocation.option("region").value_or("");
  const bool all = !region.empty() || invocation.format() == Format::Wide;
  return ask_and_show(
      invocation, [&](NocClient& noc, Duration timeout) { return noc.coverage(region, timeout); },
      [&](const v1::CoverageReply& reply) { return coverage_view(reply, all); });
}

}  // namespace karkara::cli
