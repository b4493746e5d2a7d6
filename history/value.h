// What operations carry: the values of EDN, as far as histories use them. A Value is an immutable,
// self-contained tree that is cheap to copy; History stores values as 8-byte ValueRefs instead.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tribunal::history {

class Value {
 public:
  enum class Kind : std::uint8_t {
    nil,
    boolean,
    integer,
    real,
    string,
    keyword,
    symbol,
    vector,
    list,
    set,
    map
  };

  Value() = default;  // nil
  static Value boolean(bool b);
  static Value integer(std::int64_t i);
  static Value real(double d);
  static Value string(std::string_view s);
  static Value keyword(std::string_view name);  // without the leading colon
  static Value symbol(std::string_view name);
  static Value vector(std::vector<Value> items);
  static Value list(std::vector<Value> items);
  static Value set(std::vector<Value> items);  // sorted and de-duplicated here
  static Value map(
      std::vector<Value> keys_and_values);  // k0 v0 ..., sorted here; the last of a key wins
  static Value pair(Value a, Value b) { return vector({std::move(a), std::move(b)}); }

  Kind kind() const { return kind_; }
  bool is_nil() const { return kind_ == Kind::nil; }
  bool is_integer() const { return kind_ == Kind::integer; }
  bool is_sequence() const { return kind_ == Kind::vector || kind_ == Kind::list; }

  bool is_text() const { return kind_ >= Kind::string && kind_ <= Kind::symbol; }
  bool is_collection() const { return kind_ >= Kind::vector; }

  bool as_boolean() const { return bits_ != 0; }
  std::int64_t as_integer() const { return static_cast<std::int64_t>(bits_); }
  double as_real() const;
  const std::string& text() const;  // precondition: is_text()
  const std::vector<Value>& items()
      const;  // precondition: is_collection(); k0 v0 k1 v1 ... of a map

  // A total order over all values: by kind, then by content. Never by address.
  friend int compare(const Value& a, const Value& b);
  friend bool operator==(const Value& a, const Value& b) { return compare(a, b) == 0; }
  friend bool operator<(const Value& a, const Value& b) { return compare(a, b) < 0; }
  std::uint64_t hash() const;  // the same on every machine

  // Bytes on the heap, as if nothing were shared with other values.
  std::size_t heap_bytes() const;

  // EDN text: 3, nil, "x", :read, [1 2], #{1 2}, {:a 1, :b 2}. Always one line that the EDN reader
  // reads back as the same value: what EDN cannot spell is tagged (docs/formats.md).
  std::string show() const;
  void show_to(std::string& out) const;

 private:
  static Value text(Kind kind, std::string_view text);
  static Value collection(Kind kind, std::vector<Value> items);

  Kind kind_ = Kind::nil;
  std::uint64_t bits_ = 0;
  std::shared_ptr<const void> data_;  // std::string or std::vector<Value>, as kind_ says
};

// A value inside one ValuePool. Two refs of the same pool are equal exactly when the values are
// equal, so checkers compare and hash 8 bytes. nil, booleans and integers of 60 bits are held in
// place.
class ValueRef {
 public:
  constexpr ValueRef() = default;  // nil
  constexpr bool is_nil() const { return bits_ == 0; }
  constexpr std::uint64_t bits() const { return bits_; }
  friend constexpr bool operator==(ValueRef, ValueRef) = default;
  friend constexpr auto operator<=>(ValueRef,
                                    ValueRef) = default;  // by representation, not by value

 private:
  friend class ValuePool;
  constexpr explicit ValueRef(std::uint64_t bits) : bits_(bits) {}
  std::uint64_t bits_ = 0;
};

// Owns every distinct compound or textual value of a history once.
class ValuePool {
 public:
  ValueRef intern(const Value& value);
  Value value(ValueRef ref) const;
  std::uint64_t hash(ValueRef ref) const;  // value(ref).hash(), in constant time

  // Number of values that are not held in place, and their memory (O(1)).
  std::size_t size() const { return values_.size(); }
  std::size_t memory_bytes() const;

 private:
  std::size_t find_slot(const Value& value, std::uint64_t hash) const;
  void grow();

  std::vector<Value> values_;
  std::vector<std::uint64_t> hashes_;  // parallel to values_
  std::vector<std::uint32_t> slots_;   // open addressing: index into values_ + 1, 0 = empty
  std::size_t heap_bytes_ = 0;
};

}  // namespace tribunal::history
