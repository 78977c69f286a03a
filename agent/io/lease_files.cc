#include "agent/io/lease_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "agent/codec/lease_text.h"

namespace karkara {
namespace {

constexpr off_t kMostRead = 65'536;
constexpr std::size_t kMostNames = 200;  // in a folder

struct Folder {
  const char* path;
  const char* client;
};
// Files in the form of resolv.conf, each named after an interface: "eth1", "eth1.udhcpc".
constexpr std::array kFolders = {
    Folder{"/run/karkara/dns", "the DHCP client's script"}, Folder{"/run/resolvconf/interface", "resolvconf"},
    Folder{"/run/resolvconf/interfaces", "resolvconf"},     Folder{"/run/resolvconf/keys", "resolvconf"},
    Folder{"/run/dhcpcd/hook-state/resolv.conf", "dhcpcd"},
};

// Where anybody may leave a file, only root's counts: names must not follow a stranger's word.
enum class Author : bool { Anybody, RootOnly };

// Empty when it cannot be read.
std::string text_of(const std::string& path, Author author = Author::Anybody) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) {
    return {};
  }
  struct stat facts {};
  std::string text;
  const bool known = ::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
  if (known && (author == Author::Anybody || facts.st_uid == 0 || facts.st_uid == ::geteuid())) {
    text.resize(static_cast<std::size_t>(std::min<off_t>(facts.st_size, kMostRead)));
    const ssize_t got = ::pread(file, text.data(), text.size(), std::max<off_t>(0, facts.st_size - kMostRead));
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  }
  ::close(file);
  return text;
}

// "eth1.udhcpc" is eth1's; "eth1.10" is a VLAN's on it, as is "eth1.10.udhcpc", and so is what the kernel has by the
// name.
bool is_of(std::string_view name, const std::string& interface, const std::string& root) {
  if (!name.starts_with(interface)) {
    return false;
  }
  name.remove_prefix(interface.size());
  if (name.empty() || name.front() != '.') {
    return name.empty();
  }
  name.remove_prefix(1);
  const std::string first{name.substr(0, name.find('.'))};
  const bool vlan = !first.empty() && first.find_first_not_of("0123456789") == std::string::npos;
  return !vlan && ::access((root + "/sys/class/net/" + interface + "." + first).c_str(), F_OK) != 0;
}

std::vector<std::string> files_of(const std::string& root, const std::string& folder, const std::string& interface) {
  std::vector<std::string> found;
  std::error_code error;
  std::size_t seen = 0;
  for (std::filesystem::directory_iterator at{root + folder, error}, end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (++seen > kMostNames) {
      break;
    }
    if (is_of(name, interface, root)) {
      found.push_back(at->path().string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

class Search {
 public:
  Search(std::string root, const ReadLease& asked)
      : root_{std::move(root)}, asked_{asked}, found_{asked.uplink, asked.link, {}, {}} {}

  bool take(const std::vector<IpAddress>& told, const char* client) {
    found_.resolvers = fit_resolvers(told, asked_.addresses);
    found_.from = found_.resolvers.empty() ? "" : client;
    return !found_.resolvers.empty();
  }
  bool in_networkd() {
    const std::string link = std::to_string(asked_.link);
    const std::string state = root_ + "/run/systemd/netif/";
    return take(networkd_resolvers(text_of(state + "links/" + link)), "systemd-networkd") ||
           take(networkd_resolvers(text_of(state + "leases/" + link)), "systemd-networkd");
  }
  bool in_folders() {
    return std::ranges::any_of(kFolders, [&](const Folder& folder) {
      std::vector<IpAddress> told;
      for (const std::string& file : files_of(root_, folder.path, asked_.interface)) {
        for (const IpAddress& address : listed_resolvers(text_of(file))) {
          told.push_back(address);
        }
      }
      return take(told, folder.client);
    });
  }
  // Of OpenWrt. Its file is in a folder that everybody may write to, so that it counts only beside a configuration.
  bool in_netifd() {
    const auto names = netifd_interfaces(text_of(root_ + "/etc/config/network"), asked_.interface);
    constexpr std::array kFiles = {"/tmp/resolv.conf.d/resolv.conf.auto", "/tmp/resolv.conf.auto"};
    return !names.empty() && std::ranges::any_of(kFiles, [&](const char* file) {
      return take(netifd_resolvers(text_of(root_ + file, Author::RootOnly), names), "netifd");
    });
  }
  bool in_dhclient() {
    const std::array names = {"/var/lib/dhcp/dhclient." + asked_.interface + ".leases",
                              std::string{"/var/lib/dhcp/dhclient.leases"},
                              "/var/lib/dhclient/dhclient-" + asked_.interface + ".leases"};
    return std::ranges::any_of(names, [&](const std::string& name) {
      return take(dhclient_resolvers(text_of(root_ + name), asked_.interface, asked_.addresses), "dhclient");
    });
  }
  bool in_marks() { return take(marked_resolvers(text_of(root_ + "/etc/resolv.conf"), asked_.interface), "udhcpc"); }
  LeaseRead result() && { return std::move(found_); }

 private:
  std::string root_;
  const ReadLease& asked_;
  LeaseRead found_;
};

}  // namespace

bool network_manager_was_here(const std::string& root) {
  return ::access((root + "/run/NetworkManager").c_str(), F_OK) == 0;
}

LeaseRead find_lease(const std::string& root, const ReadLease& asked) {
  Search search{root, asked};
  static_cast<void>(search.in_networkd() || search.in_folders() || search.in_netifd() || search.in_dhclient() ||
                    search.in_marks());
  return std::move(search).result();
}

}  // namespace karkara
