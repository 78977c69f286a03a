#include "scripts/docgen/catalogue_pages.h"

#include <algorithm>
#include <vector>

#include "common/host/unit_text.h"
#include "common/messages.h"
#include "common/series.h"
#include "scripts/docgen/markdown.h"

namespace karkara {

std::string messages_page() {
  std::string page = std::string{kGeneratedFrom} +
                     "common/messages: edit there. -->\n"
                     "# Messages\n\n"
                     "Everything that agent and controller say, in log lines and as alarms, by its id. The id never "
                     "changes and is the "
                     "same in\nevery language.\n";
  std::vector<MessageInfo> messages(all_messages().begin(), all_messages().end());
  std::sort(messages.begin(), messages.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const MessageInfo& message : messages) {
    page.append("\n## ").append(message.name).append("\n\n");
    page.append("**").append(to_string(message.level)).append("** ").append(message.english).append("\n\n");
    page.append("*").append(message.french).append("*\n\n").append(message.advice).append("\n");
  }
  return page;
}

std::string series_page() {
  std::string page = std::string{kGeneratedFrom} +
                     "common/series: edit there. -->\n"
                     "# Series\n\n"
                     "What a site measures. Every series has its value in the unit shown, or no value and a reason; "
                     "absent is never 0. "
                     "The\ncontroller exports each under the Prometheus name. The number and the step are those of the "
                     "telemetry block.\n\n" +
                     table_head({"Prometheus name", "unit", "one for each", "meaning", "number", "step"});
  for (const SeriesInfo& series : all_series()) {
    page += table_row({code("karkara_site_" + std::string{series.name}), series.unit,
                       series.instance.empty() ? "site" : series.instance, series.help,
                       std::to_string(static_cast<unsigned>(series.id)), real_text(series.scale, v1::UNIT_NONE)});
  }
  return page;
}

}  // namespace karkara
