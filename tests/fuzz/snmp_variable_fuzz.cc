// Any variable as net-snmp hands an answer over, with memory of exactly the size that net-snmp gives each type: what is
// made of it is bounded and keeps its number.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "agent/io/snmp_convert.h"

namespace {

using namespace karkara;

constexpr u_char kTypes[] = {ASN_INTEGER,
                             ASN_GAUGE,
                             ASN_COUNTER,
                             ASN_TIMETICKS,
                             ASN_COUNTER64,
                             ASN_OCTET_STR,
                             ASN_OBJECT_ID,
                             ASN_OPAQUE_FLOAT,
                             ASN_OPAQUE_DOUBLE,
                             ASN_NULL,
                             ASN_IPADDRESS,
                             ASN_OPAQUE,
                             ASN_BIT_STR,
                             SNMP_NOSUCHOBJECT,
                             SNMP_NOSUCHINSTANCE,
                             SNMP_ENDOFMIBVIEW,
                             ASN_OPAQUE_I64,
                             ASN_OPAQUE_U64,
                             0,
                             255};

void require(bool held) {
  if (!held) {
    std::abort();
  }
}

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_{data}, left_{size} {}
  [[nodiscard]] bool empty() const { return left_ == 0; }
  std::uint8_t next() { return left_ == 0 ? std::uint8_t{0} : (--left_, *data_++); }
  std::vector<u_char> take(std::size_t size) {
    std::vector<u_char> taken(size);
    for (u_char& byte : taken) {
      byte = next();
    }
    return taken;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

std::size_t size_of(u_char type, std::size_t wanted) {
  switch (type) {
    case ASN_INTEGER:
    case ASN_GAUGE:
    case ASN_COUNTER:
    case ASN_TIMETICKS: return sizeof(long);
    case ASN_COUNTER64: return sizeof(counter64);
    case ASN_OBJECT_ID: return wanted / 8 * sizeof(oid);
    case ASN_OPAQUE_FLOAT: return sizeof(float);
    case ASN_OPAQUE_DOUBLE: return sizeof(double);
    default: return wanted;  // foreign: net-snmp's types
  }
}

void check(const VarBind& bind, const netsnmp_variable_list& from) {
  require(bind.oid.size() == from.name_length);
  if (const auto* octets = std::get_if<SnmpOctets>(&bind.value)) {
    require(octets->bytes.size() <= 4096 && octets->bytes.size() <= from.val_len);
  }
  if (const auto* id = std::get_if<ObjectId>(&bind.value)) {
    require(id->size() == from.val_len / sizeof(oid));
  }
  if (const auto* number = std::get_if<std::int32_t>(&bind.value)) {
    require(*number == static_cast<std::int32_t>(*from.val.integer));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes{data, size};
  while (!bytes.empty()) {
    netsnmp_variable_list variable{};
    variable.type = kTypes[bytes.next() % std::size(kTypes)];
    std::vector<oid> name(bytes.next() % 16U);
    for (oid& part : name) {
      part = bytes.next();
    }
    variable.name = name.data();
    variable.name_length = name.size();
    const std::size_t wanted = bytes.next();
    std::vector<u_char> value = bytes.take(size_of(variable.type, wanted));
    variable.val.string = value.empty() ? nullptr : value.data();
    variable.val_len = value.size();
    check(to_varbind(variable), variable);
  }
  return 0;
}
