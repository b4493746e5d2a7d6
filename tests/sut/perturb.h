// Changes one part of a value at a time, however deep, to see that a fingerprint notices each.
#pragma once

#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "sut/fields.h"

namespace tribunal::sut::testing {

template <class T>
inline constexpr bool is_shared = false;
template <class T>
inline constexpr bool is_shared<Shared<T>> = true;

// Calls `check` once for every way to change one part of `value`, with the change in place, and
// undoes it. Returns how often it did.
template <class T>
int perturb(T& value, const std::function<void()>& check) {
  int count = 0;
  if constexpr (std::is_same_v<T, bool>) {
    value = !value;
    check();
    value = !value;
    return 1;
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    const T before = value;
    value = static_cast<T>(static_cast<std::uint64_t>(value) + 1);
    check();
    value = before;
    return 1;
  } else if constexpr (std::is_same_v<T, Duration>) {
    value += Duration{1};
    check();
    value -= Duration{1};
    return 1;
  } else if constexpr (is_shared<T>) {
    const T before = value;
    using Inner = std::remove_cvref_t<decltype(*before)>;
    value = before ? T{} : T{Inner{}};
    check();
    Inner inner = before ? *before : Inner{};
    count = 1 + perturb(inner, [&] {
              value = T(inner);
              check();
            });
    value = before;
    return count;
  } else if constexpr (requires { value.emplace_back(); }) {
    value.emplace_back();
    check();
    value.pop_back();
    if (value.empty()) return 1;
    count = 1 + perturb(value.front(), check);
    return count + perturb(value.back(), check);
  } else if constexpr (requires { value.index(); }) {
    return std::visit([&](auto& held) { return perturb(held, check); }, value);
  } else {
    std::apply([&](auto&... field) { ((count += perturb(field, check)), ...); }, T::fields(value));
    return count;
  }
}

}  // namespace tribunal::sut::testing
