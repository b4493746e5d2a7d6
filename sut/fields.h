// Structs that list their own members. One list per struct gives its fingerprint; a compile-time
// count of the struct's members proves that the list is complete, so no member can be forgotten.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "base/ids.h"

namespace tribunal::sut {

// An immutable value shared by all its copies, so that copying a node or a message that holds a
// snapshot is cheap. Compares by content. Empty by default.
template <class T>
class Shared {
 public:
  Shared() = default;
  explicit Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}
  explicit operator bool() const { return value_ != nullptr; }
  const T& operator*() const { return *value_; }
  const T* operator->() const { return value_.get(); }
  friend bool operator==(const Shared& a, const Shared& b) {
    return a.value_ == b.value_ || (a && b && *a == *b);
  }

 private:
  std::shared_ptr<const T> value_;
};

// T lists its members: `static auto fields(auto& self) { return std::tie(self.a, self.b); }`.
template <class T>
concept HasFields = requires(const T& value) {
  T::fields(value);
};

template <class T>
void fold(Fingerprint& print, const T& value);

template <class T>
void fold(Fingerprint& print, const std::vector<T>& values) {
  print.add(values.size());
  for (const T& value : values) fold(print, value);
}
template <class T>
void fold(Fingerprint& print, const Shared<T>& value) {
  print.add(static_cast<bool>(value));
  if (value) fold(print, *value);
}
template <class... T>
void fold(Fingerprint& print, const std::variant<T...>& value) {
  print.add(value.index());
  std::visit([&](const auto& held) { fold(print, held); }, value);
}

template <class T>
void fold(Fingerprint& print, const T& value) {
  if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    print.add(value);
  } else if constexpr (std::is_same_v<T, Duration>) {
    print.add(value.count());
  } else {
    static_assert(HasFields<T>, "a struct must list its members");
    std::apply([&](const auto&... field) { (fold(print, field), ...); }, T::fields(value));
  }
}

template <class T>
std::uint64_t fingerprint_of(const T& value) {
  Fingerprint print;
  fold(print, value);
  return print.value();
}

namespace detail {

struct AnyField {
  template <class T>
  operator T() const;
};
template <class T, std::size_t... I>
consteval bool takes(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), AnyField{})...}; };
}
template <class T, std::size_t N>
consteval std::size_t member_count() {
  if constexpr (takes<T>(std::make_index_sequence<N>{})) {
    return N;
  } else {
    static_assert(N > 0);
    return member_count<T, N - 1>();
  }
}

}  // namespace detail

// True when fields() of the aggregate T names as many members as T has (at most 80).
template <class T>
consteval bool lists_every_field() {
  using Fields = decltype(T::fields(std::declval<const T&>()));
  return detail::member_count<T, 80>() == std::tuple_size_v<Fields>;
}

}  // namespace tribunal::sut
