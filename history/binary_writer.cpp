// The binary format: blocks that stand for themselves, each with a table of the names and larger
// values it uses, compressed and protected by checksums.
#include <bit>
#include <cassert>
#include <unordered_map>
#include <zstd.h>

#include "base/hash.h"
#include "history/binary_format.h"
#include "history/files.h"

namespace tribunal::history {

namespace {

using binary::Tag;

void put_fixed(std::uint64_t value, int bytes, std::string& out) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

// LEB128: 7 bits a byte, the lowest first.
void put_varint(std::uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

// Differences in zigzag order 0, -1, 1, -2, ...; they wrap around, so that every 64-bit value has
// one.
void put_signed(std::uint64_t value, std::string& out) {
  put_varint(value << 1 ^ (value >> 63 != 0 ? ~0ULL : 0), out);
}

void put_text(std::string_view text, std::string& out) {
  put_varint(text.size(), out);
  out += text;
}

Tag tag_of(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::nil:
      return Tag::nil;
    case Value::Kind::boolean:
      return value.as_boolean() ? Tag::yes : Tag::no;
    case Value::Kind::integer:
      return Tag::integer;
    case Value::Kind::real:
      return Tag::real;
    case Value::Kind::string:
      return Tag::string;
    case Value::Kind::keyword:
      return Tag::keyword;
    case Value::Kind::symbol:
      return Tag::symbol;
    case Value::Kind::vector:
      return Tag::vector;
    case Value::Kind::list:
      return Tag::list;
    case Value::Kind::set:
      return Tag::set;
    case Value::Kind::map:
      return Tag::map;
  }
  return Tag::nil;
}

void put_value(const Value& value, std::string& out) {
  out += static_cast<char>(tag_of(value));
  if (value.is_integer()) {
    put_signed(static_cast<std::uint64_t>(value.as_integer()), out);
  } else if (value.kind() == Value::Kind::real) {
    put_fixed(std::bit_cast<std::uint64_t>(value.as_real()), 8, out);
  } else if (value.is_text()) {
    put_text(value.text(), out);
  } else if (value.is_collection()) {
    put_varint(value.items().size(), out);
    for (const Value& item : value.items()) put_value(item, out);
  }
}

// One block: a table of names, a table of values, the events.
class Block {
 public:
  explicit Block(const History& history) : history_(history) {}

  void add(const Event& event);
  std::uint32_t events() const { return count_; }
  std::size_t bytes() const { return names_.size() + values_.size() + events_.size(); }
  void finish(std::string& out);

 private:
  std::uint32_t name_number(Symbol name);
  void put_ref(ValueRef ref);

  const History& history_;
  std::string names_;
  std::string values_;
  std::string events_;
  std::unordered_map<std::uint16_t, std::uint32_t> name_numbers_;
  std::unordered_map<std::uint64_t, std::uint32_t> value_numbers_;
  std::uint32_t count_ = 0;
  std::uint64_t process_ = 0;  // of the event before
  std::uint64_t time_ = 0;     // of the last event with one
};

std::uint32_t Block::name_number(Symbol name) {
  const auto next = static_cast<std::uint32_t>(name_numbers_.size());
  const auto [it, added] = name_numbers_.try_emplace(static_cast<std::uint16_t>(name), next);
  if (added) put_text(history_.name(name), names_);
  return it->second;
}

void Block::put_ref(ValueRef ref) {
  const Value value = history_.value(ref);
  if (!value.is_text() && !value.is_collection()) return put_value(value, events_);
  const auto next = static_cast<std::uint32_t>(value_numbers_.size());
  const auto [it, added] = value_numbers_.try_emplace(ref.bits(), next);
  if (added) put_value(value, values_);
  events_ += static_cast<char>(Tag::table);
  put_varint(it->second, events_);
}

void Block::add(const Event& event) {
  std::uint8_t flags = static_cast<std::uint8_t>(event.type);
  if (event.time != Time::min()) flags |= binary::has_time;
  if (event.has_key) flags |= binary::has_key;
  if (event.node != no_node) flags |= binary::has_node;
  if (!event.error.is_nil()) flags |= binary::has_error;
  if (event.producers != -1) flags |= binary::has_producers;
  events_ += static_cast<char>(flags);
  put_varint(name_number(event.f), events_);
  const auto process = static_cast<std::uint64_t>(std::int64_t{index(event.process)});
  put_signed(process - process_, events_);
  process_ = process;
  if ((flags & binary::has_time) != 0) {
    const auto time = static_cast<std::uint64_t>(event.time.count());
    put_signed(time - time_, events_);
    time_ = time;
  }
  put_ref(event.value);
  if (event.has_key) put_ref(event.key);
  if (event.node != no_node) put_varint(event.node, events_);
  if (!event.error.is_nil()) put_ref(event.error);
  if (event.producers != -1) put_varint(static_cast<std::uint32_t>(event.producers), events_);
  ++count_;
}

void Block::finish(std::string& out) {
  std::string raw;
  put_varint(name_numbers_.size(), raw);
  raw += names_;
  put_varint(value_numbers_.size(), raw);
  raw += values_;
  raw += events_;
  std::string packed(ZSTD_compressBound(raw.size()), '\0');
  constexpr int level = 3;
  const std::size_t size =
      ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), level);
  assert(ZSTD_isError(size) == 0);  // the buffer is as large as zstd asks for
  packed.resize(size);

  const std::size_t header = out.size();
  out += binary::block_magic;
  put_fixed(count_, 4, out);
  put_fixed(raw.size(), 4, out);
  put_fixed(packed.size(), 4, out);
  put_fixed(hash_text(packed), 8, out);
  put_fixed(hash_text(std::string_view(out).substr(header)), 8, out);
  out += packed;
}

}  // namespace

std::string binary_header() { return std::string(binary::magic); }

void append_binary(const History& history, std::uint32_t first, std::uint32_t end,
                   std::string& out) {
  assert(first <= end && end <= history.size());
  for (std::uint32_t i = first; i < end;) {
    Block block(history);
    while (i < end && block.events() < binary::block_events &&
           block.bytes() < binary::block_bytes) {
      block.add(history.event(i++));
    }
    block.finish(out);
  }
}

std::string write_binary(const History& history) {
  std::string out = binary_header();
  append_binary(history, 0, static_cast<std::uint32_t>(history.size()), out);
  return out;
}

}  // namespace tribunal::history
