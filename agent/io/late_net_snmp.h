// net-snmp's functions under their own names, each handed on to the library, which is loaded late. Linked instead of
// libnetsnmp, which would bring a second OpenSSL onto every router. Called by snmp_line.cc before anything else.
#pragma once

#include "common/result.h"

namespace karkara {

// Until it succeeds no function of net-snmp may be called.
[[nodiscard]] Status load_net_snmp();

}  // namespace karkara
