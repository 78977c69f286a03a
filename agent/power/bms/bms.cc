#include "agent/power/bms/bms.h"

#include "agent/power/bms/bms_device.h"
#include "agent/power/bms/daly_bms.h"
#include "agent/power/bms/jk_bms.h"
#include "agent/power/bms/pylontech_stack.h"

namespace karkara {
namespace {

std::unique_ptr<bms::Dialect> dialect_of(const BmsSettings& settings) {
  switch (settings.kind) {
    case BmsKind::Pylontech: return std::make_unique<pylontech::Stack>(settings.first_address);
    case BmsKind::Daly: return std::make_unique<daly::Bms>();
    case BmsKind::Jk: return std::make_unique<jk::Bms>();
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<PolledDevice> make_bms(BmsSettings settings) {
  auto dialect = dialect_of(settings);
  return std::make_unique<BmsDevice>(std::move(settings), std::move(dialect));
}

}  // namespace karkara
