// What an operator may do. Each role may do what the ones before it may. Refuses to know methods: controller/service
// says which role a method needs.
#pragma once

#include <optional>
#include <string_view>

namespace karkara {

enum class Role : unsigned char {
  Viewer = 0,    // sees everything but the audit log
  Operator = 1,  // sends commands to sites
  Engineer = 2,  // registers and enrols sites
  Admin = 3,     // reads the audit log
};

[[nodiscard]] constexpr std::string_view to_string(Role role) {
  switch (role) {
    case Role::Viewer: return "viewer";
    case Role::Operator: return "operator";
    case Role::Engineer: return "engineer";
    case Role::Admin: return "admin";
  }
  return "viewer";
}

[[nodiscard]] constexpr std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::Viewer, Role::Operator, Role::Engineer, Role::Admin}) {
    if (text == to_string(role)) {
      return role;
    }
  }
  return std::nullopt;
}

}  // namespace karkara
