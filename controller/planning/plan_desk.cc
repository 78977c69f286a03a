#include "controller/planning/plan_desk.h"

#include "controller/planner/live/coverage_map.h"
#include "controller/planning/job_files.h"

namespace karkara {
namespace {

constexpr std::chrono::milliseconds kPause{500};
constexpr Duration kBetweenMaps = std::chrono::seconds{2};
constexpr std::size_t kMostFile = 48U << 20U;  // an operator's CLI takes 64 MiB
constexpr std::size_t kMostLog = 4U << 20U;

v1::PlanFile file_of(const char* name, std::string content) {
  v1::PlanFile file;
  file.set_name(name);
  file.set_content(std::move(content));
  return file;
}

Result<v1::PlanFile> file_at(const char* name, const std::string& path, std::size_t most) {
  auto text = file_end(path, most + 1);
  if (!text) {
    return Error{ErrorCode::NotFound, std::string{"there is no "} + name + " yet"};
  }
  if (text->size() > most) {
    return Error{ErrorCode::ResourceExhausted, std::string{name} + " is too large to be sent"};
  }
  return file_of(name, std::move(text).value());
}

}  // namespace

PlanDesk::PlanDesk(PlannerSettings settings, const FleetAccess& fleet, FileSystem& files, const Clock& clock, Log& log)
    : fleet_{fleet}, clock_{clock}, log_{log}, runner_{std::move(settings), files, clock, log} {}

PlanDesk::~PlanDesk() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock{wake_mutex_};
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
}

void PlanDesk::begin() {
  runner_.load();
  thread_ = std::thread{[this] { work(); }};
}

void PlanDesk::changed(const SiteId& site) {
  const std::lock_guard lock{wake_mutex_};
  changed_.insert(site);
}

std::set<SiteId> PlanDesk::take_changed() {
  const std::lock_guard lock{wake_mutex_};
  return std::exchange(changed_, {});
}

void PlanDesk::work() {
  kept_ = runner_.kept();
  if (kept_.number() > 0) {
    auto plan = read_kept_plan(runner_.folder_of(kept_.number()));
    if (plan) {
      take_plan(std::move(plan).value());
      publish();
    } else {
      log_.write({MessageId::PlanFailed, {{"job", std::to_string(kept_.number())}, {"why", plan.error().text}}});
    }
  }
  std::unique_lock lock{wake_mutex_};
  while (!stopping_) {
    lock.unlock();
    look_after_job();
    look_at_fleet();
    draw_map(clock_.now());
    lock.lock();
    wake_.wait_for(lock, kPause, [this] { return stopping_; });
  }
}

void PlanDesk::look_after_job() {
  std::optional<std::string> whole;
  {
    const std::lock_guard lock{job_mutex_};
    whole = runner_.look_after();
  }
  if (!whole) {
    return;
  }
  auto plan = read_kept_plan(*whole);  // without the lock: it may take a second
  const Status outcome = plan ? Status{} : Status{plan.error()};
  if (plan) {
    take_plan(std::move(plan).value());
  }
  const std::lock_guard lock{job_mutex_};  // who hears that the job is done finds its plan
  runner_.plan_was_read(outcome);
  if (outcome) {
    kept_ = runner_.kept();
    publish();
  }
}

void PlanDesk::take_plan(KeptPlan plan) {
  divisions_ = std::make_shared<const planner::PlanDivisions>(std::move(plan.divisions));
  watch_ = std::make_unique<CoverageWatch>(std::move(plan.plan), *divisions_);
  (void)take_changed();  // all of them are looked at now
  std::vector<StandingSite> all;
  fleet_.visit([&](const Fleet& fleet, Moment) { all = standing_sites(fleet); });
  watch_->look_at_all(all);
}

void PlanDesk::look_at_fleet() {
  const std::set<SiteId> changed = take_changed();
  if (watch_ == nullptr || changed.empty()) {
    return;
  }
  std::vector<StandingSite> sites;
  fleet_.visit([&](const Fleet& fleet, Moment) { sites = standing_sites(fleet, changed); });
  const std::size_t before = watch_->flips();
  const bool known = watch_->look_at(sites);
  if (!known) {
    fleet_.visit([&](const Fleet& fleet, Moment) { sites = standing_sites(fleet); });
    watch_->look_at_all(sites);
  }
  if (!known || watch_->flips() != before) {
    publish();
  }
}

void PlanDesk::publish() {
  auto picture = std::make_shared<const PlanPicture>(
      PlanPicture{kept_, divisions_, watch_->live(), watch_->standing(), watch_->mast_heights(), clock_.now()});
  map_is_old_ = true;
  const std::lock_guard lock{picture_mutex_};
  picture_ = std::move(picture);
}

void PlanDesk::draw_map(Instant now) {
  if (!map_is_old_ || (drawn_ && now - *drawn_ < kBetweenMaps)) {
    return;
  }
  auto map = std::make_shared<const std::string>(planner::coverage_geojson(watch_->live(), watch_->standing()));
  drawn_ = now;
  map_is_old_ = false;
  const std::lock_guard lock{picture_mutex_};
  map_ = std::move(map);
}

std::string PlanDesk::fleet_as_masts() const {
  const auto known = picture();
  std::string csv;
  fleet_.visit([&](const Fleet& fleet, Moment) { csv = masts_csv(fleet, known ? known->heights : MastHeights{}); });
  return csv;
}

Result<v1::PlanJob> PlanDesk::start(const v1::StartPlanRequest& request, const std::string& who) {
  const std::string masts = request.without_fleet() ? "" : fleet_as_masts();
  const bool any = masts.find('\n') + 1 < masts.size();  // behind the names of columns
  const std::lock_guard lock{job_mutex_};
  return runner_.start(request, who, any ? masts : "");
}

Result<v1::PlanJob> PlanDesk::cancel() {
  const std::lock_guard lock{job_mutex_};
  return runner_.cancel();
}

Result<v1::PlanJob> PlanDesk::job() const {
  const std::lock_guard lock{job_mutex_};
  return runner_.job();
}

std::shared_ptr<const PlanPicture> PlanDesk::picture() const {
  const std::lock_guard lock{picture_mutex_};
  return picture_;
}

std::shared_ptr<const std::string> PlanDesk::map() const {
  const std::lock_guard lock{picture_mutex_};
  return map_;
}

Result<v1::PlanFile> PlanDesk::file(v1::PlanFileKind kind) const {
  const auto in_job = [&](bool of_plan, const char* file) {
    const std::lock_guard lock{job_mutex_};
    return runner_.folder_of(of_plan ? runner_.kept().number() : runner_.number()) + "/" + file;
  };
  switch (kind) {
    case v1::PLAN_FILE_KIND_PLAN: return file_at("plan.txt", in_job(true, "plan.txt"), kMostFile);
    case v1::PLAN_FILE_KIND_SO_FAR: return file_at("plan-so-far.txt", in_job(false, "plan.txt"), kMostFile);
    case v1::PLAN_FILE_KIND_MASTS: return file_of("fleet.csv", fleet_as_masts());
    case v1::PLAN_FILE_KIND_LINKS: {
      std::string csv;
      fleet_.visit([&](const Fleet& fleet, Moment now) { csv = links_csv(fleet, now); });
      return file_of("links.csv", std::move(csv));
    }
    case v1::PLAN_FILE_KIND_MAP: {
      const auto drawn = map();
      return drawn ? Result<v1::PlanFile>{file_of("coverage.geojson", *drawn)}
                   : Result<v1::PlanFile>{Error{ErrorCode::NotFound, "there is no plan yet"}};
    }
    case v1::PLAN_FILE_KIND_LOG: {
      auto text = file_end(in_job(false, "log"), kMostLog);
      return text ? Result<v1::PlanFile>{file_of("plan.log", std::move(text).value())}
                  : Result<v1::PlanFile>{Error{ErrorCode::NotFound, "no planning job ran yet"}};
    }
    default: break;  // foreign: of a newer asker, or nothing
  }
  return Error{ErrorCode::InvalidArgument, "a file that this controller does not know"};
}

}  // namespace karkara
