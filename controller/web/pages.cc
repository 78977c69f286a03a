#include "controller/web/pages.h"

#include <prometheus/text_serializer.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <optional>

#include "common/fnv1a.h"
#include "controller/metrics/site_metrics.h"
#include "controller/web/gzip.h"
#include "controller/web/map_page.h"

namespace karkara {
namespace {

constexpr unsigned kMostShards = 1024;

HttpAnswer plain(unsigned status, std::string text) {
  return {status, "text/plain; charset=utf-8", std::move(text) + "\n"};
}

HttpAnswer families_page(const std::vector<prometheus::MetricFamily>& families) {
  return {200, "text/plain; version=0.0.4; charset=utf-8", prometheus::TextSerializer{}.Serialize(families)};
}

// The value of the one parameter that a page knows; nothing when the query is another.
std::optional<std::string> only_parameter(const std::string& query, const std::string& name) {
  if (!query.starts_with(name + "=") || query.find('&') != std::string::npos) {
    return std::nullopt;
  }
  return query.substr(name.size() + 1);
}

std::optional<unsigned> whole_number(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

std::optional<Shard> parse_shard(std::string text) {
  if (const std::size_t encoded = text.find("%2F"); encoded != std::string::npos) {
    text.replace(encoded, 3, "/");
  }
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) {
    return std::nullopt;
  }
  const auto index = whole_number(std::string_view{text}.substr(0, slash));
  const auto count = whole_number(std::string_view{text}.substr(slash + 1));
  if (!index || !count || *count < 1 || *count > kMostShards || *index < 1 || *index > *count) {
    return std::nullopt;
  }
  return Shard{*index, *count};
}

}  // namespace

struct Pages::Kept {
  explicit Kept(std::shared_ptr<const std::string> page) : text{std::move(page)} {
    std::array<char, 48> tag{};
    std::snprintf(tag.data(), tag.size(), "W/\"%016llx-%zx\"", static_cast<unsigned long long>(fnv1a(*text)),
                  text->size());
    etag = tag.data();
  }

  std::shared_ptr<const std::string> text;
  std::string etag;  // weak: both forms have it
  std::shared_ptr<const std::string> gzip;
};

HttpAnswer Pages::answer_with(const std::shared_ptr<Kept>& kept, const char* type) {
  return {200, type, *kept->text, kept->etag, [kept] {
            if (kept->gzip == nullptr) {
              kept->gzip = std::make_shared<const std::string>(gzipped(*kept->text));
            }
            return kept->gzip;
          }};
}

HttpAnswer Pages::answer(const std::string& target) const {
  const std::size_t mark = target.find('?');
  const std::string path = target.substr(0, mark);
  const std::string query = mark == std::string::npos ? "" : target.substr(mark + 1);
  if (path == "/metrics/sites") {
    return sites(query);
  }
  if (path == "/probe") {
    return probe(query);
  }
  const bool is_map = path == "/map" || path == "/map/coverage.geojson";
  if (path != "/metrics" && path != "/healthz" && !is_map) {
    return plain(404, "there are /metrics, /metrics/sites, /probe, /map and /healthz");
  }
  if (!query.empty()) {
    return plain(400, path + " takes no parameters");
  }
  if (path == "/metrics") {
    return metrics();
  }
  if (is_map) {
    if (path != "/map") {
      return map_data();
    }
    if (kept_page_ == nullptr) {
      kept_page_ = std::make_shared<Kept>(std::make_shared<const std::string>(map_page()));
    }
    return answer_with(kept_page_, "text/html; charset=utf-8");
  }
  return healthy_() ? plain(200, "ok") : plain(503, "the store cannot write");
}

HttpAnswer Pages::metrics() const {
  std::vector<prometheus::MetricFamily> all;
  for (const prometheus::Collectable* one : metrics_) {
    auto families = one->Collect();
    std::move(families.begin(), families.end(), std::back_inserter(all));
  }
  return families_page(all);
}

HttpAnswer Pages::map_data() const {
  const auto map = map_ ? map_() : nullptr;
  if (map == nullptr) {
    return plain(404, "there is no plan yet");
  }
  if (kept_map_ == nullptr || kept_map_->text != map) {
    kept_map_ = std::make_shared<Kept>(map);
  }
  return answer_with(kept_map_, "application/geo+json");
}

HttpAnswer Pages::sites(const std::string& query) const {
  if (query.empty()) {
    return families_page(site_families(fleet_, Shard{}));
  }
  const auto text = only_parameter(query, "shard");
  const auto shard = text ? parse_shard(*text) : std::nullopt;
  return shard ? families_page(site_families(fleet_, *shard)) : plain(400, "say shard=I/N with I from 1 to N");
}

HttpAnswer Pages::probe(const std::string& query) const {
  const auto text = only_parameter(query, "site");
  if (!text) {
    return plain(400, "say site=ID");
  }
  const auto site = SiteId::parse(*text);
  const auto families = site ? probe_families(fleet_, *site) : std::nullopt;
  return families ? families_page(*families) : plain(404, "no such site");
}

}  // namespace karkara
