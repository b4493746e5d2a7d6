// Construction, order and hash of values. Their text is in value_text.cpp, interning in
// value_pool.cpp.
#include "history/value.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>

#include "base/hash.h"

namespace tribunal::history {

namespace {

// Doubles in the total order of IEEE 754-2008 §5.10: -0.0 before 0.0, and NaN equal to itself.
std::uint64_t orderable(std::uint64_t bits) {
  constexpr std::uint64_t sign = 1ULL << 63;
  return (bits & sign) != 0 ? ~bits : bits | sign;
}

int three_way(std::uint64_t a, std::uint64_t b) { return a < b ? -1 : a > b ? 1 : 0; }

int compare_items(const std::vector<Value>& a, const std::vector<Value>& b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (const int c = compare(a[i], b[i]); c != 0) return c;
  }
  return three_way(a.size(), b.size());
}

}  // namespace

Value Value::boolean(bool b) {
  Value v;
  v.kind_ = Kind::boolean;
  v.bits_ = b ? 1 : 0;
  return v;
}

Value Value::integer(std::int64_t i) {
  Value v;
  v.kind_ = Kind::integer;
  v.bits_ = static_cast<std::uint64_t>(i);
  return v;
}

Value Value::real(double d) {
  Value v;
  v.kind_ = Kind::real;
  if (d != d) d = std::numeric_limits<double>::quiet_NaN();  // one NaN, whatever its payload was
  v.bits_ = std::bit_cast<std::uint64_t>(d);
  return v;
}

Value Value::text(Kind kind, std::string_view text) {
  Value v;
  v.kind_ = kind;
  v.data_ = std::make_shared<const std::string>(text);
  return v;
}

Value Value::collection(Kind kind, std::vector<Value> items) {
  Value v;
  v.kind_ = kind;
  items.shrink_to_fit();
  v.data_ = std::make_shared<const std::vector<Value>>(std::move(items));
  return v;
}

Value Value::string(std::string_view s) { return text(Kind::string, s); }
Value Value::keyword(std::string_view name) { return text(Kind::keyword, name); }
Value Value::symbol(std::string_view name) { return text(Kind::symbol, name); }
Value Value::vector(std::vector<Value> items) { return collection(Kind::vector, std::move(items)); }
Value Value::list(std::vector<Value> items) { return collection(Kind::list, std::move(items)); }

Value Value::set(std::vector<Value> items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return collection(Kind::set, std::move(items));
}

Value Value::map(std::vector<Value> keys_and_values) {
  assert(keys_and_values.size() % 2 == 0);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < keys_and_values.size(); i += 2) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return keys_and_values[a] < keys_and_values[b];
  });
  std::vector<Value> items;
  items.reserve(keys_and_values.size());
  for (const std::size_t i : order) {
    if (!items.empty() && items[items.size() - 2] == keys_and_values[i]) {
      items.back() = keys_and_values[i + 1];
      continue;
    }
    items.push_back(std::move(keys_and_values[i]));
    items.push_back(std::move(keys_and_values[i + 1]));
  }
  return collection(Kind::map, std::move(items));
}

double Value::as_real() const { return std::bit_cast<double>(bits_); }

const std::string& Value::text() const {
  assert(is_text());
  return *static_cast<const std::string*>(data_.get());
}

const std::vector<Value>& Value::items() const {
  assert(is_collection());
  return *static_cast<const std::vector<Value>*>(data_.get());
}

int compare(const Value& a, const Value& b) {
  if (a.kind_ != b.kind_) return a.kind_ < b.kind_ ? -1 : 1;
  if (a.data_ && a.data_ == b.data_) return 0;
  switch (a.kind_) {
    case Value::Kind::nil:
      return 0;
    case Value::Kind::boolean:
      return three_way(a.bits_, b.bits_);
    case Value::Kind::integer:
      return a.as_integer() < b.as_integer() ? -1 : a.as_integer() > b.as_integer() ? 1 : 0;
    case Value::Kind::real:
      return three_way(orderable(a.bits_), orderable(b.bits_));
    case Value::Kind::string:
    case Value::Kind::keyword:
    case Value::Kind::symbol: {
      const int c = a.text().compare(b.text());
      return c < 0 ? -1 : c > 0 ? 1 : 0;
    }
    case Value::Kind::vector:
    case Value::Kind::list:
    case Value::Kind::set:
    case Value::Kind::map:
      return compare_items(a.items(), b.items());
  }
  return 0;
}

std::uint64_t Value::hash() const {
  const std::uint64_t seed = combine(0x76616c7565ULL, static_cast<std::uint64_t>(kind_));
  if (is_text()) return combine(combine(seed, text().size()), hash_text(text()));
  if (!is_collection()) return combine(seed, bits_);
  std::uint64_t h = combine(seed, items().size());
  for (const Value& item : items()) h = combine(h, item.hash());
  return h;
}

std::size_t Value::heap_bytes() const {
  constexpr std::size_t control_block = 16;
  constexpr std::size_t short_string = 15;  // held inside std::string by libstdc++
  if (is_text()) {
    const std::size_t size = text().size();
    return control_block + sizeof(std::string) + (size > short_string ? size + 1 : 0);
  }
  if (!is_collection()) return 0;
  std::size_t bytes = control_block + sizeof(std::vector<Value>);
  for (const Value& item : items()) bytes += sizeof(Value) + item.heap_bytes();
  return bytes;
}

}  // namespace tribunal::history
