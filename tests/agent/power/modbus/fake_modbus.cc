#include "tests/agent/power/modbus/fake_modbus.h"

#include <fmt/format.h>

#include <algorithm>

namespace karkara {
namespace {

unsigned byte_at(const Pdu& pdu, std::size_t at) {
  return at < pdu.size() ? std::to_integer<unsigned>(pdu[at]) : 0;
}

unsigned word_at(const Pdu& pdu, std::size_t at) {
  return byte_at(pdu, at) << 8U | byte_at(pdu, at + 1);
}

void put(Pdu& pdu, unsigned byte) {
  pdu.push_back(static_cast<std::byte>(byte));
}

Pdu exception(unsigned function, unsigned code) {
  Pdu pdu;
  put(pdu, function | 0x80U);
  put(pdu, code);
  return pdu;
}

Pdu identification_of(const std::map<std::uint8_t, std::string>& objects) {
  Pdu pdu;
  for (const unsigned byte : {0x2bU, 0x0eU, 0x01U, 0x01U, 0x00U, 0x00U, static_cast<unsigned>(objects.size())}) {
    put(pdu, byte);
  }
  for (const auto& [object, text] : objects) {
    put(pdu, object);
    put(pdu, static_cast<unsigned>(text.size()));
    std::ranges::for_each(text, [&](char c) { put(pdu, static_cast<unsigned char>(c)); });
  }
  return pdu;
}

Pdu values_of(unsigned function, const std::vector<std::uint16_t>& values) {
  Pdu pdu;
  put(pdu, function);
  if (function <= 2) {
    std::vector<unsigned> bytes((values.size() + 7) / 8);
    for (std::size_t i = 0; i < values.size(); ++i) {
      bytes[i / 8] |= (values[i] != 0 ? 1U : 0U) << i % 8;
    }
    put(pdu, static_cast<unsigned>(bytes.size()));
    std::ranges::for_each(bytes, [&](unsigned byte) { put(pdu, byte); });
    return pdu;
  }
  put(pdu, static_cast<unsigned>(values.size() * 2));
  for (const std::uint16_t value : values) {
    put(pdu, value >> 8U);
    put(pdu, value & 0xffU);
  }
  return pdu;
}

}  // namespace

void FakeModbus::set(RegisterSpace space, std::uint16_t first, const std::vector<std::uint16_t>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    registers[space][static_cast<std::uint16_t>(first + i)] = values[i];
  }
}

void FakeModbus::set_text(std::uint16_t first, std::size_t length, const std::string& text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  for (std::size_t i = 0; i < length; ++i) {
    set(RegisterSpace::Holding, static_cast<std::uint16_t>(first + i),
        {static_cast<std::uint16_t>(at(2 * i) << 8U | at(2 * i + 1))});
  }
}

std::optional<Pdu> FakeModbus::answer(const Pdu& request) {
  constexpr unsigned kIdentify = 0x2b;
  constexpr std::array kSpaces{RegisterSpace::Coil, RegisterSpace::Discrete, RegisterSpace::Holding,
                               RegisterSpace::Input};
  constexpr std::array kNames{"coil", "discrete", "holding", "input"};
  const unsigned function = byte_at(request, 0);
  if (silent) {
    return {};
  }
  if (function == kIdentify) {
    asked.emplace_back("identification");
    return identification.empty() ? exception(function, 1) : identification_of(identification);
  }
  const unsigned first = word_at(request, 1);
  const unsigned count = word_at(request, 3);
  asked.push_back(fmt::format("{} {:#06x} {}", kNames.at(function - 1), first, count));
  const auto& space = registers[kSpaces.at(function - 1)];
  std::vector<std::uint16_t> values;
  for (unsigned i = 0; i < count; ++i) {
    const auto found = space.find(static_cast<std::uint16_t>(first + i));
    if (found == space.end() || count > most) {
      return silent_on_holes ? std::nullopt : std::optional{exception(function, 2)};
    }
    values.push_back(found->second);
  }
  return values_of(function, values);
}

ModbusAnswered Polling::answer(const ModbusAsk& ask) {
  ++questions_;
  ModbusAnswered answered{ask.device, ask.request, Error{ErrorCode::DeadlineExceeded, "does not answer"}};
  const auto said = there_->answer(ask.pdu);
  if (broken_) {
    answered.answer = Error{ErrorCode::Unavailable, "the line is not open"};
    return answered;
  }
  now_ = now_ + (said ? Duration{std::chrono::milliseconds{20}} : ask.deadline);
  if (damaged_ > 0) {
    --damaged_;
    answered.answer = Error{ErrorCode::DataLoss, "the check failed"};
  } else if (said) {
    answered.answer = *said;
  }
  return answered;
}

void Polling::look() {
  if (started_) {
    now_ = std::max(now_, device_.next_deadline());
  }
  Effects effects = started_ ? device_.tick(now_) : device_.start(now_);
  started_ = true;
  while (!effects.empty()) {
    const auto* ask = std::get_if<ModbusAsk>(&effects.front());
    if (ask == nullptr || effects.size() != 1) {
      break;  // one question at a time
    }
    effects = device_.on(answer(*ask), now_);
  }
}

void Polling::looks(int count) {
  for (int i = 0; i < count; ++i) {
    look();
  }
}

}  // namespace karkara
