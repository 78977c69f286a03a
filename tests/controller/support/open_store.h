// A store in a folder of its own, with the waiting that tests need around its callbacks.
#pragma once

#include <cstdio>
#include <future>

#include "common/host/system_clock.h"
#include "controller/store/sqlite_store.h"
#include "tests/support/test_folder.h"

namespace karkara {

// Bounded: a store that never answers fails the test instead of hanging it.
inline Status write_and_wait(Store& store, WriteGroup group) {
  auto promise = std::make_shared<std::promise<Status>>();
  auto outcome = promise->get_future();
  store.submit(std::move(group), [promise](const Status& status) { promise->set_value(status); });
  if (outcome.wait_for(std::chrono::seconds{30}) != std::future_status::ready) {
    return Error{ErrorCode::DeadlineExceeded, "the store did not answer"};
  }
  return outcome.get();
}

inline SiteRecord site_record(const std::string& id, std::uint64_t revision = 1) {
  SiteRecord record;
  record.id = SiteId::parse(id).value();
  record.name = "Site " + id;
  record.region = "Tillabéri";
  record.latitude = Degrees{13.245};
  record.revision = revision;
  return record;
}

struct OpenStore {
  explicit OpenStore(const std::filesystem::path& folder, FileSystem* other_files = nullptr)
      : files{other_files != nullptr ? *other_files : host_files} {
    auto opened = SqliteStore::open(folder, files, clock, log);
    error = opened ? "" : opened.error().text;
    if (opened) {
      store = std::move(opened).value();
    }
  }
  ~OpenStore() {
    store.reset();
    std::fclose(out);
    std::free(text);
  }
  OpenStore(const OpenStore&) = delete;
  OpenStore& operator=(const OpenStore&) = delete;
  [[nodiscard]] std::string log_text() const {
    std::fflush(out);
    return {text, length};
  }
  Status write(WriteGroup group) const { return write_and_wait(*store, std::move(group)); }

  char* text = nullptr;
  std::size_t length = 0;
  std::FILE* out = open_memstream(&text, &length);
  SystemClock clock;
  Log log{out, clock, false};
  HostFileSystem host_files;
  FileSystem& files;
  std::unique_ptr<SqliteStore> store;
  std::string error;
};

}  // namespace karkara
