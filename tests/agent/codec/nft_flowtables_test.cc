#include "agent/codec/nft_flowtables.h"

#include <gmock/gmock.h>

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(NftFlowtables, FindsTheInterfacesOfEveryTable) {
  EXPECT_THAT(interfaces_in_flowtables("table inet fw4 {\n\tflowtable ft {\n\t\thook ingress priority filter\n"
                                       "\t\tdevices = { wan, br-lan }\n\t\tflags offload\n\t}\n}\n"
                                       "table ip mine {\n\tflowtable f {\n\t\tdevices = { \"wwan0\",\n\t\t \"wan\" }\n"
                                       "\t}\n}\n"),
              ElementsAre("br-lan", "wan", "wwan0"));
}

TEST(NftFlowtables, NoneIsNoInterface) {
  EXPECT_THAT(interfaces_in_flowtables(""), IsEmpty());
  EXPECT_THAT(
      interfaces_in_flowtables("table inet fw4 {\n\tflowtable ft {\n\t\thook ingress priority filter\n\t}\n}\n"),
      IsEmpty());
}

TEST(NftFlowtables, LeavesOutWhatIsNoName) {
  EXPECT_THAT(interfaces_in_flowtables("devices = { , \"\", a/b, abcdefghijklmnopq, \x1b[2J, eth0"),
              ElementsAre("eth0"));
}

}  // namespace
}  // namespace karkara
