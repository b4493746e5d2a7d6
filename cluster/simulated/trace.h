// What happened, in order: always as a rolling hash, and as text when asked for. Both see the same
// events, so the hash does not depend on whether there is text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/ids.h"

namespace tribunal::cluster {

enum class TraceKind : std::uint8_t {
  send,
  lost,
  deliver,  // between nodes
  request,
  serve,
  reply,
  answer,   // between a client and a node; lost ones are `lost`
  refused,  // a connection to a dead process
  timer,
  synced,
  write,
  write_failed,  // on a node
  witness,
  start,
  action,    // on a node
  complete,  // at a client
};

// Whom an event concerns: a node, a pair of nodes, or a client and a node. 48 bits.
class Ends {
 public:
  static Ends one(NodeId node) { return Ends{shape_one, index(node)}; }
  static Ends pair(NodeId from, NodeId to) {
    return Ends{shape_pair, (std::uint64_t{index(from)} << 16) | index(to)};
  }
  static Ends client_to(ClientId client, NodeId node) {
    return Ends{shape_to_node, (std::uint64_t{index(client)} << 16) | index(node)};
  }
  static Ends to_client(NodeId node, ClientId client) {
    return Ends{shape_to_client, (std::uint64_t{index(client)} << 16) | index(node)};
  }
  std::uint64_t bits() const { return bits_ | (std::uint64_t{shape_} << 48); }
  std::string text() const;  // "n1", "n1 -> n3", "c7 -> n2", "n2 -> c7"

 private:
  enum Shape : std::uint8_t { shape_one, shape_pair, shape_to_node, shape_to_client };
  Ends(Shape shape, std::uint64_t bits) : bits_(bits), shape_(shape) {}
  std::uint64_t bits_;
  Shape shape_;
};

class Trace {
 public:
  explicit Trace(bool keep_text) : keep_text_(keep_text) {}

  // `value` stands for the content; `detail()` describes it and is called only when text is kept.
  template <class Detail>
  void note(Time at, TraceKind kind, Ends ends, std::uint64_t value, Detail&& detail) {
    const std::uint64_t what = ends.bits() | (static_cast<std::uint64_t>(kind) << 56);
    hash_ = combine(combine(hash_ ^ what, static_cast<std::uint64_t>(at.count())), value);
    if (keep_text_) line(at, kind, ends, detail());
  }

  std::uint64_t hash() const { return hash_; }
  const std::string& text() const { return text_; }

 private:
  void line(Time at, TraceKind kind, Ends ends, std::string_view detail);

  bool keep_text_;
  std::uint64_t hash_ = 0x7472616365ULL;
  std::string text_;
};

}  // namespace tribunal::cluster
