// What an operator says is left on a SIM: taken over from USSD, kept by ICCID over restarts, told to people and the
// ledger.
#include <fmt/format.h>

#include "agent/cellular/cellular_uplink.h"

namespace karkara {
namespace {

std::string money_text(std::int64_t hundredths, const std::string& currency) {
  return fmt::format("{}.{:02} {}", hundredths / 100, hundredths % 100, currency);
}

std::string day_text(std::chrono::year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

std::string age_text(Duration age) {
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(age).count();
  return hours < 48 ? fmt::format("{} h", hours) : fmt::format("{} days", hours / 24);
}

}  // namespace

void CellularUplink::conclude_ussd(const Status& status, const std::string& text, Instant now, CellularEffects& out) {
  if (!ussd_) {
    return;
  }
  ussd_next_ = ussd_->on_answer(status, text, facts() ? facts()->ussd : std::nullopt);
  if (ussd_next_ && facts() && card() != ussd_card_) {
    ussd_next_ = ModemUssdCancel{};  // the next reply would go to another operator
    ussd_.reset();
    return;
  }
  if (ussd_next_) {
    return;
  }
  const UssdBalance& read = ussd_->balance();
  Fields fields;
  if (read.hundredths) {
    fields.emplace_back("money", money_text(*read.hundredths, read.currency));
  }
  if (read.bytes) {
    fields.emplace_back("bytes", std::to_string(*read.bytes));
  }
  if (!read.known()) {
    fields.emplace_back("unknown", ussd_->failure().empty() ? "no pattern fits the answer" : ussd_->failure());
  }
  fields.emplace_back("text", read.text);
  out.push_back(note(CellularNoteKind::BalanceRead, std::move(fields)));
  take_balance(read, now, out);
  ussd_.reset();
}

void CellularUplink::take_balance(const UssdBalance& read, Instant now, CellularEffects& out) {
  // Of the card that was asked, whichever is in by now.
  const std::string iccid = ussd_card_.iccid.value_or("");
  if (iccid.empty() && (!facts() || card() != ussd_card_)) {
    return;  // nobody knows whose it is
  }
  balance_ = read;
  balance_of_ = iccid;
  if (read.bytes) {
    out.push_back(SimBytesTold{settings_.id, iccid, *read.bytes});
  }
  if (!read.known() || iccid.empty()) {
    return;  // what an earlier answer said stands
  }
  for (auto& [slot, record] : memory_.slots) {
    if (record.iccid == iccid) {
      record.balance = KeptBalance{read.hundredths, read.bytes, read.valid_until, now};
      memory_changed_ = true;
    }
  }
}

const KeptBalance* CellularUplink::kept_balance() const {
  const auto record = memory_.slots.find(active_slot());
  const bool of_this_card = facts() && record != memory_.slots.end() && facts()->iccid == record->second.iccid;
  return of_this_card && record->second.balance ? &*record->second.balance : nullptr;
}

void CellularUplink::report_balance(CellularReport& report) const {
  if (balance_ && facts() && balance_of_ == facts()->iccid.value_or("")) {
    report.balance = balance_;
  }
  const KeptBalance* kept = kept_balance();
  if (!kept) {
    return;
  }
  report.balance_at = kept->read_at;
  if (!report.balance || !report.balance->known()) {
    const std::string text = report.balance ? report.balance->text : "";
    const bool priced = kept->hundredths && sim() && sim()->balance;
    report.balance =
        UssdBalance{kept->hundredths, priced ? sim()->balance->currency : "", kept->bytes, kept->valid_until, text};
  }
}

std::string balance_sentence(const CellularReport& report, Instant now) {
  if (!report.balance || !report.balance->known()) {
    return "";
  }
  const UssdBalance& told = *report.balance;
  std::string text = told.hundredths ? money_text(*told.hundredths, told.currency) : "";
  if (told.bytes) {
    text += fmt::format("{}{:.2f} GB", text.empty() ? "" : ", ", static_cast<double>(*told.bytes) / 1e9);
  }
  if (told.valid_until) {
    text += ", valid until " + day_text(*told.valid_until);
  }
  if (report.balance_at) {
    text += ", read " + age_text(now - *report.balance_at) + " ago";
  }
  return text;
}

}  // namespace karkara
