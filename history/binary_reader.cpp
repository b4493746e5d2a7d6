// The binary format, read block by block. Every size and number is checked before it is used.
#include <bit>
#include <limits>
#include <memory>
#include <zstd.h>

#include "base/hash.h"
#include "base/text.h"
#include "history/binary_format.h"
#include "history/edn_syntax.h"
#include "history/readers.h"

namespace tribunal::history {

namespace {

using binary::Tag;

std::uint64_t fixed(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

// Takes numbers and text off the front of a block. After the first failure everything fails.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  bool failed() const { return failed_; }
  std::size_t left() const { return rest_.size(); }

  std::uint8_t byte() { return static_cast<std::uint8_t>(fixed(take(1))); }
  std::uint64_t word() { return fixed(take(8)); }
  std::string_view text() { return take(varint()); }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t b = byte();
      if (shift == 63 && b > 1) break;
      value |= static_cast<std::uint64_t>(b & 0x7f) << shift;
      if (b < 0x80) return value;
    }
    failed_ = true;
    return 0;
  }

  std::uint64_t signed_varint() {
    const std::uint64_t z = varint();
    return z >> 1 ^ (z & 1 ? ~0ULL : 0);
  }

  // A count of things that take at least `bytes_each` bytes.
  std::size_t count(std::size_t bytes_each) {
    const std::uint64_t n = varint();
    if (n > left() / bytes_each) failed_ = true;
    return failed_ ? 0 : static_cast<std::size_t>(n);
  }

  void fail() { failed_ = true; }

 private:
  std::string_view take(std::uint64_t size) {
    if (failed_ || size > rest_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest_;
  bool failed_ = false;
};

Value collection(Tag tag, std::vector<Value> items, Decoder& in) {
  const std::size_t size = items.size();
  if (tag == Tag::vector) return Value::vector(std::move(items));
  if (tag == Tag::list) return Value::list(std::move(items));
  Value out = tag == Tag::set ? Value::set(std::move(items)) : Value::map(std::move(items));
  if (out.items().size() != size) in.fail();  // an element or key twice
  return out;
}

Value decode_value(Decoder& in, int depth) {
  const auto tag = static_cast<Tag>(in.byte());
  if (depth > max_depth) in.fail();
  if (in.failed()) return {};
  switch (tag) {
    case Tag::nil:
      return {};
    case Tag::no:
    case Tag::yes:
      return Value::boolean(tag == Tag::yes);
    case Tag::integer:
      return Value::integer(static_cast<std::int64_t>(in.signed_varint()));
    case Tag::real:
      return Value::real(std::bit_cast<double>(in.word()));
    case Tag::string:
      return Value::string(in.text());
    case Tag::keyword:
      return Value::keyword(in.text());
    case Tag::symbol:
      return Value::symbol(in.text());
    case Tag::vector:
    case Tag::list:
    case Tag::set:
    case Tag::map: {
      const std::size_t size = in.count(1);
      if (tag == Tag::map && size % 2 != 0) in.fail();
      std::vector<Value> items;
      for (std::size_t i = 0; i < size && !in.failed(); ++i) {
        items.push_back(decode_value(in, depth + 1));
      }
      return in.failed() ? Value{} : collection(tag, std::move(items), in);
    }
    case Tag::table:
      break;
  }
  in.fail();
  return {};
}

struct BlockHeader {
  std::uint32_t events = 0;
  std::uint32_t raw = 0;
  std::uint32_t packed = 0;
  std::uint64_t checksum = 0;
};

class BinaryReader {
 public:
  BinaryReader(Input& input, History& history, const ReadOptions& options, ReadReport& report)
      : input_(input), history_(history), options_(options), report_(report) {}

  bool all();

 private:
  bool header(BlockHeader& block);
  bool block(const BlockHeader& block, std::string_view packed);
  bool tables(Decoder& in);
  bool event(Decoder& in);
  ValueRef ref(Decoder& in);
  bool damaged(const char* what);
  bool within_limit(std::uint64_t more);

  Input& input_;
  History& history_;
  const ReadOptions& options_;
  ReadReport& report_;
  std::uint64_t block_at_ = 0;  // offset
  std::vector<Symbol> names_;
  std::vector<ValueRef> values_;
  std::uint64_t process_ = 0;
  std::uint64_t time_ = 0;
};

bool BinaryReader::damaged(const char* what) {
  return input_.fail_at_byte(block_at_, what, "a damaged block");
}

bool BinaryReader::within_limit(std::uint64_t more) {
  if (options_.memory_limit == 0 || history_.memory_bytes() + more <= options_.memory_limit) {
    return true;
  }
  return input_.fail_at_byte(
      block_at_, "a history of at most " + std::to_string(options_.memory_limit) + " bytes",
      "a larger one");
}

bool BinaryReader::all() {
  const std::string_view magic = input_.head(binary::magic.size());
  if (magic != binary::magic) {
    const bool version =
        magic.size() == binary::magic.size() &&
        magic.substr(0, magic.size() - 1) == binary::magic.substr(0, binary::magic.size() - 1);
    return input_.fail_at_byte(
        version ? magic.size() - 1 : 0,
        version ? "version 1 of the binary format" : "a binary history",
        version ? "version " + std::to_string(static_cast<unsigned char>(magic.back()))
                : quote(magic));
  }
  input_.skip_bytes(magic.size());
  for (;;) {
    block_at_ = input_.offset();
    const std::size_t ahead = input_.head(binary::block_header_size).size();
    if (ahead == 0) return !input_.error();
    BlockHeader next;
    if (ahead == binary::block_header_size && !header(next)) return false;
    const std::string_view packed = input_.head(next.packed);
    if (input_.error()) return false;
    if (ahead < binary::block_header_size || packed.size() < next.packed) {
      report_.torn = true;
      return true;
    }
    if (!block(next, packed)) return false;
    input_.skip_bytes(packed.size());
  }
}

// Consumes the header of a block; precondition: it is ahead in full.
bool BinaryReader::header(BlockHeader& block) {
  const std::string_view bytes = input_.head(binary::block_header_size);
  if (!bytes.starts_with(binary::block_magic)) return damaged("a block that begins with BLCK");
  if (fixed(bytes.substr(24, 8)) != hash_text(bytes.substr(0, 24))) {
    return damaged("a block header that matches its checksum");
  }
  block.events = static_cast<std::uint32_t>(fixed(bytes.substr(4, 4)));
  block.raw = static_cast<std::uint32_t>(fixed(bytes.substr(8, 4)));
  block.packed = static_cast<std::uint32_t>(fixed(bytes.substr(12, 4)));
  block.checksum = fixed(bytes.substr(16, 8));
  if (block.raw > binary::max_raw || block.packed > ZSTD_compressBound(block.raw) ||
      block.packed > Input::max_token) {
    return damaged("a block of a possible size");
  }
  input_.skip_bytes(binary::block_header_size);
  return within_limit(block.raw);
}

bool BinaryReader::block(const BlockHeader& block, std::string_view packed) {
  if (hash_text(packed) != block.checksum) return damaged("a block that matches its checksum");
  if (ZSTD_getFrameContentSize(packed.data(), packed.size()) != block.raw) {
    return damaged("a block of the size it announces");
  }
  std::string raw(block.raw, '\0');
  const std::size_t size = ZSTD_decompress(raw.data(), raw.size(), packed.data(), packed.size());
  if (ZSTD_isError(size) != 0 || size != raw.size()) return damaged("a block that zstd can unpack");
  Decoder in(raw);
  process_ = time_ = 0;
  if (!tables(in)) return false;
  for (std::uint32_t i = 0; i < block.events; ++i) {
    if (!event(in)) return false;
  }
  if (in.failed() || in.left() != 0) return damaged("a block with the events it announces");
  return true;
}

bool BinaryReader::tables(Decoder& in) {
  names_.clear();
  values_.clear();
  for (std::size_t i = in.count(1); i > 0 && !in.failed(); --i) {
    const std::string_view name = in.text();
    if (!history_.find_symbol(name) && history_.symbol_count() >= History::max_symbols) {
      return damaged("at most 16384 different names");
    }
    names_.push_back(history_.symbol(name));
  }
  for (std::size_t i = in.count(1); i > 0 && !in.failed(); --i) {
    values_.push_back(history_.intern(decode_value(in, 1)));
  }
  return !in.failed() || damaged("a block with tables of names and values");
}

ValueRef BinaryReader::ref(Decoder& in) {
  Decoder ahead = in;
  if (static_cast<Tag>(ahead.byte()) != Tag::table) return history_.intern(decode_value(in, 1));
  in.byte();
  const std::uint64_t number = in.varint();
  if (number < values_.size()) return values_[static_cast<std::size_t>(number)];
  in.fail();
  return {};
}

bool BinaryReader::event(Decoder& in) {
  Event event;
  const std::uint8_t flags = in.byte();
  const std::uint64_t f = in.varint();
  process_ += in.signed_varint();
  const auto process = static_cast<std::int64_t>(process_);
  if (process < -1 || process > std::numeric_limits<std::int32_t>::max() || f >= names_.size() ||
      flags >= 128) {
    in.fail();
  }
  if ((flags & binary::has_time) != 0) {
    time_ += in.signed_varint();
    event.time = Time{static_cast<std::int64_t>(time_)};
  }
  event.value = ref(in);
  event.has_key = (flags & binary::has_key) != 0;
  if (event.has_key) event.key = ref(in);
  if ((flags & binary::has_node) != 0) {
    const std::uint64_t node = in.varint();
    if (node >= no_node) in.fail();
    event.node = static_cast<std::uint16_t>(node);
  }
  if ((flags & binary::has_error) != 0) event.error = ref(in);
  if ((flags & binary::has_producers) != 0) {
    const std::uint64_t producers = in.varint();
    if (producers > std::numeric_limits<std::int32_t>::max()) in.fail();
    event.producers = static_cast<std::int32_t>(producers);
  }
  if (in.failed()) return damaged("a block with the events it announces");
  event.process = static_cast<Process>(process);
  event.type = static_cast<EventType>(flags & binary::type_mask);
  event.f = names_[static_cast<std::size_t>(f)];
  if (!history_.append(event).ok()) {
    const auto wrong = history_.violation(event);
    return input_.fail_at_byte(block_at_, wrong->expected, wrong->found);
  }
  return (history_.size() & 1023) != 0 || within_limit(0);
}

}  // namespace

bool read_binary(Input& input, History& history, const ReadOptions& options, ReadReport& report) {
  return BinaryReader(input, history, options, report).all();
}

}  // namespace tribunal::history
