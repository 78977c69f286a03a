// Builds one visitor out of several lambdas for std::visit. The deduction guide is for clang 14.
#pragma once

namespace karkara {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace karkara
