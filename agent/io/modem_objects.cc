#include "agent/io/modem_objects.h"

#include <algorithm>
#include <utility>

#include "agent/codec/modem_properties.h"

namespace karkara {
namespace {

constexpr std::size_t kMostObjects = 256;
constexpr std::size_t kMostProperties = 256;  // of one interface

}  // namespace

void ModemObjects::merge(const std::string& path, const BusValue& interfaces) {
  const BusDict* given = interfaces.as<BusDict>();
  if (!given || (!objects_.contains(path) && objects_.size() >= kMostObjects)) {
    return;
  }
  for (const auto& [interface, properties] : *given) {
    if (const BusDict* dict = properties.as<BusDict>(); dict && interface.starts_with(kModemInterface)) {
      objects_[path][interface] = *dict;
    }
  }
}

void ModemObjects::replace_all(const BusValue& managed) {
  clear();
  if (const BusDict* objects = managed.as<BusDict>()) {
    for (const auto& [path, interfaces] : *objects) {
      merge(path, interfaces);
    }
  }
}

void ModemObjects::add(const std::string& path, const BusValue& interfaces) {
  merge(path, interfaces);
}

void ModemObjects::remove(const std::string& path, const BusValue& interfaces) {
  const auto object = objects_.find(path);
  const BusList* list = interfaces.as<BusList>();
  if (object == objects_.end() || !list) {
    return;
  }
  for (const BusValue& name : *list) {
    if (const std::string* interface = name.as<std::string>()) {
      object->second.erase(*interface);
    }
  }
  if (!object->second.contains(kModemInterface)) {
    objects_.erase(object);
  }
}

void ModemObjects::change(const std::string& path, const std::string& interface, const BusValue& changed,
                          const BusValue& invalidated) {
  const auto object = objects_.find(path);
  if (object == objects_.end()) {
    return;  // nobody named it, or its first answer is still under way
  }
  const auto properties = object->second.find(interface);
  if (properties == object->second.end()) {
    return;
  }
  if (const BusDict* dict = changed.as<BusDict>()) {
    for (const auto& [name, value] : *dict) {
      if (properties->second.size() < kMostProperties || properties->second.contains(name)) {
        properties->second.insert_or_assign(name, value);
      }
    }
  }
  if (const BusList* list = invalidated.as<BusList>()) {
    for (const BusValue& name : *list) {
      if (const std::string* text = name.as<std::string>()) {
        properties->second.erase(*text);
      }
    }
  }
}

void ModemObjects::put(const std::string& path, const std::string& interface, const BusValue& all) {
  const BusDict* dict = all.as<BusDict>();
  if (dict && asked_.contains(path) && objects_.size() < kMostObjects) {
    objects_[path][interface] = *dict;
  }
}

void ModemObjects::clear() {
  objects_.clear();
  asked_.clear();
}

std::vector<std::string> ModemObjects::modems() const {
  std::vector<std::string> paths;
  for (const auto& [path, interfaces] : objects_) {
    if (interfaces.contains(kModemInterface)) {
      paths.push_back(path);
    }
  }
  return paths;
}

std::vector<ModemObjects::Wanted> ModemObjects::take_wanted() {
  std::vector<Wanted> wanted;
  std::set<std::string> named;
  const auto want = [&](const std::vector<std::string>& paths, std::string_view interface) {
    for (const std::string& path : paths) {
      named.insert(path);
      if (asked_.insert(path).second) {
        wanted.push_back({path, std::string{interface}});
      }
    }
  };
  for (const std::string& modem : modems()) {
    want(sims_of(objects_, modem), kSimInterface);
    want(bearers_of(objects_, modem), kBearerInterface);
  }
  // What no modem names any more is forgotten: a path may be used again for something else.
  std::erase_if(asked_, [&](const std::string& path) { return !named.contains(path); });
  std::erase_if(objects_, [&](const auto& object) {
    return !object.second.contains(kModemInterface) && !named.contains(object.first);
  });
  return wanted;
}

std::vector<ModemFacts> ModemObjects::take_changed() {
  std::vector<ModemFacts> changed;
  for (const std::string& path : modems()) {
    const auto facts = decode_modem(objects_, path);
    const auto before = told_.find(path);
    if (facts && (before == told_.end() || before->second != *facts)) {
      told_.insert_or_assign(path, *facts);
      changed.push_back(*facts);
    }
  }
  return changed;
}

std::vector<ModemGone> ModemObjects::take_gone() {
  std::vector<ModemGone> gone;
  for (const auto& [path, facts] : told_) {
    if (!decode_modem(objects_, path)) {
      gone.push_back({facts.device, path});
    }
  }
  for (const ModemGone& modem : gone) {
    told_.erase(modem.path);
  }
  return gone;
}

std::string ModemObjects::path_of(std::string_view device) const {
  // While a modem is created again, both paths may be there for a moment: the old one goes.
  std::string newest;
  for (const auto& [path, facts] : told_) {
    if (facts.device == device && (path.size() > newest.size() || (path.size() == newest.size() && path > newest))) {
      newest = path;
    }
  }
  return newest;
}

}  // namespace karkara
