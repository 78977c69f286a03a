// The options, arguments and texts that `karkara uplink`, `shaping`, `power` and `local` share, so that the same is
// written alike at all.
#pragma once

#include "controller/cli/command.h"
#include "controller/cli/order_risks.h"

namespace karkara::cli {

inline constexpr Argument kUplinkArgument{"UPLINK", "id of the uplink, as 'uplink show' has it"};
inline constexpr Option kLive{"live", "", "", "ask the site instead of showing what was last heard"};
inline constexpr Option kFor{"for", "", "DURATION", "take it back by itself after this time, such as 2h"};
inline constexpr Option kWhy{"why", "", "TEXT", "the reason, for whoever finds it so"};
inline constexpr Option kWhyHeld{"why", "", "TEXT", "the reason, for whoever finds it so; a hold needs one"};
inline constexpr Option kAcceptRisk{.name = "accept-risk",
                                    .letter = "",
                                    .value = "RISK",
                                    .help = "do it although: site-goes-dark, costs-money, not-up; may be repeated",
                                    .completes = Completes::Words,
                                    .words = kRiskWords,
                                    .list = true,
                                    .repeats = true};
inline constexpr Option kSet{"set", "", "UPLINK=REMAINING", "what the operator says is left, such as lte=1.2GB"};

inline constexpr Option kSeconds{"seconds", "", "N", "end after so many seconds"};
inline constexpr Option kInterval{"interval", "", "DURATION", "how often it asks, 1s to 1h (default 2s)"};

inline constexpr std::string_view kWhyText =
    "WHY is the last move's reason: first, proven (an unproven one was left for one that answers), adopted (found so "
    "at "
    "a start), echo-lost, carrier-lost, gone (nothing is left), held, drain (a loss is foreseen), portal, lossy, "
    "ordered, "
    "preferred-back (a better one was good for long enough), shed (what is left is not for this class).";
inline constexpr std::string_view kSwitchText =
    "All traffic that may goes there instead of elsewhere, as long as the uplink is up, until --for is over or "
    "'release'. An uplink that is metered (costs-money) or not up (not-up) needs that risk accepted.";
inline constexpr std::string_view kHoldText =
    "No traffic goes there until --for is over or 'release'. When that leaves no uplink that is up (site-goes-dark) "
    "nobody can take it back from afar: it needs the risk accepted, and is refused without --for. When what the "
    "uplink carries has to go over a metered one, or loses its way out since it is not to cost money, that is "
    "costs-money.";
inline constexpr std::string_view kUsageText =
    "TODAY and CYCLE are what was received and sent, CYCLE since the bundle's billing cycle began. LEFT is what is "
    "left of the bundle; 'no limit' when none is known. PROBES TODAY is what the agent's own probes cost "
    "(echoes, looks for portals, searches for the largest packet), out of their budget for a day. With --set it "
    "corrects the ledger instead, by what the operator's balance says.";
inline constexpr std::string_view kShapingText =
    "RATE is what a direction of an uplink is filled to, WHY its last change; ADDED is how much later answers come "
    "than "
    "on the idle path. GUARANTEE is what a class gets while all want more, CEILING its most, NOW what it carries, "
    "DELAY "
    "what its packets wait, DROPS packets a second. TERMS tells why a class is not as configured: hours, a quota.";
inline constexpr std::string_view kHistoryText =
    "FROM says where a day is from: 'agent', which listened, or 'charger', which was asked for the days that the agent "
    "missed. A charger's day begins at sunrise. A day without a date: the router does not know the time.";
inline constexpr std::string_view kMeshText =
    "As the site's kernel shows it. HEARD is when the peer was last heard: a link stays 'established' for long after "
    "its mast went off, and is called silent. EXPECTED is what the radio's rate control thinks gets through, FAILED "
    "the part of the packets that the peer did not receive since the look before. AIRTIME is in units of 10.24 us, "
    "less is better. QUALITY of a way is batman-adv's, a rate or the part of frames that come through, or where "
    "802.11s finds the ways itself their airtime; '*' marks the gateway that batman-adv chose. Neighbours are the "
    "agents of other masts that proved who they are: OFFERS is what each lends now, LOSS the part of its hellos that "
    "did not come.";
inline constexpr std::string_view kForecastText =
    "Charge has an error bar that holds the truth 19 times in 20, and says what it rests on; where only a voltage is "
    "known it is full, high, middle, low or empty. The night is until the sun carries the load again. Disconnect is "
    "when the load would be cut, at the load and the sun that are expected. What is not known is said to be, with the "
    "reason below.";

}  // namespace karkara::cli
