// Values as bytes, and back: docs/wire.md. Every value has exactly one encoding, so that bytes
// which decode are also what encoding the value gives; anything else is an error. The depth of
// recursion is that of the types, whatever the input says.
//
// A struct is encoded member by member, as its fields() lists them. An enum needs an EnumRange
// (wire/enums.h has those of sut/), so that no unknown value gets through.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "cluster/wire/frame.h"
#include "sut/fields.h"
#include "sut/raft/log.h"

namespace tribunal::cluster::wire {

// The greatest value of an enum whose values run from 0: specialise with `static constexpr E last`.
template <class E>
struct EnumRange;
template <class E>
concept RangedEnum = std::is_enum_v<E> && requires {
  EnumRange<E>::last;
};
// Enums that are numbers: any value is one.
template <class T>
concept Id = std::same_as<T, NodeId> || std::same_as<T, ClientId>;
template <class T>
concept Unsigned = std::unsigned_integral<T> && !std::same_as<T, bool>;

// What protocols write for "no node"; passes where a node is expected.
inline constexpr NodeId absent_node{0xffff};

class Writer {
 public:
  explicit Writer(Bytes& out) : out_(out) {}
  void byte(std::uint8_t value) { out_.push_back(static_cast<std::byte>(value)); }
  // LEB128: seven bits a byte, lowest first; the top bit says that more follow.
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
    byte(static_cast<std::uint8_t>(value));
  }

 private:
  Bytes& out_;
};

// Reads from a view that must outlive it. The first error stays; after it everything reads as 0 and
// nothing remains.
class Reader {
 public:
  // `nodes`: a NodeId must be below it, or absent_node. 0: not checked.
  explicit Reader(ByteView bytes, std::uint16_t nodes = 0) : bytes_(bytes), nodes_(nodes) {}

  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }  // one line, with the offset
  std::size_t remaining() const { return bytes_.size() - at_; }
  bool at_end() const { return remaining() == 0; }
  std::uint16_t nodes() const { return nodes_; }

  void fail(const std::string& what) {
    if (!ok()) return;
    error_ = "byte " + std::to_string(at_) + ": " + what;
    at_ = bytes_.size();
  }
  std::uint8_t byte() {
    if (at_end()) {
      fail("the message ends here, expected more");
      return 0;
    }
    return std::to_integer<std::uint8_t>(bytes_[at_++]);
  }
  // Only the shortest form, and at most `most`.
  std::uint64_t number(std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
    std::uint64_t value = byte();
    if (value >= 0x80) value = long_number(value & 0x7f);
    if (value <= most) return value;
    fail("number " + std::to_string(value) + ", at most " + std::to_string(most) + " is expected");
    return 0;
  }
  // How many elements follow, each of at least `least` bytes: no more than can be there.
  std::size_t count(std::size_t least) {
    const std::uint64_t count = number();
    if (count <= remaining() / least) return static_cast<std::size_t>(count);
    fail(std::to_string(count) + " elements, but only " + std::to_string(remaining()) +
         " bytes are left");
    return 0;
  }

 private:
  std::uint64_t long_number(std::uint64_t value) {
    for (unsigned shift = 7; shift < 64; shift += 7) {
      const std::uint8_t next = byte();
      if (shift == 63 && next > 1) break;
      value |= std::uint64_t{next & 0x7fU} << shift;
      if (next >= 0x80) continue;
      if (next == 0) fail("a number in more bytes than it needs");
      return ok() ? value : 0;
    }
    fail("a number of more than 64 bits");
    return 0;
  }

  ByteView bytes_;
  std::size_t at_ = 0;
  std::uint16_t nodes_;
  std::string error_;
};

// ---- declarations first, for they call one another ----
template <class T>
void encode(Writer& out, const T& value);
template <class T>
void decode(Reader& in, T& value);

template <class T>
void encode(Writer& out, const std::optional<T>& value);
template <class T>
void decode(Reader& in, std::optional<T>& value);
template <class T>
void encode(Writer& out, const std::vector<T>& values);
template <class T>
void decode(Reader& in, std::vector<T>& values);
template <class K, class V>
void encode(Writer& out, const std::map<K, V>& values);
template <class K, class V>
void decode(Reader& in, std::map<K, V>& values);
template <class... T>
void encode(Writer& out, const std::variant<T...>& value);
template <class... T>
void decode(Reader& in, std::variant<T...>& value);
template <class T>
void encode(Writer& out, const sut::Shared<T>& value);
template <class T>
void decode(Reader& in, sut::Shared<T>& value);

inline void encode(Writer& out, const std::string& text) {
  out.number(text.size());
  for (const char c : text) out.byte(static_cast<std::uint8_t>(c));
}
inline void decode(Reader& in, std::string& text) {
  text.resize(in.count(1));
  for (char& c : text) c = static_cast<char>(in.byte());
}

// Its fields() names a hash that stands for the list; what travels is the list.
inline void encode(Writer& out, const sut::raft::Entries& entries) { encode(out, entries.list()); }
inline void decode(Reader& in, sut::raft::Batch& batch) {
  batch = {};
  if (in.number(1) == 0) return;
  std::vector<sut::raft::Entry> list;
  decode(in, list);
  batch = sut::raft::Batch(sut::raft::Entries(std::move(list)));
}

// Negative numbers near zero are short, too: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
}

// ---- scalars and structs ----
namespace detail {

template <class T>
void decode_signed(Reader& in, T& value) {
  const std::int64_t wide = unzigzag(in.number());
  if (wide < std::numeric_limits<T>::min() || wide > std::numeric_limits<T>::max()) {
    in.fail("number " + std::to_string(wide) + " is out of range");
    return;
  }
  value = static_cast<T>(wide);
}

inline void decode_node(Reader& in, NodeId& node) {
  node = NodeId{static_cast<std::uint16_t>(in.number(0xffff))};
  if (in.nodes() == 0 || node == absent_node || index(node) < in.nodes()) return;
  in.fail("node " + std::to_string(index(node)) + " of " + std::to_string(in.nodes()));
  node = NodeId{};
}

}  // namespace detail

template <class T>
void encode(Writer& out, const T& value) {
  if constexpr (std::same_as<T, bool>) {
    out.byte(value ? 1 : 0);
  } else if constexpr (std::same_as<T, Duration>) {
    out.number(zigzag(value.count()));
  } else if constexpr (Id<T> || RangedEnum<T> || Unsigned<T>) {
    out.number(static_cast<std::uint64_t>(value));
  } else if constexpr (std::signed_integral<T>) {
    out.number(zigzag(value));
  } else {
    static_assert(sut::HasFields<T>, "a struct must list its members, an enum needs an EnumRange");
    std::apply([&](const auto&... field) { (encode(out, field), ...); }, T::fields(value));
  }
}

template <class T>
void decode(Reader& in, T& value) {
  if constexpr (std::same_as<T, bool>) {
    value = in.number(1) == 1;
  } else if constexpr (std::same_as<T, Duration>) {
    value = Duration{unzigzag(in.number())};
  } else if constexpr (std::same_as<T, NodeId>) {
    detail::decode_node(in, value);
  } else if constexpr (std::same_as<T, ClientId>) {
    value = ClientId{static_cast<std::uint32_t>(in.number(0xffff'ffff))};
  } else if constexpr (RangedEnum<T>) {
    value = static_cast<T>(in.number(static_cast<std::uint64_t>(EnumRange<T>::last)));
  } else if constexpr (Unsigned<T>) {
    value = static_cast<T>(in.number(std::numeric_limits<T>::max()));
  } else if constexpr (std::signed_integral<T>) {
    detail::decode_signed(in, value);
  } else {
    static_assert(sut::HasFields<T>, "a struct must list its members, an enum needs an EnumRange");
    std::apply([&](auto&... field) { (decode(in, field), ...); }, T::fields(value));
  }
}

// ---- containers ----
template <class T>
void encode(Writer& out, const std::optional<T>& value) {
  out.byte(value ? 1 : 0);
  if (value) encode(out, *value);
}
template <class T>
void decode(Reader& in, std::optional<T>& value) {
  value.reset();
  if (in.number(1) == 1) decode(in, value.emplace());
}

namespace detail {

// The fewest bytes that a T takes; what follows a count is at least so many times this long.
template <class T>
struct Least {
  static consteval std::size_t value() {
    if constexpr (sut::HasFields<T>) {
      return []<class... F>(std::type_identity<std::tuple<F&...>>) {
        return (std::size_t{0} + ... + Least<std::remove_cvref_t<F>>::value());
      }(std::type_identity<decltype(T::fields(std::declval<const T&>()))>{});
    } else {
      return 1;
    }
  }
};

}  // namespace detail

template <class T>
void encode(Writer& out, const std::vector<T>& values) {
  out.number(values.size());
  for (const T& value : values) encode(out, value);
}
template <class T>
void decode(Reader& in, std::vector<T>& values) {
  constexpr std::size_t least = detail::Least<T>::value();
  static_assert(least > 0, "an element must take at least a byte, or a count means nothing");
  values.clear();
  const std::size_t count = in.count(least);
  values.reserve(count);
  for (std::size_t i = 0; i < count && in.ok(); ++i) decode(in, values.emplace_back());
}

// Ascending by key.
template <class K, class V>
void encode(Writer& out, const std::map<K, V>& values) {
  out.number(values.size());
  for (const auto& [key, value] : values) {
    encode(out, key);
    encode(out, value);
  }
}
template <class K, class V>
void decode(Reader& in, std::map<K, V>& values) {
  values.clear();
  const std::size_t count = in.count(2);
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    K key{};
    decode(in, key);
    if (!values.empty() && !(values.rbegin()->first < key)) {
      in.fail("the keys of a map do not ascend");
      return;
    }
    decode(in, values.emplace_hint(values.end(), std::move(key), V{})->second);
  }
}

// Which alternative, then its value.
template <class... T>
void encode(Writer& out, const std::variant<T...>& value) {
  out.number(value.index());
  std::visit([&](const auto& held) { encode(out, held); }, value);
}
template <class... T>
void decode(Reader& in, std::variant<T...>& value) {
  const std::uint64_t which = in.number(sizeof...(T) - 1);
  const auto take = [&]<std::size_t... I>(std::index_sequence<I...>) {
    const auto one = [&](auto place) {
      decode(in, value.template emplace<decltype(place)::value>());
      return true;
    };
    static_cast<void>(((which == I && one(std::integral_constant<std::size_t, I>{})) || ...));
  };
  take(std::index_sequence_for<T...>{});
}

template <class T>
void encode(Writer& out, const sut::Shared<T>& value) {
  out.byte(value ? 1 : 0);
  if (value) encode(out, *value);
}
template <class T>
void decode(Reader& in, sut::Shared<T>& value) {
  value = {};
  if (in.number(1) == 0) return;
  T inner{};
  decode(in, inner);
  value = sut::Shared<T>(std::move(inner));
}

// ---- whole messages ----
template <class T>
Bytes to_bytes(const T& value) {
  Bytes bytes;
  Writer out(bytes);
  encode(out, value);
  return bytes;
}

// All bytes must be used. The structure is right then; whether a replica may be given what it says
// is another question: wire/checks.h.
template <class T>
Result<T> from_bytes(ByteView bytes, std::uint16_t nodes) {
  Reader in(bytes, nodes);
  T value{};
  decode(in, value);
  if (in.ok() && !in.at_end()) {
    in.fail(std::to_string(in.remaining()) + " bytes more than the message needs");
  }
  if (!in.ok()) return tribunal::fail(in.error());
  return value;
}

}  // namespace tribunal::cluster::wire
