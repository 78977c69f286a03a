// gRPC's registry of extras: xDS, RBAC and what they need of RE2, 1.7 MB that no agent of ours talks to. The archive's
// own one is left out by the linker when a program defines it, which is how gRPC's own build makes the small variant.
namespace grpc_core {

class CoreConfiguration {
 public:
  class Builder;
};

void RegisterExtraFilters(CoreConfiguration::Builder* builder);
void RegisterExtraFilters(CoreConfiguration::Builder* /*builder*/) {}

}  // namespace grpc_core
