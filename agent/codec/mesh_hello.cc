#include "agent/codec/mesh_hello.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "common/overloaded.h"

namespace karkara::mesh_hello {
namespace {

// "KH", the version, the type.
constexpr std::array kMagic{std::byte{0x4b}, std::byte{0x48}};
constexpr std::uint8_t kVersion = 3;
constexpr std::size_t kHeader = 4;
enum class Type : std::uint8_t { Beacon = 1, Begin = 2, Challenge = 3, Answer = 4, Finish = 5, Sealed = 6, Ask = 7 };

constexpr std::size_t kName = 40;  // what a name may have; the rest is zero
constexpr std::size_t kAddress = 4;
constexpr std::size_t kMac = sizeof(MacAddress::bytes);
constexpr std::size_t kBody = kAddress + 6 + 2 + 4 + 8 + 2 * kName + kAddress + 4 + kMostHelloRadios * kMac;
constexpr std::size_t kBeaconSize = kHeader + 8;
constexpr std::size_t kAskSize = kHeader + 8 + sizeof(Nonce) + sizeof(Cookie);  // the rest is zero
constexpr std::size_t kChallengeSize = kHeader + 8 + sizeof(Nonce) + sizeof(Cookie);
constexpr std::size_t kBeginSize = kHeader + 8 + 32 + sizeof(Cookie);
constexpr std::size_t kAnswerSize = kHeader + 2 * 8 + 32;  // before the proof
constexpr std::size_t kFinishSize = kHeader + 8;           // before the proof
constexpr std::size_t kSealedSize = kHeader + 8 + 8 + kBody + sizeof(Mac);
constexpr std::size_t kMostSealed = kSealedSize + 256;  // later ones may say more, before the MAC

constexpr std::uint8_t kBorrows = 0x01;
constexpr std::uint8_t kQuick = 0x02;
constexpr std::uint8_t kEnds = 0x04;
constexpr std::uint8_t kNoCharge = 0xff;
constexpr std::array<std::uint8_t, kAddress> kNowhere{};  // 0.0.0.0
constexpr std::uint16_t kNever = 0xffff;
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

class Writer {
 public:
  explicit Writer(Type type) {
    bytes_.assign(kMagic.begin(), kMagic.end());
    number(kVersion);
    number(static_cast<std::uint8_t>(type));
  }
  template <class Number>
  Writer& number(Number value) {
    for (std::size_t i = sizeof(Number); i-- > 0;) {
      bytes_.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * i)));
    }
    return *this;
  }
  Writer& raw(std::span<const std::byte> more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    return *this;
  }
  Writer& name(const std::string& text) {
    raw(std::as_bytes(std::span{text.data(), text.size()}));
    bytes_.resize(bytes_.size() + kName - text.size());
    return *this;
  }
  Writer& proof(const Proof& proof) {
    number(static_cast<std::uint16_t>(proof.signature.size()));
    number(static_cast<std::uint16_t>(proof.certificate.size()));
    return raw(proof.signature).raw(proof.certificate);
  }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// The whole length was checked before; a field that cannot be makes all of it fail.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : left_{bytes} {}
  template <class Number>
  Number number() {
    std::uint64_t value = 0;
    for (const std::byte byte : part(sizeof(Number))) {
      value = value << 8U | std::to_integer<std::uint64_t>(byte);
    }
    return static_cast<Number>(value);
  }
  template <std::size_t N>
  std::array<std::byte, N> array() {
    std::array<std::byte, N> out{};
    std::ranges::copy(part(N), out.begin());
    return out;
  }
  SiteId name() {
    const auto field = part(kName);
    std::string text;
    for (const std::byte byte : field) {
      text += static_cast<char>(byte);
    }
    const std::size_t end = std::min(text.find('\0'), text.size());
    const bool padded = text.find_first_not_of('\0', end) == std::string::npos;
    text.resize(end);
    const auto site = SiteId::parse(text);
    good_ = good_ && padded && (text.empty() || site.ok());
    return site ? *site : SiteId{};
  }
  Proof proof() {
    const auto signature = number<std::uint16_t>();
    const auto certificate = number<std::uint16_t>();
    if (!good_ || signature == 0 || signature > kMostSignature || certificate == 0 || certificate > kMostCertificate ||
        std::size_t{signature} + certificate != left_.size()) {
      good_ = false;
      return {};
    }
    const auto first = part(signature);
    const auto second = part(certificate);
    return {{first.begin(), first.end()}, {second.begin(), second.end()}};
  }
  void refuse_unless(bool holds) { good_ = good_ && holds; }
  void leave(std::size_t last) {  // passes over all before these
    if (left_.size() > last) {
      left_ = left_.last(last);
    }
  }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::span<const std::byte> part(std::size_t size) {
    if (size > left_.size()) {
      good_ = false;
      size = 0;
    }
    const auto taken = left_.first(size);
    left_ = left_.subspan(size);
    return taken;
  }
  std::span<const std::byte> left_;
  bool good_ = true;
};

void write(const Hello& hello, Writer& out) {
  out.raw(hello.transit.bytes().first(kAddress));
  out.number(static_cast<std::uint8_t>(hello.way)).number(hello.hops);
  out.number(static_cast<std::uint8_t>((hello.borrows ? kBorrows : 0) | (hello.quick ? kQuick : 0) |
                                       (hello.ends ? kEnds : 0)));
  out.number(hello.stage).number(hello.charge.value_or(kNoCharge)).number(std::uint8_t{0});
  out.number(hello.quiet_in.value_or(kNever)).number(hello.spare_kbit).number(hello.credit.value_or(kNoLimit));
  out.name(hello.origin.text()).name(hello.via.text());
  out.raw(hello.taken ? hello.taken->bytes().first(kAddress) : std::as_bytes(std::span{kNowhere}));
  const WeakerSoon weaker = hello.weaker.value_or(WeakerSoon{kNever});
  out.number(weaker.in).number(weaker.by).number(std::uint8_t{0});
  for (std::size_t i = 0; i < kMostHelloRadios; ++i) {
    out.raw(i < hello.radios.size() ? hello.radios[i].bytes : MacAddress{}.bytes);
  }
}

// What is foreseen of the sender's radios, and which they are.
void read_radio(Reader& in, Hello& hello) {
  const auto weaker_in = in.number<std::uint16_t>();
  const auto weaker_by = in.number<std::uint8_t>();
  if (weaker_in != kNever) {
    hello.weaker = WeakerSoon{weaker_in, weaker_by};
  }
  (void)in.number<std::uint8_t>();
  for (std::size_t i = 0; i < kMostHelloRadios; ++i) {
    const MacAddress radio{in.array<kMac>()};
    if (!radio.is_zero()) {
      hello.radios.push_back(radio);
    }
  }
}

Hello read_hello(Reader& in) {
  Hello hello;
  hello.transit = IpAddress::from_bytes(in.array<kAddress>()).value_or(IpAddress{});
  const auto way = in.number<std::uint8_t>();
  in.refuse_unless(way <= static_cast<std::uint8_t>(WayOut::Up));
  hello.way = static_cast<WayOut>(way);
  hello.hops = in.number<std::uint8_t>();
  const auto flags = in.number<std::uint8_t>();
  hello.borrows = (flags & kBorrows) != 0;
  hello.quick = (flags & kQuick) != 0;
  hello.ends = (flags & kEnds) != 0;
  hello.stage = in.number<std::uint8_t>();
  const auto charge = in.number<std::uint8_t>();
  in.refuse_unless(charge <= 100 || charge == kNoCharge);
  hello.charge = charge == kNoCharge ? std::nullopt : std::optional{charge};
  (void)in.number<std::uint8_t>();  // of later ones
  const auto quiet = in.number<std::uint16_t>();
  hello.quiet_in = quiet == kNever ? std::nullopt : std::optional{quiet};
  hello.spare_kbit = in.number<std::uint32_t>();
  const auto credit = in.number<std::uint64_t>();
  hello.credit = credit == kNoLimit ? std::nullopt : std::optional{credit};
  hello.origin = in.name();
  hello.via = in.name();
  const auto taken = in.array<kAddress>();
  if (taken != std::array<std::byte, kAddress>{}) {
    hello.taken = IpAddress::from_bytes(taken);
  }
  read_radio(in, hello);
  return hello;
}

Packet read(Type type, Reader& in) {
  switch (type) {
    case Type::Beacon: return Beacon{in.number<std::uint64_t>()};
    case Type::Ask: {
      Ask ask{in.number<std::uint64_t>()};
      ask.nonce = in.array<sizeof(Nonce)>();
      in.refuse_unless(in.array<sizeof(Cookie)>() == Cookie{});
      return ask;
    }
    case Type::Begin: {
      Begin begin{in.number<std::uint64_t>()};
      begin.ephemeral = in.array<32>();
      begin.cookie = in.array<sizeof(Cookie)>();
      return begin;
    }
    case Type::Challenge: {
      Challenge challenge{in.number<std::uint64_t>()};
      challenge.nonce = in.array<sizeof(Nonce)>();
      challenge.cookie = in.array<sizeof(Cookie)>();
      return challenge;
    }
    case Type::Answer: {
      Answer answer{in.number<std::uint64_t>()};
      answer.instance = in.number<std::uint64_t>();
      answer.ephemeral = in.array<32>();
      answer.proof = in.proof();
      return answer;
    }
    case Type::Finish: {
      Finish finish{in.number<std::uint64_t>()};
      finish.proof = in.proof();
      return finish;
    }
    case Type::Sealed: break;
  }
  Sealed sealed{in.number<std::uint64_t>()};
  sealed.number = in.number<std::uint64_t>();
  sealed.hello = read_hello(in);
  in.leave(sizeof(Mac));  // what a later one says beside that
  sealed.mac = in.array<sizeof(Mac)>();
  return sealed;
}

bool length_fits(Type type, std::size_t size) {
  switch (type) {
    case Type::Beacon: return size == kBeaconSize;
    case Type::Ask: return size == kAskSize;
    case Type::Begin: return size == kBeginSize;
    case Type::Challenge: return size == kChallengeSize;
    case Type::Answer: return size > kAnswerSize && size <= kMostPacket;
    case Type::Finish: return size > kFinishSize && size <= kMostPacket;
    case Type::Sealed: return size >= kSealedSize && size <= kMostSealed;
  }
  return false;
}

Error refusal(const char* why, ErrorCode code = ErrorCode::InvalidArgument) {
  return {code, std::string{"hello: "} + why};
}

}  // namespace

Bytes encode(const Packet& packet) {
  return std::visit(
      Overloaded{
          [](const Beacon& p) { return Writer{Type::Beacon}.number(p.instance).take(); },
          [](const Begin& p) { return Writer{Type::Begin}.number(p.instance).raw(p.ephemeral).raw(p.cookie).take(); },
          [](const Ask& p) { return Writer{Type::Ask}.number(p.instance).raw(p.nonce).raw(Cookie{}).take(); },
          [](const Challenge& p) {
            return Writer{Type::Challenge}.number(p.instance).raw(p.nonce).raw(p.cookie).take();
          },
          [](const Answer& p) {
            Writer out{Type::Answer};
            out.number(p.begun_by).number(p.instance).raw(p.ephemeral);
            return out.proof(p.proof).take();
          },
          [](const Finish& p) { return Writer{Type::Finish}.number(p.session).proof(p.proof).take(); },
          [](const Sealed& p) {
            Writer out{Type::Sealed};
            out.number(p.session).number(p.number);
            write(p.hello, out);
            return out.raw(p.mac).take();
          },
      },
      packet);
}

std::span<const std::byte> sealed_part(std::span<const std::byte> packet) {
  return packet.first(packet.size() - std::min(packet.size(), sizeof(Mac)));
}

Result<Packet> decode(std::span<const std::byte> packet) {
  if (packet.size() < kHeader || !std::equal(kMagic.begin(), kMagic.end(), packet.begin())) {
    return refusal("no packet of ours", ErrorCode::FailedPrecondition);
  }
  if (std::to_integer<std::uint8_t>(packet[2]) != kVersion) {
    return refusal("another version", ErrorCode::FailedPrecondition);
  }
  const auto type = std::to_integer<std::uint8_t>(packet[3]);
  if (type < static_cast<std::uint8_t>(Type::Beacon) || type > static_cast<std::uint8_t>(Type::Ask)) {
    return refusal("an unknown type", ErrorCode::FailedPrecondition);
  }
  if (!length_fits(static_cast<Type>(type), packet.size())) {
    return refusal("a length that does not fit");
  }
  Reader in{packet.subspan(kHeader)};
  Packet read_packet = read(static_cast<Type>(type), in);
  return in.good() ? Result<Packet>{std::move(read_packet)} : refusal("a field that cannot be");
}

}  // namespace karkara::mesh_hello
