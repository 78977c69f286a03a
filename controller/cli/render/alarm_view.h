// Alarms and the audit log as views; an alarm's text in English or French, its id in neither.
// Refuses to hide a broken audit chain: the caller is told. Called by the alarm and audit commands.
#pragma once

#include "controller/cli/render/view.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {

[[nodiscard]] Table alarm_table(const std::vector<v1::Alarm>& alarms, Language language);
[[nodiscard]] View alarm_list_view(const v1::ListAlarmsReply& reply, Language language);
[[nodiscard]] View alarm_view(const v1::Alarm& alarm, Language language);
[[nodiscard]] View audit_list_view(const v1::ListAuditReply& reply);

}  // namespace karkara::cli
